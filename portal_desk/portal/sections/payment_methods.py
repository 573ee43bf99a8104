"""What a customer can be charged to."""

from __future__ import annotations

from datetime import UTC, datetime

from portal_desk.models.json import Json
from portal_desk.models.loose import as_count, as_object, as_text
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.portal.document import Badge, Button, Row, Section, Verdict, Verdicts
from portal_desk.portal.words import Words

_HIDDEN = Verdict("hidden")

_BRANDS = {
    "amex": "American Express",
    "cartes_bancaires": "Cartes Bancaires",
    "diners": "Diners Club",
    "discover": "Discover",
    "eftpos_au": "eftpos",
    "jcb": "JCB",
    "link": "Link",
    "mastercard": "Mastercard",
    "unionpay": "UnionPay",
    "visa": "Visa",
}

_NAMES = {
    "acss_debit": "PAD",
    "alipay": "Alipay",
    "amazon_pay": "Amazon Pay",
    "au_becs_debit": "BECS Direct Debit",
    "bacs_debit": "Bacs Direct Debit",
    "bancontact": "Bancontact",
    "boleto": "Boleto",
    "cashapp": "Cash App Pay",
    "ideal": "iDEAL",
    "kakao_pay": "Kakao Pay",
    "klarna": "Klarna",
    "konbini": "Konbini",
    "link": "Link",
    "naver_pay": "Naver Pay",
    "paypal": "PayPal",
    "pix": "Pix",
    "revolut_pay": "Revolut Pay",
    "sepa_debit": "SEPA Direct Debit",
    "us_bank_account": "ACH Direct Debit",
}
"""Payment methods' own names, which no language translates."""


def payment_methods_section(
    words: Words, snapshot: CustomerSnapshot, verdicts: Verdicts, *, now: int
) -> Section:
    """The attached payment methods, the default first; left out where managing them is disabled."""
    add = verdicts.portal.get("add_payment_method", _HIDDEN)
    default = snapshot.default_payment_method()
    ordered = sorted(snapshot.payment_methods, key=lambda method: not _same(method, default))
    update = verdicts.portal.get("update_payment_method", _HIDDEN)
    return Section(
        key="payment_methods",
        title=words.gettext("Payment methods"),
        rows=tuple(
            _row(words, method, update, is_default=_same(method, default), now=now)
            for method in ordered
        ),
        buttons=(
            Button(
                "add_payment_method",
                words.gettext("Add payment method"),
                add.availability,
                add.reasons,
                add.notes,
                "link",
            ),
        ),
        availability="hidden" if add.availability == "hidden" else "enabled",
        reasons=add.reasons,
        empty=words.gettext("No payment method on file."),
    )


def _same(method: Json, default: Json | None) -> bool:
    return default is not None and method.get("id") == default.get("id")


def _row(words: Words, method: Json, update: Verdict, *, is_default: bool, now: int) -> Row:
    badges = [Badge(words.gettext("Default"), "neutral")] if is_default else []
    if has_expired(method, now=now):
        badges.append(Badge(words.gettext("Expired"), "critical"))
    make_default = Button(
        "update_payment_method",
        words.gettext("Make default"),
        update.availability,
        update.reasons,
        update.notes,
        "link",
    )
    return Row(
        id=as_text(method.get("id")),
        title=title_of(words, method),
        lines=tuple(_lines(method)),
        value=_expiry(words, method),
        badges=tuple(badges),
        buttons=() if is_default else (make_default,),
    )


def title_of(words: Words, method: Json) -> str:
    """A payment method in short: "Visa •••• 4242"."""
    kind = as_text(method.get("type"))
    details = as_object(method.get(kind))
    if kind == "card":
        brand = as_text(details.get("display_brand") or details.get("brand"))
        name = _BRANDS.get(brand) or words.gettext("Card")
    else:
        name = (
            as_text(details.get("bank_name")) or _NAMES.get(kind) or kind.replace("_", " ").title()
        )
    last4 = as_text(details.get("last4"))
    return f"{name} •••• {last4}" if last4 else name


def _lines(method: Json) -> list[str]:
    """Whose account it is, for methods without a number."""
    details = as_object(method.get(as_text(method.get("type"))))
    owners = (details.get(name) for name in ("email", "payer_email", "cashtag"))
    return [as_text(owner) for owner in owners if as_text(owner)]


def _expiry(words: Words, method: Json) -> str:
    card = as_object(method.get("card"))
    month, year = as_count(card.get("exp_month")), as_count(card.get("exp_year"))
    if month is None or year is None:
        return ""
    return words.gettext("Expires {date}").replace("{date}", f"{month:02}/{year}")


def has_expired(method: Json, *, now: int) -> bool:
    """Whether a card's last month is over."""
    card = as_object(method.get("card"))
    month, year = as_count(card.get("exp_month")), as_count(card.get("exp_year"))
    if month is None or year is None:
        return False
    today = datetime.fromtimestamp(now, UTC)
    return (year, month) < (today.year, today.month)
