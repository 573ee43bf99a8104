"""From drafted lines to an invoice whose amounts add up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from portal_desk.models.json import Json
from portal_desk.sandbox import objects
from portal_desk.sandbox.billing.amounts import rounded
from portal_desk.sandbox.billing.discounts import taken_off
from portal_desk.sandbox.billing.drafts import Draft
from portal_desk.sandbox.state import State


@dataclass(frozen=True)
class Bill:
    """What an invoice is made of.

    Attributes:
        drafts: the lines.
        discounts: the discounts, whole.
        tax_rates: rates for every line that has none of its own.
        subscription: the subscription as it is billed, or None.
        metadata: the invoice's own.
    """

    drafts: Sequence[Draft]
    discounts: Sequence[Json] = ()
    tax_rates: Sequence[Json] = ()
    subscription: Json | None = None
    metadata: Json = field(default_factory=dict)


def filled_in(state: State, invoice: Json, bill: Bill) -> Json:
    """The invoice with lines, discounts, taxes and totals; changed in place, not stored."""
    lines = [_line(state, invoice, bill, draft) for draft in bill.drafts]
    off = taken_off(
        state,
        bill.discounts,
        [line["amount"] if line["discountable"] else 0 for line in lines],
        invoice["currency"],
    )
    for line, draft, cuts in zip(lines, bill.drafts, off, strict=True):
        line["discount_amounts"] = [cut for cut in cuts if cut["amount"]]
        rates = (
            () if invoice["customer_tax_exempt"] != "none" else draft.tax_rates or bill.tax_rates
        )
        line["taxes"] = _taxes(line, rates)
    invoice["lines"] = objects.line_list(invoice["id"], lines)
    invoice["discounts"] = [each["id"] for each in bill.discounts]
    invoice["default_tax_rates"] = list(bill.tax_rates)
    invoice.update(_totals(lines, invoice))
    return invoice


def _line(state: State, invoice: Json, bill: Bill, draft: Draft) -> Json:
    subscription = bill.subscription
    subscription_id = subscription["id"] if subscription else None
    metadata = subscription["metadata"] if subscription else {}
    parent = None
    if draft.item:
        parent = objects.subscription_line_parent(
            subscription_id,
            draft.item,
            proration=draft.proration,
            invoice_item=draft.invoice_item,
        )
    elif draft.invoice_item:
        parent = objects.invoice_item_line_parent(draft.invoice_item)
    return objects.new_line(
        state,
        invoice=invoice["id"],
        amount=draft.amount,
        currency=invoice["currency"],
        start=draft.start,
        end=draft.end,
        description=draft.description,
        discountable=draft.discountable,
        parent=parent,
        pricing=draft.price and objects.line_pricing(draft.price),
        quantity=draft.quantity,
        subscription=subscription_id,
        metadata=metadata if draft.metadata is None else draft.metadata,
    )


def _taxes(line: Json, rates: Sequence[Json]) -> list[Json]:
    """The taxes of a line: what the inclusive ones leave of its amount is what all are taken of.

    https://docs.stripe.com/billing/taxes/tax-rates#multiple-rates
    """
    taxable = line["amount"] - sum(cut["amount"] for cut in line["discount_amounts"])
    contained = sum(Decimal(str(rate["percentage"])) for rate in rates if rate["inclusive"])
    base = Decimal(taxable) * 100 / (100 + contained)
    taxes, so_far = [], Decimal(0)
    for rate in rates:
        percent = Decimal(str(rate["percentage"]))
        amount = rounded(base * percent / 100)
        if rate["inclusive"]:
            before = rounded(base * so_far / 100)
            so_far += percent
            last = so_far == contained
            amount = (taxable - rounded(base) if last else rounded(base * so_far / 100)) - before
        taxes.append(_tax(rate, amount, rounded(base)))
    return taxes


def _tax(rate: Json, amount: int, taxable: int) -> Json:
    return {
        "amount": amount,
        "tax_behavior": "inclusive" if rate["inclusive"] else "exclusive",
        "tax_rate_details": {"tax_rate": rate["id"]},
        "taxability_reason": "standard_rated",
        "taxable_amount": taxable,
        "type": "tax_rate_details",
    }


def _totals(lines: Sequence[Json], invoice: Json) -> Json:
    cuts = _summed((cut for line in lines for cut in line["discount_amounts"]), ("discount",))
    taxes = _summed(
        (tax for line in lines for tax in line["taxes"]),
        ("tax_behavior", "taxability_reason", "type"),
        rate=True,
    )
    inclusive = sum(tax["amount"] for tax in taxes if tax["tax_behavior"] == "inclusive")
    exclusive = sum(tax["amount"] for tax in taxes if tax["tax_behavior"] == "exclusive")
    subtotal = sum(line["subtotal"] for line in lines)
    total = subtotal - sum(cut["amount"] for cut in cuts) + exclusive
    return {
        "subtotal": subtotal,
        "subtotal_excluding_tax": subtotal - inclusive,
        "total": total,
        "total_discount_amounts": cuts,
        "total_excluding_tax": total - inclusive - exclusive,
        "total_pretax_credit_amounts": [cut | {"type": "discount"} for cut in cuts],
        "total_taxes": taxes,
        **due(total, invoice["starting_balance"]),
    }


def due(total: int, balance: int) -> Json:
    """What is left to pay once the customer's balance is taken into account.

    A credit (a negative balance) pays first; a negative total is credited, and never paid out
    (https://docs.stripe.com/billing/customer/balance).
    """
    amount = max(0, total + balance)
    return {"amount_due": amount, "amount_paid": 0, "amount_remaining": amount}


def _summed(parts: Iterable[Json], names: Sequence[str], *, rate: bool = False) -> list[Json]:
    sums: dict[str, Json] = {}
    for part in parts:
        key = part["tax_rate_details"]["tax_rate"] if rate else part[names[0]]
        if key not in sums:
            sums[key] = dict(part)
            continue
        sums[key]["amount"] += part["amount"]
        if rate:
            sums[key]["taxable_amount"] += part["taxable_amount"]
    return list(sums.values())
