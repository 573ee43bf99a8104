"""What objects looked like before Stripe's breaking changes, made from what they look like now.

Clover (https://docs.stripe.com/changelog/clover): a discount and a promotion code held their coupon
as a whole. Basil (https://docs.stripe.com/changelog/basil): a subscription had the billing period;
an invoice and its lines named subscription, payment, price and taxes themselves. Fields that came
later without breaking anything are left in place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from portal_desk.models.json import Json, id_of, items_of, period_end
from portal_desk.sandbox.objects import plan_of
from portal_desk.sandbox.order import Range
from portal_desk.sandbox.state import State
from portal_desk.sandbox.views import view

Shape: TypeAlias = Callable[[State, Json], Json]
"""Gives a copy of an object in its older shape; what is nested in it is shaped afterwards."""


def _without(found: Json, *gone: str) -> Json:
    return {name: value for name, value in found.items() if name not in gone}


def _whole(state: State, kind: str, value: str | Json | None) -> Json | None:
    """The object behind an id, as an answer shows it."""
    if isinstance(value, dict) or value is None:
        return value
    found = state.get(kind, value)
    return view(state, found) if found else {"id": value, "object": kind, "deleted": True}


def _first_discount(state: State, found: Json) -> Json | None:
    return _whole(state, "discount", next(iter(found["discounts"] or ()), None))


# Before clover


def _discount(state: State, found: Json) -> Json:
    coupon = _whole(state, "coupon", found["source"]["coupon"])
    return _without(found, "source") | {"coupon": coupon}


def _promotion_code(state: State, found: Json) -> Json:
    coupon = _whole(state, "coupon", found["promotion"]["coupon"])
    return _without(found, "promotion") | {"coupon": coupon}


# Before basil


def _subscription(state: State, found: Json) -> Json:
    items = list(items_of(found))
    starts = [item["current_period_start"] for item in items]
    only = items[0] if len(items) == 1 else None
    return found | {
        "plan": only and only["plan"],
        "quantity": only and only.get("quantity"),
        "current_period_end": period_end(found),
        "current_period_start": min(starts, default=None),
        "discount": _first_discount(state, found),
    }


def _subscription_item(_: State, found: Json) -> Json:
    return _without(found, "current_period_end", "current_period_start")


def _schedule(_: State, found: Json) -> Json:
    phases = []
    for phase in found["phases"]:
        coupon = next((id_of(each["coupon"]) for each in phase["discounts"]), None)
        phases.append(phase | {"coupon": coupon})
    return found | {"phases": phases}


def _invoice(state: State, found: Json) -> Json:
    parent = found["parent"] or {}
    details = parent.get("subscription_details") or {}
    older = _without(found, "parent", "payments", "total_taxes") | {
        "application_fee_amount": None,
        **_payment(state, found),
        "discount": _first_discount(state, found),
        "paid": found["status"] == "paid",
        "paid_out_of_band": bool(found["amount_paid_off_stripe"]),
        "quote": (parent.get("quote_details") or {}).get("quote"),
        "subscription": details.get("subscription"),
        "subscription_details": {"metadata": details.get("metadata")},
        "tax": _sum(found["total_taxes"]) if found["total_taxes"] else None,
        "total_tax_amounts": _tax_amounts(found["total_taxes"]),
        "transfer_data": None,
    }
    if "subscription_proration_date" in details:
        older["subscription_proration_date"] = details["subscription_proration_date"]
    return older


def _payment(state: State, invoice: Json) -> Json:
    """What an invoice was paid with: the payment that it asks for by default."""
    payments = state.where("invoice_payment", invoice=invoice.get("id"))
    payment: Json = next((each["payment"] for each in payments if each["is_default"]), {})
    intent = state.get("payment_intent", payment.get("payment_intent") or "")
    charge = intent["latest_charge"] if intent else payment.get("charge")
    return {"charge": charge, "payment_intent": payment.get("payment_intent")}


def _line(state: State, found: Json) -> Json:
    parent = found["parent"] or {}
    details = parent.get(parent.get("type", "")) or {}
    of_item = parent.get("type") == "subscription_item_details"
    return (
        _without(found, "parent", "pricing", "taxes")
        | _priced(state, found)
        | _taxed(found["amount"], found["quantity"], found["taxes"])
        | {
            "invoice_item": details.get("invoice_item"),
            "proration": details.get("proration", False),
            "proration_details": details.get("proration_details"),
            "subscription_item": details.get("subscription_item"),
            "tax_rates": [_whole(state, "tax_rate", rate) for rate in _rates(found["taxes"])],
            "type": "subscription" if of_item else "invoiceitem",
        }
    )


def _invoice_item(state: State, found: Json) -> Json:
    details = (found["parent"] or {}).get("subscription_details") or {}
    exact = Decimal((found["pricing"] or {}).get("unit_amount_decimal") or found["amount"])
    return (
        _without(found, "parent", "pricing")
        | _priced(state, found)
        | {
            "subscription": details.get("subscription"),
            "subscription_item": details.get("subscription_item"),
            "unit_amount": int(exact) if exact == int(exact) else None,
            "unit_amount_decimal": _number(exact),
        }
    )


def _priced(state: State, found: Json) -> Json:
    details = (found["pricing"] or {}).get("price_details") or {}
    price = _whole(state, "price", details.get("price"))
    plan = plan_of(price) if price and price["recurring"] else None
    return {"plan": plan, "price": price}


def _payment_intent(state: State, found: Json) -> Json:
    return found | {"invoice": _paid_invoice(state, found["id"])}


def _charge(state: State, found: Json) -> Json:
    return found | {"invoice": _paid_invoice(state, id_of(found["payment_intent"]))}


def _paid_invoice(state: State, intent: str | None) -> str | None:
    """The invoice that a payment intent is for, if it is for one."""
    paid = Range("payment_intent", (intent,)) if intent else None
    found = next(state.walk("invoice_payment", paid, first=1), None) if paid else None
    return found[1]["invoice"] if found else None


def _credit_note(_: State, found: Json) -> Json:
    refund = next((each["refund"] for each in found["refunds"]), None)
    taxes = _tax_amounts(found["total_taxes"])
    return _without(found, "refunds", "total_taxes") | {"refund": refund, "tax_amounts": taxes}


def _credit_note_line(_: State, found: Json) -> Json:
    return _without(found, "taxes") | _taxed(found["amount"], found["quantity"], found["taxes"])


def _price(_: State, found: Json) -> Json:
    terms = found["recurring"]
    return found | {"recurring": terms and {"aggregate_usage": None, **terms}}


def _plan(_: State, found: Json) -> Json:
    return found | {"aggregate_usage": None}


def _taxed(amount: int, quantity: int | None, taxes: Sequence[Json]) -> Json:
    """The amount of a line without the taxes in it, and which taxes there are."""
    net = amount - _sum([tax for tax in taxes if tax["tax_behavior"] == "inclusive"])
    return {
        "amount_excluding_tax": net,
        "tax_amounts": _tax_amounts(taxes),
        "unit_amount_excluding_tax": _number(Decimal(net) / quantity) if quantity else None,
    }


def _tax_amounts(taxes: Sequence[Json]) -> list[Json]:
    return [
        {
            "amount": tax["amount"],
            "inclusive": tax["tax_behavior"] == "inclusive",
            "tax_rate": rate,
            "taxability_reason": tax["taxability_reason"],
            "taxable_amount": tax["taxable_amount"],
        }
        for tax, rate in zip(taxes, _rates(taxes), strict=True)
    ]


def _rates(taxes: Sequence[Json]) -> list[Any]:
    return [(tax["tax_rate_details"] or {}).get("tax_rate") for tax in taxes]


def _sum(taxes: Sequence[Json]) -> int:
    return sum(tax["amount"] for tax in taxes)


def _number(value: Decimal) -> str:
    """A decimal string as Stripe writes it: twelve places at most, none that says nothing."""
    return f"{value:.12f}".rstrip("0").rstrip(".")


BEFORE_CLOVER: dict[str, Shape] = {"discount": _discount, "promotion_code": _promotion_code}
BEFORE_BASIL: dict[str, Shape] = {
    "charge": _charge,
    "credit_note": _credit_note,
    "credit_note_line_item": _credit_note_line,
    "invoice": _invoice,
    "invoiceitem": _invoice_item,
    "line_item": _line,
    "payment_intent": _payment_intent,
    "plan": _plan,
    "price": _price,
    "subscription": _subscription,
    "subscription_item": _subscription_item,
    "subscription_schedule": _schedule,
}
