"""Payment methods of customers."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox.call import Call, Endpoint
from portal_desk.sandbox.endpoints.changes import only, over, plain_changes
from portal_desk.sandbox.lists import page
from portal_desk.sandbox.methods import create_method
from portal_desk.sandbox.objects import billing_details
from portal_desk.sandbox.paying import attach
from portal_desk.sandbox.problems import invalid, missing


def _list_of_customer(call: Call) -> Json:
    return _page(call, call.named("customer", "customer")["id"])


def _list(call: Call) -> Json:
    customer = call.given("customer", "customer")
    if customer is None:
        raise invalid("Missing required param: customer.", "customer", "parameter_missing")
    return _page(call, customer["id"])


def _page(call: Call, customer: str) -> Json:
    only(call.params, "customer", "ending_before", "limit", "starting_after", "type")
    return page(call, "payment_method", customer=customer, type=call.params.get("type"))


def _retrieve(call: Call) -> Json:
    return call.named("payment_method")


def _retrieve_of_customer(call: Call) -> Json:
    customer = call.named("customer", "customer")
    method = call.named("payment_method")
    if method["customer"] != customer["id"]:
        raise missing("PaymentMethod", method["id"])
    return method


def _create(call: Call) -> Json:
    return create_method(call.state, call.params)


def _update(call: Call) -> Json:
    only(call.params, "billing_details", "card", "metadata")
    method = call.named("payment_method")
    changes = plain_changes(call.params, (), method)
    if "billing_details" in call.params:
        given = call.params["billing_details"]
        changes["billing_details"] = over(method["billing_details"], given, billing_details())
    if "card" in call.params and method["type"] == "card":
        changes["card"] = {**method["card"], **call.params["card"]}
    return call.state.update(method, changes, "payment_method.updated")


def _attach(call: Call) -> Json:
    only(call.params, "customer")
    method = call.named("payment_method")
    customer = call.given("customer", "customer")
    if customer is None:
        raise invalid("Missing required param: customer.", "customer", "parameter_missing")
    return attach(call.state, method, customer["id"])


def _detach(call: Call) -> Json:
    """Take a payment method from its customer, and out of every default that names it."""
    method = call.named("payment_method")
    customer = call.state.get("customer", method["customer"] or "")
    if customer is None:
        raise invalid(
            "The payment method you provided is not attached to a customer so detachment is "
            "impossible."
        )
    settings = customer["invoice_settings"]
    if settings["default_payment_method"] == method["id"]:
        changed = {"invoice_settings": {**settings, "default_payment_method": None}}
        call.state.update(customer, changed, "customer.updated")
    if customer["default_source"] == method["id"]:
        call.state.update(customer, {"default_source": None}, "customer.updated")
    for subscription in call.state.where("subscription", customer=customer["id"]):
        if subscription["default_payment_method"] == method["id"]:
            unset = {"default_payment_method": None}
            call.state.update(subscription, unset, "customer.subscription.updated")
    return call.state.update(method, {"customer": None}, "payment_method.detached")


_ONE = "/v1/payment_methods/{id}"
_OF_CUSTOMER = "/v1/customers/{customer}/payment_methods"

ENDPOINTS = (
    Endpoint(
        "GET",
        _OF_CUSTOMER,
        _list_of_customer,
        "CustomerPaymentMethodListParams",
        "payment_method",
    ),
    Endpoint(
        "GET",
        f"{_OF_CUSTOMER}/{{id}}",
        _retrieve_of_customer,
        "CustomerPaymentMethodRetrieveParams",
        "payment_method",
    ),
    Endpoint("GET", "/v1/payment_methods", _list, "PaymentMethodListParams", "payment_method"),
    Endpoint("POST", "/v1/payment_methods", _create, "PaymentMethodCreateParams", "payment_method"),
    Endpoint("GET", _ONE, _retrieve, "PaymentMethodRetrieveParams", "payment_method"),
    Endpoint("POST", _ONE, _update, "PaymentMethodUpdateParams", "payment_method"),
    Endpoint("POST", f"{_ONE}/attach", _attach, "PaymentMethodAttachParams", "payment_method"),
    Endpoint("POST", f"{_ONE}/detach", _detach, "PaymentMethodDetachParams", "payment_method"),
)
