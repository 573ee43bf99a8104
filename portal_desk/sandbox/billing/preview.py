"""Previews of invoices: what would be billed, without billing it."""

from __future__ import annotations

from dataclasses import replace

from portal_desk.models.json import Json
from portal_desk.sandbox import objects
from portal_desk.sandbox.billing.coming import Coming, coming
from portal_desk.sandbox.billing.drafts import Draft
from portal_desk.sandbox.billing.invoice_items import item_draft
from portal_desk.sandbox.billing.issuing import GRACE, drafted
from portal_desk.sandbox.billing.taxes import automatic_tax, require_location
from portal_desk.sandbox.problems import invalid, missing
from portal_desk.sandbox.state import State

_OWN = {"schedule": "subscription_schedule", "subscription": "subscription"}
_DETAILS = ("address", "shipping", "tax_exempt")


def preview_invoice(state: State, params: Json) -> Json:
    """The invoice that would come next, or that a change would bring.

    The parameters are those of `POST /v1/invoices/create_preview`. The invoice is not stored.

    Raises:
        StripeProblem: `invoice_upcoming_none` where nothing would be billed; and whatever the
            change itself would be refused for.
    """
    customer = _customer(state, params)
    require_location(customer, params.get("automatic_tax"))
    found = coming(state, customer, params)
    extra = _extra(state, params, customer)
    bill = replace(found.bill, drafts=[*found.bill.drafts, *extra])
    return _upcoming(state, replace(found, bill=bill), customer, params)


def _customer(state: State, params: Json) -> Json:
    """Whom a preview is for: the one that it names or describes, or its subject's owner."""
    customer_id = params.get("customer") or _owner(state, params)
    details: Json = params.get("customer_details") or {}
    given: Json = {name: details[name] or None for name in _DETAILS if name in details}
    if given.get("address"):
        given["address"] = objects.address(**given["address"])
    if "tax_exempt" in given:
        given["tax_exempt"] = given["tax_exempt"] or "none"
    if customer_id:
        customer = state.get("customer", customer_id)
        if not customer:
            raise missing("customer", customer_id, "customer")
        return customer | given
    if not details:
        raise invalid(
            "You must provide one of `customer`, `subscription`, or `schedule`.", "customer"
        )
    return objects.new_customer(state, **given)


def _owner(state: State, params: Json) -> str | None:
    for name, kind in _OWN.items():
        if params.get(name):
            found = state.get(kind, params[name])
            if not found:
                raise missing(kind.replace("_", " "), params[name], name)
            return str(found["customer"])
    return None


def _extra(state: State, params: Json, customer: Json) -> list[Draft]:
    """The invoice items that a preview adds to what would be billed."""
    return [
        item_draft(state, wish, customer, f"invoice_items[{number}]")
        for number, wish in enumerate(params.get("invoice_items") or ())
    ]


def _upcoming(state: State, found: Coming, customer: Json, params: Json) -> Json:
    subscription, fields = found.bill.subscription, dict[str, Json | str]()
    if "automatic_tax" in params:
        fields["automatic_tax"] = automatic_tax(params["automatic_tax"]["enabled"], customer)
    if params.get("currency") and not subscription:
        fields["currency"] = params["currency"].lower()
    invoice = drafted(state, found.bill, customer, reason="upcoming", at=found.at, **fields)
    invoice |= {
        "id": state.new_id("upcoming_in", 24),
        "created": found.at,
        "period_end": found.at,
        "ending_balance": min(0, invoice["total"] + customer["balance"]),
        "next_payment_attempt": found.at + GRACE,
        "automatically_finalizes_at": None,
        "webhooks_delivered_at": None,
    }
    if subscription:
        invoice["parent"] = _parent(state, subscription, found.changes)
    lines = [line | {"invoice": invoice["id"]} for line in invoice["lines"]["data"]]
    return invoice | {"lines": objects.line_list(invoice["id"], lines)}


def _parent(state: State, subscription: Json, changes: Json) -> Json:
    if not state.get("subscription", subscription["id"]):
        return objects.subscription_invoice_parent(None, {})
    return objects.subscription_invoice_parent(
        subscription["id"], subscription["metadata"], changes.get("proration_date")
    )
