"""Payment intents, as far as billing makes them: they are read, not made."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox import billing
from portal_desk.sandbox.call import Call, Endpoint
from portal_desk.sandbox.endpoints.changes import only
from portal_desk.sandbox.lists import page
from portal_desk.sandbox.problems import missing


def _list(call: Call) -> Json:
    only(call.params, "created", "customer", "ending_before", "limit", "starting_after")
    customer = call.given("customer", "customer")
    invoices = call.state.kind("invoice")
    for payment in list(call.state.kind("invoice_payment").values()):
        if customer is None or invoices[payment["invoice"]]["customer"] == customer["id"]:
            billing.intent_of(call.state, payment)
    return page(call, "payment_intent", customer=call.params.get("customer"))


def _retrieve(call: Call) -> Json:
    only(call.params)
    found = billing.intent_named(call.state, call.ids["id"])
    if found is None:
        raise missing("payment_intent", call.ids["id"])
    return found


_ALL = "/v1/payment_intents"

ENDPOINTS = (
    Endpoint("GET", _ALL, _list, "PaymentIntentListParams", "payment_intent"),
    Endpoint("GET", f"{_ALL}/{{id}}", _retrieve, "PaymentIntentRetrieveParams", "payment_intent"),
)
