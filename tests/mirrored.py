"""Whether a cache is what the server has, object by object and field by field."""

from __future__ import annotations

from portal_desk.models.json import Json, items_of
from portal_desk.services.store import Store
from portal_desk.services.stripe_gateway import StripeGateway

LISTS: dict[str, tuple[str, Json]] = {
    "product": ("/v1/products", {}),
    "price": ("/v1/prices", {"expand": ["data.currency_options"]}),
    "coupon": ("/v1/coupons", {}),
    "promotion_code": ("/v1/promotion_codes", {}),
    "portal_configuration": (
        "/v1/billing_portal/configurations",
        {"expand": ["data.features.subscription_update.products"]},
    ),
    "customer": ("/v1/customers", {}),
    "subscription": ("/v1/subscriptions", {"status": "all"}),
    "subscription_schedule": ("/v1/subscription_schedules", {}),
    "invoice": ("/v1/invoices", {}),
}
SILENT = frozenset({"hosted_invoice_url", "invoice_pdf", "next_invoice_sequence"})
"""Fields that change without an event: addresses expire, and an invoice takes the next number."""

ALL = 2**40
"""A time (seconds UTC) that every row is older than."""


def rows(store: Store, kind: str) -> dict[str, Json]:
    """All that a cache has of a kind, by id."""
    found = {name: store.object(kind, name) for name in store.unseen(kind, ALL)}
    return {name: row for name, row in found.items() if row is not None}


async def differences(gateway: StripeGateway, store: Store) -> list[str]:
    """What a cache has otherwise than the server, in words."""
    found = []
    for kind, (path, query) in LISTS.items():
        there = await _listed(gateway, path, query)
        here = rows(store, kind)
        if kind == "subscription":
            await _with_all_items(gateway, there)
            here, there = _with_prices_by_id(here), _with_prices_by_id(there)
        found += _compared(kind, here, there)
    found += await _of_customers(gateway, store)
    return found


async def _listed(gateway: StripeGateway, path: str, query: Json) -> dict[str, Json]:
    pages = gateway.pages(path, dict(query))
    return {entry["id"]: entry async for page in pages for entry in page}


def _with_prices_by_id(subscriptions: dict[str, Json]) -> dict[str, Json]:
    """A price within an item is as old as the subscription: the desk shows it as it is in the prices."""
    for subscription in subscriptions.values():
        for item in items_of(subscription):
            item["price"] = item["price"]["id"]
            item.pop("plan", None)
    return subscriptions


async def _with_all_items(gateway: StripeGateway, subscriptions: dict[str, Json]) -> None:
    for subscription in subscriptions.values():
        if subscription["items"]["has_more"]:
            whole = await _listed(
                gateway, "/v1/subscription_items", {"subscription": subscription["id"]}
            )
            subscription["items"] |= {"data": list(whole.values()), "has_more": False}


async def _of_customers(gateway: StripeGateway, store: Store) -> list[str]:
    """Tax ids are all mirrored; payment methods are once their customer was opened."""
    tax_ids: dict[str, Json] = {}
    methods: dict[str, Json] = {}
    for customer in await _listed(gateway, "/v1/customers", {}):
        path = f"/v1/customers/{customer}"
        tax_ids |= await _listed(gateway, f"{path}/tax_ids", {})
        methods |= await _listed(gateway, f"{path}/payment_methods", {})
    known = rows(store, "payment_method")
    there = {name: method for name, method in methods.items() if name in known}
    return [
        *_compared("tax_id", rows(store, "tax_id"), tax_ids),
        *_compared("payment_method", known, there),
        *_without_discounts(store),
    ]


def _without_discounts(store: Store) -> list[str]:
    """Discounts that a subscription names and the cache doesn't have."""
    named = {
        discount
        for subscription in rows(store, "subscription").values()
        for holder in (subscription, *items_of(subscription))
        for discount in holder.get("discounts") or []
    }
    return [f"discount {name} is missing" for name in named - rows(store, "discount").keys()]


def _compared(kind: str, here: dict[str, Json], there: dict[str, Json]) -> list[str]:
    fields = {name: _fields(here[name], there[name]) for name in there.keys() & here.keys()}
    return [
        *(f"{kind} {name} is missing" for name in there.keys() - here.keys()),
        *(f"{kind} {name} is gone there" for name in here.keys() - there.keys()),
        *(f"{kind} {name} differs in {found}" for name, found in fields.items() if found),
    ]


def _fields(here: Json, there: Json) -> list[str]:
    return sorted(
        name for name in (here.keys() | there.keys()) - SILENT if here.get(name) != there.get(name)
    )
