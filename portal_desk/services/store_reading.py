"""Reads of the cache, each in few queries over indexed columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Table, func, select

from portal_desk.models import schema
from portal_desk.models.json import Json, expanded, id_of, items_of
from portal_desk.models.prices import in_currency
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.services.sqlite.raw import unpack
from portal_desk.services.store_writing import chunks


def objects(connection: Connection, table: Table, *conditions: Any) -> list[Json]:
    """The Stripe objects of a table that meet the conditions, newest first."""
    query = select(table.c.raw).where(*conditions)
    query = query.order_by(table.c.created.desc(), table.c.pk.desc())
    return [unpack(raw) for raw in connection.scalars(query)]


def by_id(connection: Connection, table: Table, ids: Iterable[str | None]) -> dict[str, Json]:
    """The objects with these ids that the cache knows, by id."""
    wanted = sorted({found for found in ids if found})
    found = (
        entry
        for chunk in chunks(wanted)
        for entry in objects(connection, table, table.c.id.in_(chunk))
    )
    return {entry["id"]: entry for entry in found}


def configurations(connection: Connection) -> list[Json]:
    """Portal configurations: the default first, then the active ones, newest first."""
    table = schema.portal_configuration
    order = (table.c.is_default.desc(), table.c.active.desc(), table.c.created.desc(), table.c.id)
    return [unpack(raw) for raw in connection.scalars(select(table.c.raw).order_by(*order))]


def session_uses(connection: Connection) -> list[tuple[str, str, int, int]]:
    """Configuration, customer, how many portal sessions, when the last (seconds UTC), newest first."""
    table = schema.event
    session = func.json_extract(func.unpacked(table.c.raw), "$.data.object.configuration")
    uses, last = (session, table.c.customer), func.max(table.c.created)
    query = select(*uses, func.count(), last).group_by(*uses).order_by(last.desc())
    named = connection.execute(query.where(schema.SESSION_CREATED, session.is_not(None)))
    return [tuple(row) for row in named]


def account(connection: Connection) -> Json:
    """The account, or an empty object before the first sync."""
    return next(iter(objects(connection, schema.account)), {})


def snapshot(connection: Connection, customer_id: str) -> CustomerSnapshot | None:
    """Everything about one customer, with expanded discounts and default payment methods, prices in its currency."""
    table = schema.customer
    row = connection.execute(
        select(table.c.raw, table.c.as_of).where(table.c.id == customer_id)
    ).first()
    if row is None:
        return None
    customer = unpack(row.raw)
    found = {
        name: objects(connection, of, of.c.customer == customer_id)
        for name, of in _OF_A_CUSTOMER.items()
    }
    subscriptions = found["subscriptions"]
    discounts = {discount["id"]: discount for discount in found["discounts"]}
    _expand_payment_methods([customer, *subscriptions], found["payment_methods"])
    for subscription in subscriptions:
        _expand_discounts(subscription, discounts)
    prices = _prices(connection, subscriptions)
    for subscription in subscriptions:
        _show_in_its_currency(subscription, prices)
    return CustomerSnapshot(
        customer=customer,
        subscriptions=tuple(subscriptions),
        schedules={schedule["id"]: schedule for schedule in found["schedules"]},
        invoices=tuple(found["invoices"]),
        payment_methods=tuple(found["payment_methods"]),
        tax_ids=tuple(found["tax_ids"]),
        products=by_id(
            connection, schema.product, (id_of(price.get("product")) for price in prices.values())
        ),
        prices=prices,
        coupons=by_id(connection, schema.coupon, _coupons(customer, discounts.values())),
        account=account(connection),
        as_of=int(row.as_of),
    )


_OF_A_CUSTOMER = {
    "subscriptions": schema.subscription,
    "schedules": schema.subscription_schedule,
    "invoices": schema.invoice,
    "payment_methods": schema.payment_method,
    "tax_ids": schema.tax_id,
    "discounts": schema.discount,
}


def _expand_payment_methods(holders: Iterable[Json], payment_methods: Sequence[Json]) -> None:
    known = {method["id"]: method for method in payment_methods}
    for holder in holders:
        place = (holder.get("invoice_settings") or {}) if holder["object"] == "customer" else holder
        default = place.get("default_payment_method")
        if isinstance(default, str) and default in known:
            place["default_payment_method"] = known[default]


def _expand_discounts(subscription: Json, discounts: dict[str, Json]) -> None:
    for holder in (subscription, *items_of(subscription)):
        named = holder.get("discounts") or []
        holder["discounts"] = [discounts.get(id_of(entry) or "", entry) for entry in named]


def _prices(connection: Connection, subscriptions: Iterable[Json]) -> dict[str, Json]:
    """Every price that a subscription or an offer of a portal configuration names, by id."""
    of_items = {
        item["price"]["id"]: item["price"]
        for subscription in subscriptions
        for item in items_of(subscription)
        if item.get("price")
    }
    offered = set(_offered_prices(configurations(connection)))
    return of_items | by_id(connection, schema.price, offered | of_items.keys())


def _show_in_its_currency(subscription: Json, prices: dict[str, Json]) -> None:
    """Items show a price as it was when the subscription was read, in its first currency, whatever is charged."""
    for item in items_of(subscription):
        price = prices.get(id_of(item.get("price")) or "", {})
        if price.get("currency_options"):
            item["price"] = in_currency(price, subscription["currency"])


def _offered_prices(found: Iterable[Json]) -> Iterator[str]:
    for configuration in found:
        update = (configuration.get("features") or {}).get("subscription_update") or {}
        for product in update.get("products") or []:
            yield from (id_of(price) or "" for price in product.get("prices") or [])


def _coupons(customer: Json, discounts: Iterable[Json]) -> Iterator[str | None]:
    own = expanded(customer.get("discount"))
    for discount in (*discounts, *([own] if own else [])):
        yield id_of((discount.get("source") or {}).get("coupon"))
