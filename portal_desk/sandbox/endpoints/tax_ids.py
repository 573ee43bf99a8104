"""Tax IDs of customers, and of the business itself."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox.call import Call, Endpoint, fetch
from portal_desk.sandbox.lists import page
from portal_desk.sandbox.objects import new_tax_id
from portal_desk.sandbox.problems import missing, unsupported


def _list_of_customer(call: Call) -> Json:
    """`GET /v1/customers/{customer}/tax_ids`."""
    return page(call, "tax_id", customer=call.named("customer", "customer")["id"])


def _create_for_customer(call: Call) -> Json:
    """`POST /v1/customers/{customer}/tax_ids`."""
    customer = call.named("customer", "customer")
    return _create(call, customer["id"])


def _retrieve_of_customer(call: Call) -> Json:
    """`GET /v1/customers/{customer}/tax_ids/{id}`."""
    customer = call.named("customer", "customer")
    tax_id = call.named("tax_id")
    if tax_id["customer"] != customer["id"]:
        raise missing("tax id", tax_id["id"])
    return tax_id


def _delete_of_customer(call: Call) -> Json:
    """`DELETE /v1/customers/{customer}/tax_ids/{id}`."""
    _retrieve_of_customer(call)
    return _delete(call)


def _list(call: Call) -> Json:
    owner = call.params.get("owner", {"type": "self"})
    if owner["type"] == "customer":
        return page(call, "tax_id", customer=owner["customer"])
    return page(call, "tax_id", keep=lambda tax_id: tax_id["owner"]["type"] == owner["type"])


def _create_owned(call: Call) -> Json:
    owner = call.params.get("owner", {"type": "self"})
    if owner["type"] == "self":
        return _create(call, None)
    if owner["type"] != "customer":
        raise unsupported(f"tax IDs owned by {owner['type']}")
    customer = fetch(call.state, "customer", owner.get("customer", ""), "owner[customer]")
    return _create(call, customer["id"])


def _create(call: Call, customer: str | None) -> Json:
    new = new_tax_id(
        call.state, customer, type=call.params["type"], value=call.params["value"].strip()
    )
    return call.state.create(new, "customer.tax_id.created" if customer else None)


def _retrieve(call: Call) -> Json:
    return call.named("tax_id")


def _delete(call: Call) -> Json:
    tax_id = call.named("tax_id")
    call.state.delete(tax_id, "customer.tax_id.deleted" if tax_id["customer"] else None)
    return {"id": tax_id["id"], "object": "tax_id", "deleted": True}


_OF_CUSTOMER = "/v1/customers/{customer}/tax_ids"

ENDPOINTS = (
    Endpoint("GET", _OF_CUSTOMER, _list_of_customer, "CustomerTaxIdListParams", "customer"),
    Endpoint("POST", _OF_CUSTOMER, _create_for_customer, "CustomerTaxIdCreateParams", "customer"),
    Endpoint(
        "GET",
        f"{_OF_CUSTOMER}/{{id}}",
        _retrieve_of_customer,
        "CustomerTaxIdRetrieveParams",
        "customer",
    ),
    Endpoint(
        "DELETE",
        f"{_OF_CUSTOMER}/{{id}}",
        _delete_of_customer,
        "CustomerTaxIdDeleteParams",
        "customer",
    ),
    Endpoint("GET", "/v1/tax_ids", _list, "TaxIdListParams", "customer"),
    Endpoint("POST", "/v1/tax_ids", _create_owned, "TaxIdCreateParams", "customer"),
    Endpoint("GET", "/v1/tax_ids/{id}", _retrieve, "TaxIdRetrieveParams", "customer"),
    Endpoint("DELETE", "/v1/tax_ids/{id}", _delete, "TaxIdDeleteParams", "customer"),
)
