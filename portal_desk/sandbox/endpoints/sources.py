"""Customers' cards as sources, and the tokens that they come from."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox.call import Call, Endpoint
from portal_desk.sandbox.endpoints.changes import only, plain_changes
from portal_desk.sandbox.lists import page_of
from portal_desk.sandbox.methods import card_details
from portal_desk.sandbox.objects.sources import as_card, owner_changes
from portal_desk.sandbox.problems import invalid, unsupported
from portal_desk.sandbox.sources import add_source, remove_source, source_named, sources_of
from portal_desk.sandbox.tokens import make_token, new_card

_OWNER = (
    "address_city", "address_country", "address_line1", "address_line2", "address_state",
    "address_zip", "name",
)  # fmt: skip


def _list(call: Call) -> Json:
    only(call.params, "ending_before", "limit", "object", "starting_after")
    customer = call.named("customer", "customer")
    wanted = call.params.get("object", "card") == "card"
    cards = [as_card(each) for each in sources_of(call.state, customer)]
    return page_of(call, cards if wanted else [], "card")


def _source(call: Call) -> Json:
    return source_named(call.state, call.named("customer", "customer"), call.ids["id"])


def _retrieve(call: Call) -> Json:
    return as_card(_source(call))


def _create(call: Call) -> Json:
    only(call.params, "metadata", "source")
    state, customer = call.state, call.named("customer", "customer")
    had = customer["default_source"]
    method = add_source(state, customer, call.params["source"])
    state.update(method, plain_changes(call.params, ()))
    state.emit("customer.source.created", as_card(method))
    if had is None:
        state.emit("customer.updated", customer, {"default_source": None})
    return as_card(method)


def _update(call: Call) -> Json:
    only(call.params, *_OWNER, "exp_month", "exp_year", "metadata")
    method, before = _source(call), as_card(_source(call))
    expiry = {n: int(call.params[n]) for n in ("exp_month", "exp_year") if n in call.params}
    changes = plain_changes(call.params, (), method) | {
        "billing_details": owner_changes(method["billing_details"], call.params),
        "card": {**method["card"], **expiry},
    }
    after = as_card(call.state.update(method, changes))
    previous = {name: value for name, value in before.items() if value != after[name]}
    if previous:
        call.state.emit("customer.source.updated", after, previous)
    return after


def _delete(call: Call) -> Json:
    method = _source(call)
    remove_source(call.state, call.named("customer", "customer"), method)
    return {"id": method["id"], "object": "card", "deleted": True}


def _create_token(call: Call) -> Json:
    """A token for a card; those for bank accounts and persons are of no use here."""
    for name in sorted(call.params.keys() - {"card"}):
        raise unsupported(f"tokens made of the parameter '{name}'")
    given = call.params.get("card")
    if given is None:
        message = "You must supply either a card, customer, PII data, bank account, or account."
        raise invalid(message, code="parameter_missing")
    if not isinstance(given, dict):
        raise unsupported("tokens made of another card")
    numbers = {n: int(given[n]) for n in ("exp_month", "exp_year") if str(given[n]).isdecimal()}
    method = new_card(
        call.state, card_details(call.state, {**given, **numbers}), cvc="cvc" in given
    )
    method["billing_details"] = owner_changes(method["billing_details"], given)
    return make_token(call.state, method)


def _retrieve_token(call: Call) -> Json:
    return call.named("token")


_ALL = "/v1/customers/{customer}/sources"
_ONE = f"{_ALL}/{{id}}"

ENDPOINTS = (
    Endpoint("GET", _ALL, _list, "CustomerPaymentSourceListParams", "source"),
    Endpoint("POST", _ALL, _create, "CustomerPaymentSourceCreateParams", "source"),
    Endpoint("GET", _ONE, _retrieve, "CustomerPaymentSourceRetrieveParams", "source"),
    Endpoint("POST", _ONE, _update, "CustomerPaymentSourceUpdateParams", "source"),
    Endpoint("DELETE", _ONE, _delete, "CustomerPaymentSourceDeleteParams", "source"),
    Endpoint("POST", "/v1/tokens", _create_token, "TokenCreateParams", "token"),
    Endpoint("GET", "/v1/tokens/{id}", _retrieve_token, "TokenRetrieveParams", "token"),
)
