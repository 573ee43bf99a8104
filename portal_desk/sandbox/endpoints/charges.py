"""Charges, as payment intents make them: they are read, not made."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox import billing, paying
from portal_desk.sandbox.call import Call, Endpoint
from portal_desk.sandbox.endpoints.awakening import awaken
from portal_desk.sandbox.endpoints.changes import only, plain_changes
from portal_desk.sandbox.lists import page
from portal_desk.sandbox.problems import missing


def _list(call: Call) -> Json:
    only(
        call.params,
        "created", "customer", "ending_before", "limit", "payment_intent", "starting_after",
    )  # fmt: skip
    call.given("customer", "customer")
    wanted = call.params.get("payment_intent")
    intent = billing.intent_named(call.state, wanted) if wanted else None
    if intent is None:
        awaken(call, status="paid")
    customer = intent["customer"] if intent else call.params.get("customer")
    return page(call, "charge", customer=customer, payment_intent=wanted)


def _named(call: Call) -> Json:
    found = billing.charge_named(call.state, call.ids["id"])
    if found is None:
        raise missing("charge", call.ids["id"])
    return found


def _update(call: Call) -> Json:
    only(call.params, "customer", "description", "metadata", "receipt_email", "shipping")
    charge = _named(call)
    call.given("customer", "customer")
    names = ("customer", "description", "receipt_email", "shipping")
    return call.state.update(charge, plain_changes(call.params, names, charge), "charge.updated")


def _capture(call: Call) -> Json:
    only(call.params, "amount")
    charge = _named(call)
    intent = billing.intent_named(call.state, charge["payment_intent"]) or {}
    paying.capture_payment(call.state, intent, call.params.get("amount"))
    return _named(call)


_ALL = "/v1/charges"
_ONE = f"{_ALL}/{{id}}"

ENDPOINTS = (
    Endpoint("GET", _ALL, _list, "ChargeListParams", "charge"),
    Endpoint("GET", _ONE, _named, "ChargeRetrieveParams", "charge"),
    Endpoint("POST", _ONE, _update, "ChargeUpdateParams", "charge"),
    Endpoint("POST", f"{_ONE}/capture", _capture, "ChargeCaptureParams", "charge"),
)
