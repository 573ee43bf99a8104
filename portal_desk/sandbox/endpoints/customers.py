"""Customers."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox import billing, customer_discounts
from portal_desk.sandbox.call import Call, Endpoint, fetch
from portal_desk.sandbox.clocks import CLOCK
from portal_desk.sandbox.emails import check_email
from portal_desk.sandbox.endpoints.changes import (
    only,
    over,
    plain_changes,
)
from portal_desk.sandbox.lists import page
from portal_desk.sandbox.objects import (
    EMPTY_ADDRESS,
    invoice_settings,
    new_balance_transaction,
    new_customer,
    new_tax_id,
)
from portal_desk.sandbox.objects.sources import as_card
from portal_desk.sandbox.paying import require_free
from portal_desk.sandbox.problems import invalid
from portal_desk.sandbox.sources import add_source, replace_source, source_named
from portal_desk.sandbox.state import State

_PLAIN = (
    "description",
    "email",
    "invoice_prefix",
    "name",
    "next_invoice_sequence",
    "phone",
    "preferred_locales",
    "tax_exempt",
)
_UPDATABLE = (*_PLAIN, "address", "balance", "invoice_settings", "metadata", "shipping")
_MOST_ON_A_CLOCK = 3


def _list(call: Call) -> Json:
    only(call.params, "created", "email", "ending_before", "limit", "starting_after", "test_clock")
    clock = call.params.get("test_clock")
    return page(
        call,
        "customer",
        keep=lambda customer: customer["test_clock"] == clock,
        email=call.params.get("email"),
        test_clock=clock,
    )


def _retrieve(call: Call) -> Json:
    if call.state.was_deleted("customer", call.ids["id"]):
        return _deleted(call.ids["id"])
    return call.named("customer")


def _create(call: Call) -> Json:
    only(
        call.params, *_UPDATABLE, *customer_discounts.NAMES,
        "payment_method", "source", "tax_id_data", "test_clock",
    )  # fmt: skip
    clock = call.given(CLOCK, "test_clock")
    if clock:
        _check_room(call.state, clock["id"])
    customer = new_customer(call.state, test_clock=clock and clock["id"])
    payment_method = call.given("payment_method", "payment_method")
    if payment_method:
        # It has to be the customer's before it can be the default; it is told afterwards.
        require_free(call.state, payment_method)
        call.state.update(payment_method, {"customer": customer["id"]})
    customer.update(_changes(call.state, customer, call.params))
    customer.update(_balance_set(call.state, customer, call.params, type="initial"))
    token = call.params.get("source")
    source = add_source(call.state, customer, token) if token else None
    call.state.create(customer, "customer.created")
    if source:
        call.state.emit("customer.source.created", as_card(source))
    if discount := customer_discounts.asked_for(call.state, customer, call.params):
        customer_discounts.give(call.state, customer, discount)
    if payment_method:
        call.state.emit("payment_method.attached", payment_method)
    for each in call.params.get("tax_id_data", []):
        tax_id = new_tax_id(call.state, customer["id"], type=each["type"], value=each["value"])
        call.state.create(tax_id, "customer.tax_id.created")
    return customer


def _update(call: Call) -> Json:
    only(call.params, *_UPDATABLE, *customer_discounts.NAMES, "default_source", "source")
    customer = call.named("customer")
    changes = _changes(call.state, customer, call.params)
    changes |= _balance_set(call.state, customer, call.params, type="adjustment")
    if wanted := call.params.get("default_source"):
        source = source_named(call.state, customer, wanted, "source")
        changes["default_source"] = source["id"]
    if token := call.params.get("source"):
        replace_source(call.state, customer, token)
    if discount := customer_discounts.asked_for(call.state, customer, call.params):
        customer_discounts.give(call.state, customer, discount)
    elif call.params.get("coupon") == "":
        customer_discounts.take(call.state, customer)
    return call.state.update(customer, changes, "customer.updated")


def _balance_set(state: State, customer: Json, params: Json, *, type: str) -> Json:  # noqa: A002
    """A balance that is set is moved there by a transaction, like every other change of it."""
    moved = params.get("balance", customer["balance"]) - customer["balance"]
    if not moved:
        return {}
    currency = customer["currency"] or _account_currency(state)
    transaction = new_balance_transaction(state, customer, moved, type=type, currency=currency)
    state.create(transaction)
    return {"balance": transaction["ending_balance"]}


def _account_currency(state: State) -> str:
    """The currency of the business, for those who have none yet."""
    account: Json = next(iter(state.kind("account").values()), {})
    return str(account.get("default_currency", "usd"))


def _changes(state: State, customer: Json, params: Json) -> Json:
    """What the parameters of a create or an update change."""
    check_email(params.get("email"))
    changes = plain_changes(params, _PLAIN, customer)
    if "address" in params:
        given = params["address"]
        changes["address"] = over(customer["address"], given, EMPTY_ADDRESS) if given else None
    if "shipping" in params:
        changes["shipping"] = _shipping(params["shipping"])
    if "invoice_settings" in params:
        changes["invoice_settings"] = _settings(state, customer, params["invoice_settings"])
    return changes


def _shipping(given: Json | str) -> Json | None:
    if not isinstance(given, dict):
        return None
    return {
        "address": over(None, given["address"], EMPTY_ADDRESS),
        "carrier": None,
        "name": given["name"],
        "phone": given.get("phone") or None,
        "tracking_number": None,
    }


def _settings(state: State, customer: Json, given: Json) -> Json:
    default = given.get("default_payment_method")
    if default:
        param = "invoice_settings[default_payment_method]"
        method = fetch(state, "payment_method", default, param)
        if method["customer"] != customer["id"]:
            raise invalid(
                f"The customer does not have a payment method with the ID {default}. The payment "
                "method must be attached to the customer.",
                param,
                "resource_missing",
            )
    return over(customer["invoice_settings"], given, invoice_settings())


def _check_room(state: State, clock: str) -> None:
    on_it = sum(1 for _ in state.where("customer", test_clock=clock))
    if on_it >= _MOST_ON_A_CLOCK:
        raise invalid(
            f"You can only attach up to {_MOST_ON_A_CLOCK} customers to a test clock.",
            "test_clock",
        )


def _delete(call: Call) -> Json:
    customer = call.named("customer")
    delete_customer(call.state, customer)
    return _deleted(customer["id"])


def delete_customer(state: State, customer: Json) -> None:
    """Delete a customer: the subscriptions end, the payment methods are detached."""
    billing.stop_billing(state, customer)
    for method in state.where("payment_method", customer=customer["id"]):
        state.update(method, {"customer": None}, "payment_method.detached")
    state.delete(customer, "customer.deleted")


def _deleted(customer: str) -> Json:
    return {"id": customer, "object": "customer", "deleted": True}


_ONE = "/v1/customers/{id}"

ENDPOINTS = (
    Endpoint("GET", "/v1/customers", _list, "CustomerListParams", "customer"),
    Endpoint("POST", "/v1/customers", _create, "CustomerCreateParams", "customer"),
    Endpoint("GET", _ONE, _retrieve, "CustomerRetrieveParams", "customer"),
    Endpoint("POST", _ONE, _update, "CustomerUpdateParams", "customer"),
    Endpoint("DELETE", _ONE, _delete, "CustomerDeleteParams", "customer"),
)
