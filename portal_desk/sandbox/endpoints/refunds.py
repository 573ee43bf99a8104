"""Refunds."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox import billing
from portal_desk.sandbox.call import Call, Endpoint
from portal_desk.sandbox.endpoints.changes import only, plain_changes
from portal_desk.sandbox.lists import page
from portal_desk.sandbox.problems import invalid


def _list(call: Call) -> Json:
    only(
        call.params,
        "charge", "created", "ending_before", "limit", "payment_intent", "starting_after",
    )  # fmt: skip
    return page(
        call,
        "refund",
        charge=call.params.get("charge"),
        payment_intent=call.params.get("payment_intent"),
    )


def _retrieve(call: Call) -> Json:
    return call.named("refund")


def _create(call: Call) -> Json:
    only(call.params, "amount", "charge", "metadata", "payment_intent", "reason")
    return billing.create_refund(call.state, call.params)


def _update(call: Call) -> Json:
    """The change is told of twice: as a refund's, and as a charge's as it was before."""
    refund = call.named("refund")
    changes = plain_changes(call.params, [], refund)
    before = {name: refund[name] for name in changes if refund[name] != changes[name]}
    call.state.update(refund, changes, "refund.updated")
    if before:
        call.state.emit("charge.refund.updated", refund, before)
    return refund


def _cancel(call: Call) -> Json:
    """Only a refund that waits for the customer can be canceled, and none here does."""
    status = call.named("refund")["status"]
    raise invalid(
        f"You cannot cancel this refund because it has a status of {status}. Only refunds with the "
        "status requires_action can be canceled."
    )


_ALL = "/v1/refunds"
_ONE = f"{_ALL}/{{id}}"

ENDPOINTS = (
    Endpoint("GET", _ALL, _list, "RefundListParams", "charge"),
    Endpoint("POST", _ALL, _create, "RefundCreateParams", "charge"),
    Endpoint("GET", _ONE, _retrieve, "RefundRetrieveParams", "charge"),
    Endpoint("POST", _ONE, _update, "RefundUpdateParams", "charge"),
    Endpoint("POST", f"{_ONE}/cancel", _cancel, "RefundCancelParams", "charge"),
)
