"""Charges: those of payment intents, and those that are made by themselves, as in older programs."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox import billing, direct, paying
from portal_desk.sandbox.billing.charges import captured
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


def _named(call: Call, param: str = "id") -> Json:
    found = billing.charge_named(call.state, call.ids["id"])
    if found is None:
        raise missing("charge", call.ids["id"], param, status=404)
    return found


def _create(call: Call) -> Json:
    only(
        call.params, *direct.PLAIN,
        "amount", "capture", "currency", "customer", "metadata", "source",
    )  # fmt: skip
    customer = call.given("customer", "customer")
    return direct.charge(call.state, customer, call.params)


def _update(call: Call) -> Json:
    only(call.params, "customer", "description", "metadata", "receipt_email", "shipping")
    charge = _named(call)
    call.given("customer", "customer")
    names = ("customer", "description", "receipt_email", "shipping")
    return call.state.update(charge, plain_changes(call.params, names, charge), "charge.updated")


def _capture(call: Call) -> Json:
    only(call.params, "amount")
    charge, amount = _named(call, "charge"), call.params.get("amount")
    intent = billing.intent_named(call.state, charge["payment_intent"] or "")
    if intent:
        paying.capture_payment(call.state, intent, amount)
    else:
        captured(call.state, charge, amount)
    return _named(call)


_ALL = "/v1/charges"
_ONE = f"{_ALL}/{{id}}"

ENDPOINTS = (
    Endpoint("GET", _ALL, _list, "ChargeListParams", "charge"),
    Endpoint("POST", _ALL, _create, "ChargeCreateParams", "charge"),
    Endpoint("GET", _ONE, _named, "ChargeRetrieveParams", "charge"),
    Endpoint("POST", _ONE, _update, "ChargeUpdateParams", "charge"),
    Endpoint("POST", f"{_ONE}/capture", _capture, "ChargeCaptureParams", "charge"),
)
