"""Products."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox.call import Call, Endpoint
from portal_desk.sandbox.endpoints.changes import only, plain_changes
from portal_desk.sandbox.endpoints.prices import create_price
from portal_desk.sandbox.lists import page
from portal_desk.sandbox.objects import new_product
from portal_desk.sandbox.problems import invalid

_PLAIN = (
    "active", "description", "images", "marketing_features", "name", "package_dimensions",
    "shippable", "statement_descriptor", "unit_label", "url",
)  # fmt: skip


def _list(call: Call) -> Json:
    only(
        call.params,
        "active", "created", "ending_before", "ids", "limit", "shippable", "starting_after",
        "type", "url",
    )  # fmt: skip
    ids = call.params.get("ids")
    return page(
        call,
        "product",
        keep=lambda product: ids is None or product["id"] in ids,
        active=call.params.get("active"),
        shippable=call.params.get("shippable"),
        type=call.params.get("type"),
        url=call.params.get("url"),
    )


def _retrieve(call: Call) -> Json:
    return call.named("product")


def _create(call: Call) -> Json:
    only(call.params, *_PLAIN, "default_price_data", "id", "metadata", "type")
    wanted = call.params.get("id")
    if wanted and call.state.get("product", wanted):
        raise invalid("Product already exists.", "id", "resource_already_exists")
    changes = plain_changes(call.params, (*_PLAIN, "type"))
    if wanted:
        changes["id"] = wanted
    new = new_product(call.state, changes.pop("name"), **changes)
    product = call.state.create(new, "product.created")
    data = call.params.get("default_price_data")
    if not data:
        return product
    price = create_price(call.state, {**data, "product": product["id"]})
    return call.state.update(product, {"default_price": price["id"]}, "product.updated")


def _update(call: Call) -> Json:
    only(call.params, *_PLAIN, "default_price", "metadata")
    product = call.named("product")
    price = call.given("price", "default_price")
    if price and price["product"] != product["id"]:
        raise invalid(
            f"The price specified ({price['id']}) must belong to the product ({product['id']}).",
            "default_price",
        )
    changes = plain_changes(call.params, (*_PLAIN, "default_price"), product)
    if "images" in changes:
        changes["images"] = changes["images"] or []
    changes["updated"] = call.state.now()
    return call.state.update(product, changes, "product.updated")


def _delete(call: Call) -> Json:
    product = call.named("product")
    if next(call.state.where("price", product=product["id"]), None):
        raise invalid(
            "This product cannot be deleted because it has one or more user-created prices."
        )
    call.state.delete(product, "product.deleted")
    return {"id": product["id"], "object": "product", "deleted": True}


ENDPOINTS = (
    Endpoint("GET", "/v1/products", _list, "ProductListParams", "product"),
    Endpoint("POST", "/v1/products", _create, "ProductCreateParams", "product"),
    Endpoint("GET", "/v1/products/{id}", _retrieve, "ProductRetrieveParams", "product"),
    Endpoint("POST", "/v1/products/{id}", _update, "ProductUpdateParams", "product"),
    Endpoint("DELETE", "/v1/products/{id}", _delete, "ProductDeleteParams", "product"),
)
