"""Invoices that requests make and change, apart from subscriptions' own."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox.billing.discounts import effective, redeem, requested
from portal_desk.sandbox.billing.drafts import waiting_line
from portal_desk.sandbox.billing.editing import added_up_anew
from portal_desk.sandbox.billing.issuing import DAY, GRACE, issue, waiting_items
from portal_desk.sandbox.billing.items import merged, tax_rates
from portal_desk.sandbox.billing.taxes import automatic_tax, require_location
from portal_desk.sandbox.billing.totals import Bill
from portal_desk.sandbox.problems import invalid, missing
from portal_desk.sandbox.state import State

_PLAIN = (
    "account_tax_ids", "auto_advance", "collection_method", "custom_fields",
    "default_payment_method", "description", "due_date", "effective_at", "footer", "number",
    "rendering", "shipping_details", "statement_descriptor",
)  # fmt: skip
_ALWAYS = {"auto_advance", "metadata"}
"""What may change once an invoice is finalized."""


def create_invoice(state: State, params: Json) -> Json:
    """Make a draft invoice of what waits to be billed.

    Raises:
        StripeProblem: where Stripe would refuse.
    """
    subscription = state.get("subscription", params.get("subscription") or "")
    if params.get("subscription") and not subscription:
        raise missing("subscription", params["subscription"], "subscription")
    customer_id = params.get("customer") or (subscription or {}).get("customer") or ""
    customer = state.get("customer", customer_id)
    if not customer:
        raise missing("customer", customer_id, "customer")
    require_location(customer, params.get("automatic_tax"), params.get("default_tax_rates"))
    currency = _currency(params, customer, subscription)
    bill = Bill(
        drafts=[
            waiting_line(state, each) for each in _waiting(state, params, customer_id, currency)
        ],
        discounts=_discounts(state, params, customer, subscription),
        tax_rates=_tax_rates(state, params, subscription),
        subscription=subscription,
        metadata=params.get("metadata") or {},
    )
    fields: Json = {"auto_advance": False, "currency": currency}
    if "automatic_tax" in params:
        fields["automatic_tax"] = automatic_tax(params["automatic_tax"]["enabled"], customer)
    fields |= _fields(state, params)
    _check_due(fields | {"due_date": fields.get("due_date")})
    invoice = issue(state, bill, customer, reason="manual", at=state.now(), **fields)
    return state.update(invoice, _finalizes(state, invoice, params))


def _currency(params: Json, customer: Json, subscription: Json | None) -> str:
    if subscription:
        return str(subscription["currency"])
    return str(params.get("currency") or customer["currency"] or "usd").lower()


def _waiting(state: State, params: Json, customer: str, currency: str) -> list[Json]:
    """A subscription's invoice bills what waits for it; others what waits, if they are told to."""
    subscription = params.get("subscription")
    include = params.get("pending_invoice_items_behavior", "exclude") == "include"
    if not subscription and not include:
        return []
    return waiting_items(state, customer, subscription, currency=currency)


def _discounts(state: State, params: Json, customer: Json, subscription: Json | None) -> list[Json]:
    if params.get("discounts"):
        return requested(state, params["discounts"], customer["id"], at=state.now())
    if params.get("discounts") == "":
        return []
    own = subscription["discounts"] if subscription else []
    return effective(state, own, customer, state.now())


def _tax_rates(state: State, params: Json, subscription: Json | None) -> list[Json]:
    if "default_tax_rates" in params:
        return tax_rates(state, params["default_tax_rates"], "default_tax_rates")
    return list(subscription["default_tax_rates"]) if subscription else []


def _fields(state: State, params: Json) -> Json:
    """The fields that a request sets; an empty value unsets one."""
    fields: Json = {name: _unset(params[name]) for name in _PLAIN if name in params}
    if "days_until_due" in params:
        fields["due_date"] = state.now() + params["days_until_due"] * DAY
    if settings := params.get("payment_settings"):
        empty = {
            "default_mandate": None, "payment_method_options": None, "payment_method_types": None,
        }  # fmt: skip
        fields["payment_settings"] = empty | {k: _unset(v) for k, v in settings.items()}
    if rendering := fields.get("rendering"):
        empty = {
            "amount_tax_display": None, "pdf": None, "template": None, "template_version": None,
        }  # fmt: skip
        fields["rendering"] = empty | rendering
    return fields


def _unset(value: object) -> object:
    return None if value == "" else value


def _check_due(invoice: Json) -> None:
    """Only an emailed invoice is due on a date."""
    sent = invoice.get("collection_method") == "send_invoice"
    if sent and invoice["due_date"] is None:
        raise invalid(
            "If invoice collection method is `send_invoice`, you must specify `due_date` or "
            "`days_until_due`.",
            "days_until_due",
        )
    if not sent and invoice["due_date"] is not None:
        raise invalid(
            "You can only specify `due_date` or `days_until_due` if `collection_method` is "
            "`send_invoice`.",
            "due_date",
        )


def _finalizes(state: State, invoice: Json, params: Json) -> Json:
    """When a draft is finalized by itself: an hour after that was asked for, or on a date.

    Source: https://docs.stripe.com/invoicing/scheduled-finalization
    """
    if not invoice["auto_advance"]:
        return {"automatically_finalizes_at": None}
    wanted = params.get("automatically_finalizes_at")
    if wanted is not None and wanted <= state.now():
        raise invalid(
            "`automatically_finalizes_at` must be in the future.", "automatically_finalizes_at"
        )
    planned = wanted or invoice["automatically_finalizes_at"]
    return {"automatically_finalizes_at": planned or state.now() + GRACE}


def update_invoice(state: State, invoice: Json, params: Json) -> Json:
    """Change a draft; of a finalized invoice only its metadata and whether it advances.

    Raises:
        StripeProblem: where Stripe would refuse.
    """
    if invoice["status"] != "draft" and params.keys() - _ALWAYS:
        raise invalid(
            "Finalized invoices can't be updated in this way: only `metadata` and `auto_advance`.",
            code="invoice_not_editable",
        )
    changes = _fields(state, params)
    if "metadata" in params:
        changes["metadata"] = merged(invoice["metadata"], params["metadata"])
    if params.keys() & {"collection_method", "days_until_due", "due_date"}:
        _check_due(invoice | changes)
    if invoice["status"] != "draft":
        return state.update(invoice, changes, "invoice.updated")
    changes |= _finalizes(state, invoice | changes, params)
    return added_up_anew(state, invoice, changes | _money(state, invoice, params))


def _money(state: State, invoice: Json, params: Json) -> Json:
    """The fields that change what a draft comes to."""
    changes: Json = {}
    customer = state.kind("customer")[invoice["customer"]]
    if "default_tax_rates" in params:
        wanted = params["default_tax_rates"]
        changes["default_tax_rates"] = tax_rates(state, wanted, "default_tax_rates")
    if "automatic_tax" in params:
        rates = (invoice | changes)["default_tax_rates"]
        require_location(customer, params["automatic_tax"], rates)
        changes["automatic_tax"] = automatic_tax(params["automatic_tax"]["enabled"], customer)
    if "discounts" in params:
        wanted = params["discounts"] or []
        found = requested(state, wanted, customer["id"], at=state.now())
        for each in found:
            redeem(state, each | {"invoice": invoice["id"]})
        changes["discounts"] = [each["id"] for each in found]
    return changes
