"""From drafted lines to an invoice whose amounts add up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from portal_desk.models.json import Json
from portal_desk.sandbox import objects
from portal_desk.sandbox.billing.discounts import taken_off_lines
from portal_desk.sandbox.billing.drafts import Draft
from portal_desk.sandbox.billing.taxes import line_rates, line_taxes
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
    off = taken_off_lines(state, bill.discounts, bill.drafts, invoice["currency"])
    for line, draft, cuts in zip(lines, bill.drafts, off, strict=True):
        line["discount_amounts"] = [cut for cut in (*draft.cuts, *cuts) if cut["amount"]]
        rates = _rates(state, bill, invoice, draft)
        line["taxes"] = line_taxes(line, rates)
    invoice["lines"] = objects.line_list(invoice["id"], lines)
    invoice["discounts"] = [each["id"] for each in bill.discounts]
    invoice["default_tax_rates"] = list(bill.tax_rates)
    invoice.update(_totals(lines, invoice))
    return invoice


def rates_of(state: State, bill: Bill, invoice: Json) -> list[Json]:
    """Every tax rate that the lines of an invoice are taxed by."""
    return [rate for draft in bill.drafts for rate in _rates(state, bill, invoice, draft)]


def _rates(state: State, bill: Bill, invoice: Json, draft: Draft) -> list[Json]:
    return line_rates(state, invoice, draft.price, draft.tax_rates or bill.tax_rates)


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
            credits=(draft.credited or {}).get("invoice_line_item_details"),
        )
    elif draft.invoice_item:
        parent = objects.invoice_item_line_parent(draft.invoice_item)
    return objects.new_line(
        state,
        id=draft.line or state.new_id("il", 24),
        invoice=invoice["id"],
        amount=draft.amount,
        currency=invoice["currency"],
        start=draft.start,
        end=draft.end,
        description=draft.description,
        discountable=draft.discountable,
        discounts=[each["id"] for each in draft.discounts],
        parent=parent,
        pricing=draft.price and objects.line_pricing(draft.price),
        quantity=draft.quantity,
        subscription=subscription_id,
        metadata=metadata if draft.metadata is None else draft.metadata,
    )


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
