"""Drafts of invoices whose lines change: everything is added up anew."""

from __future__ import annotations

from collections.abc import Iterable

from portal_desk.models.json import Json, invoice_subscription
from portal_desk.sandbox.billing.drafts import Draft
from portal_desk.sandbox.billing.totals import Bill, filled_in
from portal_desk.sandbox.state import State


def put_on(state: State, invoice: Json, draft: Draft) -> None:
    """Put a line on a draft."""
    _added_up_anew(state, invoice, [*_drafts(state, invoice), draft])


def take_off(state: State, invoice: Json, invoice_item: str) -> None:
    """Take the line of an invoice item off a draft."""
    kept = (each for each in _drafts(state, invoice) if each.invoice_item != invoice_item)
    _added_up_anew(state, invoice, kept)


def _added_up_anew(state: State, invoice: Json, drafts: Iterable[Draft]) -> None:
    discounts = (state.get("discount", each) for each in invoice["discounts"])
    bill = Bill(
        drafts=list(drafts),
        discounts=[each for each in discounts if each],
        tax_rates=invoice["default_tax_rates"],
        subscription=state.get("subscription", invoice_subscription(invoice) or ""),
    )
    added_up = filled_in(state, dict(invoice), bill)
    changes = {name: value for name, value in added_up.items() if value != invoice[name]}
    state.update(invoice, changes, "invoice.updated")


def _drafts(state: State, invoice: Json) -> list[Draft]:
    return [_draft(state, line) for line in invoice["lines"]["data"]]


def _draft(state: State, line: Json) -> Draft:
    """The draft that a line was made from."""
    parent = line["parent"] or {}
    item = parent.get("subscription_item_details") or {}
    loose = parent.get("invoice_item_details") or {}
    details = (line["pricing"] or {}).get("price_details") or {}
    rates = (tax["tax_rate_details"]["tax_rate"] for tax in line["taxes"])
    return Draft(
        item=item.get("subscription_item") or "",
        price=state.get("price", details.get("price", "")),
        quantity=line["quantity"],
        amount=line["amount"],
        start=line["period"]["start"],
        end=line["period"]["end"],
        description=line["description"],
        proration=bool(item.get("proration")),
        invoice_item=item.get("invoice_item") or loose.get("invoice_item"),
        tax_rates=tuple(state.kind("tax_rate")[rate] for rate in rates),
        discountable=line["discountable"],
        metadata=line["metadata"],
    )
