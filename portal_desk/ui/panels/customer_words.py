"""What the customer pane says about Stripe's objects, in plain words."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import QCoreApplication

from portal_desk.models.json import Json, ends_at, expanded, id_of, items_of
from portal_desk.models.money import exponent
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.portal.addresses import address_line
from portal_desk.ui import format as fmt


def tr(text: str) -> str:
    """`text` in the window's language."""
    return QCoreApplication.translate("Customer", text)


def subscription_title(snapshot: CustomerSnapshot, subscription: Json) -> str:
    """The names of what is subscribed to, such as `Team, Extra storage`."""
    names = [snapshot.product_name(item["price"]["product"]) for item in items_of(subscription)]
    return ", ".join(names) or str(subscription["id"])


def price_text(price: Json, quantity: int | None) -> str:
    """What an item costs, such as `€20.00 × 3 per month`."""
    every = _interval(price.get("recurring") or {})
    if (price.get("recurring") or {}).get("usage_type") == "metered":
        return tr("{amount} by usage, {every}").format(amount=_unit(price), every=every)
    if quantity is None or quantity == 1:
        return f"{_unit(price)} {every}"
    return f"{_unit(price)} × {fmt.count(quantity)} {every}"


def _unit(price: Json) -> str:
    currency = str(price["currency"])
    if price.get("billing_scheme") == "tiered":
        return tr("{currency} tiered").format(currency=currency.upper())
    if price.get("unit_amount") is not None:
        return fmt.money(int(price["unit_amount"]), currency)
    parts = Decimal(str(price.get("unit_amount_decimal") or 0)).scaleb(-exponent(currency))
    return f"{currency.upper()} {parts.normalize():f}"


def _interval(recurring: Json) -> str:
    count, interval = int(recurring.get("interval_count") or 1), str(recurring.get("interval", ""))
    if not interval:
        return tr("once")
    one = {"day": tr("per day"), "week": tr("per week"), "month": tr("per month")}
    many = {
        "day": tr("every {n} days"),
        "week": tr("every {n} weeks"),
        "month": tr("every {n} months"),
    }
    if count == 1:
        return one.get(interval, tr("per year"))
    return many.get(interval, tr("every {n} years")).format(n=count)


def subscription_notes(snapshot: CustomerSnapshot, subscription: Json) -> list[tuple[str, str]]:
    """Key and value of all that is worth knowing about a subscription's terms."""
    notes = [(tr("Period"), _period(subscription))]
    if subscription.get("status") == "trialing" and subscription.get("trial_end"):
        notes.append(
            (tr("Trial"), tr("until {day}").format(day=fmt.date(subscription["trial_end"])))
        )
    notes += [(tr("Discount"), text) for text in discount_texts(snapshot, subscription)]
    schedule = snapshot.schedule_of(subscription)
    if schedule is not None:
        notes.append((tr("Schedule"), _schedule(snapshot, schedule)))
    if subscription.get("pause_collection"):
        notes.append((tr("Collection"), _pause(subscription["pause_collection"])))
    notes.append((tr("Paid by"), _paid_by(snapshot, subscription)))
    return [(key, value) for key, value in notes if value]


def cancellation_text(subscription: Json) -> str:
    """When a scheduled cancellation takes effect, or when it did; empty where there is none."""
    if subscription.get("status") == "canceled":
        return tr("Ended {day}").format(day=fmt.date(subscription.get("ended_at")))
    end = ends_at(subscription)
    return tr("Cancels {day}").format(day=fmt.date(end)) if end else ""


def _period(subscription: Json) -> str:
    if subscription.get("status") in {"canceled", "incomplete_expired"}:
        return ""
    starts = [item["current_period_start"] for item in items_of(subscription)]
    ends = [item["current_period_end"] for item in items_of(subscription)]
    return f"{fmt.date(max(starts))} – {fmt.date(min(ends))}" if starts else ""


def discount_texts(snapshot: CustomerSnapshot, owner: Json) -> list[str]:
    """The discounts of a subscription, or of a customer, such as `Launch: 20% off until 3 Mar 2026`."""
    discounts = [*(owner.get("discounts") or []), owner.get("discount")]
    texts = [_discount(snapshot, whole) for one in discounts if (whole := expanded(one))]
    unread = sum(1 for one in discounts if isinstance(one, str))
    return texts + [tr("one that is not read yet")] * unread


def _discount(snapshot: CustomerSnapshot, discount: Json) -> str:
    source = (discount.get("source") or {}).get("coupon")
    coupon = expanded(source) or snapshot.coupons.get(id_of(source) or "") or {}
    if coupon.get("percent_off"):
        off = f"{Decimal(str(coupon['percent_off'])).normalize():f}%"
    elif coupon.get("amount_off"):
        off = fmt.money(int(coupon["amount_off"]), str(coupon["currency"]))
    else:
        return str(coupon.get("name") or id_of(source) or discount["id"])
    text = tr("{name}: {off} off").format(name=coupon.get("name") or coupon["id"], off=off)
    end = discount.get("end")
    return tr("{text} until {day}").format(text=text, day=fmt.date(end)) if end else text


def _schedule(snapshot: CustomerSnapshot, schedule: Json) -> str:
    now = (schedule.get("current_phase") or {}).get("end_date") or 0
    coming = [phase for phase in schedule.get("phases", []) if phase["start_date"] >= now]
    if not coming or not now:
        return tr("managed by a schedule ({status})").format(status=schedule["status"])
    prices = [snapshot.prices.get(id_of(item["price"]) or "") for item in coming[0]["items"]]
    names = [snapshot.product_name(price["product"]) for price in prices if price]
    what = ", ".join(names) or tr("the next phase")
    return tr("changes to {what} on {day}").format(what=what, day=fmt.date(coming[0]["start_date"]))


def _pause(pause: Json) -> str:
    resumes = pause.get("resumes_at")
    return tr("paused until {day}").format(day=fmt.date(resumes)) if resumes else tr("paused")


def _paid_by(snapshot: CustomerSnapshot, subscription: Json) -> str:
    if subscription.get("status") in {"canceled", "incomplete_expired"}:
        return ""
    if subscription.get("collection_method") == "send_invoice":
        days = subscription.get("days_until_due") or 0
        return tr("invoice by email, due in {n} days").format(n=days)
    method = snapshot.payment_method_of(subscription)
    return payment_method_text(method) if method else tr("no payment method")


def payment_method_text(method: Json) -> str:
    """A payment method, such as `Visa •••• 4242`."""
    kind = str(method["type"])
    details = method.get(kind) or {}
    brand = str(details.get("display_brand") or details.get("brand") or kind)
    name = _BRANDS.get(brand, brand.replace("_", " ").capitalize())
    last4 = details.get("last4")
    return f"{name} •••• {last4}" if last4 else name


def card_expiry(method: Json) -> str:
    """A card's expiry, such as `08/2030`; empty for anything else."""
    card = method.get("card") or {}
    return f"{card['exp_month']:02}/{card['exp_year']}" if card.get("exp_year") else ""


def is_expired(method: Json, *, year: int, month: int) -> bool:
    """Whether a card is past its last month."""
    card = method.get("card") or {}
    return bool(card.get("exp_year")) and (card["exp_year"], card["exp_month"]) < (year, month)


def address_text(address: Json | None) -> str:
    """A postal address in one line."""
    return address_line(address or {})


def balance_text(amount: int, currency: str) -> str:
    """A customer's balance: negative is credit to the customer (https://docs.stripe.com/billing/customer/balance).

    Empty where the customer has no currency yet.
    """
    if not currency or not amount:
        return fmt.money(0, currency) if currency else ""
    text = fmt.money(abs(amount), currency)
    return (
        tr("{text} credit").format(text=text) if amount < 0 else tr("{text} owed").format(text=text)
    )


def tax_status(customer: Json) -> str:
    """Whether the customer is taxed otherwise than usual; empty where not."""
    words = {"exempt": tr("Exempt"), "reverse": tr("Reverse charge")}
    return words.get(str(customer.get("tax_exempt")), "")


def tax_id_kind(tax_id: Json) -> str:
    """A tax ID's type for people: `eu_vat` is `EU VAT`."""
    return str(tax_id["type"]).replace("_", " ").upper()


_BRANDS = {
    "amex": "American Express",
    "cartes_bancaires": "Cartes Bancaires",
    "diners": "Diners Club",
    "eftpos_au": "eftpos",
    "jcb": "JCB",
    "unionpay": "UnionPay",
    "us_bank_account": "US bank account",
    "sepa_debit": "SEPA Direct Debit",
    "au_becs_debit": "BECS Direct Debit",
    "bacs_debit": "Bacs Direct Debit",
    "paypal": "PayPal",
    "ideal": "iDEAL",
}
