"""Drafts of invoices whose lines change: everything is added up anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from portal_desk.models.json import Json, invoice_subscription
from portal_desk.sandbox.billing.credited import on_lines
from portal_desk.sandbox.billing.drafts import Draft, price_of
from portal_desk.sandbox.billing.totals import Bill, filled_in, rates_of
from portal_desk.sandbox.state import State


def put_on(state: State, invoice: Json, draft: Draft) -> None:
    """Put a line on a draft, in the place of the one that bills the same invoice item."""
    drafts = _drafts(state, invoice)
    items = [each.invoice_item for each in drafts]
    if draft.invoice_item in items:
        place = items.index(draft.invoice_item)
        drafts[place] = replace(draft, line=drafts[place].line)
    else:
        drafts.append(draft)
    added_up_anew(state, invoice, {}, drafts)


def take_off(state: State, invoice: Json, invoice_item: str) -> None:
    """Take the line of an invoice item off a draft."""
    kept = [each for each in _drafts(state, invoice) if each.invoice_item != invoice_item]
    added_up_anew(state, invoice, {}, kept)


def added_up_anew(
    state: State, invoice: Json, fields: Json, drafts: Sequence[Draft] | None = None
) -> Json:
    """Change a draft's fields, and its lines where `drafts` are given; all of it is added up."""
    wanted = invoice | fields
    discounts = (state.get("discount", each) for each in wanted["discounts"])
    bill = Bill(
        drafts=_drafts(state, invoice) if drafts is None else drafts,
        discounts=[each for each in discounts if each],
        tax_rates=wanted["default_tax_rates"],
        subscription=state.get("subscription", invoice_subscription(invoice) or ""),
    )
    added_up = filled_in(state, wanted, bill)
    for rate in rates_of(state, bill, added_up):
        if not state.get("tax_rate", rate["id"]):
            state.create(rate)
    changes = {name: value for name, value in added_up.items() if value != invoice[name]}
    return state.update(invoice, changes, "invoice.updated")


def _drafts(state: State, invoice: Json) -> list[Draft]:
    return [_draft(state, invoice, line) for line in invoice["lines"]["data"]]


def _draft(state: State, invoice: Json, line: Json) -> Draft:
    """The draft that a line was made from."""
    parent = line["parent"] or {}
    item = parent.get("subscription_item_details") or {}
    loose = parent.get("invoice_item_details") or {}
    return Draft(
        line=line["id"],
        item=item.get("subscription_item") or "",
        price=price_of(state, line),
        quantity=line["quantity"],
        amount=line["amount"],
        start=line["period"]["start"],
        end=line["period"]["end"],
        description=line["description"],
        proration=bool(item.get("proration")),
        invoice_item=item.get("invoice_item") or loose.get("invoice_item"),
        tax_rates=_own_rates(state, invoice, line),
        discountable=line["discountable"],
        discounts=tuple(filter(None, (state.get("discount", each) for each in line["discounts"]))),
        cuts=() if line["discountable"] else tuple(line["discount_amounts"]),
        metadata=line["metadata"],
        credited=_credited(item),
    )


def _credited(details: Json) -> Json | None:
    """What charged that which a line gives back, as an invoice item says it."""
    known = (details.get("proration_details") or {}).get("credited_items")
    return known and on_lines(known)


def _own_rates(state: State, invoice: Json, line: Json) -> tuple[Json, ...]:
    """The rates that a line is taxed by where they are neither the invoice's nor automatic."""
    rates = [tax["tax_rate_details"]["tax_rate"] for tax in line["taxes"]]
    shared = [rate["id"] for rate in invoice["default_tax_rates"]]
    if invoice["automatic_tax"]["enabled"] or rates == shared:
        return ()
    return tuple(state.kind("tax_rate")[rate] for rate in rates)
