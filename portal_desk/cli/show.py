"""`portal-desk show`: one customer with all that belongs to it."""

from __future__ import annotations

from argparse import Namespace
from contextlib import closing

from portal_desk.cli.output import day, heading, moment, print_json, print_table, say
from portal_desk.cli.session import Cache, customer_id, open_cache, open_desk, run_async
from portal_desk.errors import NotFound
from portal_desk.models.actions import JournalEntry
from portal_desk.models.json import Json, ends_at, expanded, id_of, items_of, period_end
from portal_desk.models.money import Money
from portal_desk.models.prices import interval_of, unit_amount
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.portal.addresses import address_line
from portal_desk.services.journal import Journal

_EVENTS = 20
_SUBSCRIPTION = ("id", "plan", "price", "discount", "status", "period ends", "ends")


def run(options: Namespace) -> int:
    with open_cache(options) as cache:
        wanted = customer_id(cache.store, cache.search, options.customer)
        if options.refresh:
            run_async(_refresh(options, wanted))
        snapshot = cache.store.snapshot(wanted)
        events = cache.store.events(wanted, _EVENTS)
        actions = _actions(cache, wanted)
    if snapshot is None:
        raise NotFound(f"{wanted} was deleted meanwhile.")
    if options.json:
        print_json(_document(snapshot, events, actions))
    else:
        _show(snapshot, events, actions)
    return 0


async def _refresh(options: Namespace, customer: str) -> int:
    async with open_desk(options) as desk:
        await desk.refresh(customer)
    return 0


def _actions(cache: Cache, customer: str) -> list[JournalEntry]:
    with closing(Journal(cache.files.journal, cache.file_key)) as journal:
        return journal.for_customer(customer, _EVENTS)


def _document(snapshot: CustomerSnapshot, events: list[Json], actions: list[JournalEntry]) -> Json:
    return {
        "customer": snapshot.customer,
        "subscriptions": snapshot.subscriptions,
        "schedules": list(snapshot.schedules.values()),
        "payment_methods": snapshot.payment_methods,
        "tax_ids": snapshot.tax_ids,
        "invoices": snapshot.invoices,
        "events": events,
        "actions": actions,
        "as_of": snapshot.as_of,
    }


def _show(snapshot: CustomerSnapshot, events: list[Json], actions: list[JournalEntry]) -> None:
    customer = snapshot.customer
    say(f"{customer.get('name') or customer.get('email') or customer['id']}   {customer['id']}")
    for label, value in _details(snapshot):
        if value:
            say(f"  {label:<12} {value}")
    _table("Metadata", ("key", "value"), _metadata(customer))
    _table("Subscriptions", _SUBSCRIPTION, _subscriptions(snapshot))
    _table("Payment methods", ("id", "what", ""), _payment_methods(snapshot))
    _table("Tax IDs", ("id", "type", "value", "verification"), _tax_ids(snapshot))
    _table("Invoices", ("id", "number", "status", "total", "created"), _invoices(snapshot))
    _table("Done from this desk", ("when", "what", "state", "by"), _journal(actions))
    _table("Events", ("when", "what"), [(moment(one["created"]), one["type"]) for one in events])


def _details(snapshot: CustomerSnapshot) -> list[tuple[str, str]]:
    customer = snapshot.customer
    currency = customer.get("currency")
    balance = (
        Money(customer["balance"], currency).format() if currency and customer["balance"] else ""
    )
    return [
        ("email", customer.get("email") or ""),
        ("phone", customer.get("phone") or ""),
        ("address", address_line(customer.get("address") or {})),
        ("currency", currency or ""),
        ("balance", balance),
        ("discount", _discounts(snapshot, [customer.get("discount")])),
        ("delinquent", "yes" if customer.get("delinquent") else ""),
        ("created", day(customer["created"])),
        ("as of", moment(snapshot.as_of)),
    ]


def _table(title: str, columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    if rows:
        heading(title)
        print_table(columns, rows, right=("total",))


def _subscriptions(snapshot: CustomerSnapshot) -> list[tuple[str, ...]]:
    return [
        (
            subscription["id"],
            "\n".join(_item(snapshot, item) for item in items_of(subscription)),
            "\n".join(_price(item["price"]) for item in items_of(subscription)),
            _discounts(snapshot, subscription.get("discounts") or []),
            subscription["status"],
            day(period_end(subscription)),
            day(ends_at(subscription)),
        )
        for subscription in snapshot.subscriptions
    ]


def _item(snapshot: CustomerSnapshot, item: Json) -> str:
    quantity = item.get("quantity")
    name = snapshot.product_name(item["price"]["product"])
    return f"{quantity} × {name}" if quantity and quantity > 1 else name


def _price(price: Json) -> str:
    """What one unit costs, and how often."""
    amount, (interval, count) = unit_amount(price), interval_of(price)
    cost = "in tiers" if amount is None else Money(round(amount), price["currency"]).format()
    if not interval:
        return cost
    return f"{cost} per {interval}" if count == 1 else f"{cost} every {count} {interval}s"


def _discounts(snapshot: CustomerSnapshot, discounts: list[Json | str | None]) -> str:
    return ", ".join(_discount(snapshot, whole) for one in discounts if (whole := expanded(one)))


def _discount(snapshot: CustomerSnapshot, discount: Json) -> str:
    source = (discount.get("source") or {}).get("coupon")
    coupon = expanded(source) or snapshot.coupons.get(id_of(source) or "") or {}
    name = str(coupon.get("name") or id_of(source) or discount["id"])
    if coupon.get("percent_off"):
        return f"{name} ({coupon['percent_off']:g}% off)"
    if coupon.get("amount_off"):
        return f"{name} ({Money(coupon['amount_off'], coupon['currency']).format()} off)"
    return name


def _metadata(customer: Json) -> list[tuple[str, ...]]:
    return [(key, str(value)) for key, value in sorted((customer.get("metadata") or {}).items())]


def _payment_methods(snapshot: CustomerSnapshot) -> list[tuple[str, ...]]:
    default = (snapshot.default_payment_method() or {}).get("id")
    return [
        (method["id"], _method(method), "default" if method["id"] == default else "")
        for method in snapshot.payment_methods
    ]


def _method(method: Json) -> str:
    details = method.get(method["type"]) or {}
    brand = details.get("brand") or details.get("bank_name") or method["type"]
    last4 = details.get("last4")
    return f"{brand} •••• {last4}" if last4 else str(brand)


def _tax_ids(snapshot: CustomerSnapshot) -> list[tuple[str, ...]]:
    return [
        (one["id"], one["type"], one["value"], (one.get("verification") or {}).get("status") or "")
        for one in snapshot.tax_ids
    ]


def _invoices(snapshot: CustomerSnapshot) -> list[tuple[str, ...]]:
    return [
        (
            invoice["id"],
            invoice.get("number") or "",
            invoice.get("status") or "",
            Money(invoice["total"], invoice["currency"]).format(),
            day(invoice["created"]),
        )
        for invoice in snapshot.invoices
    ]


def _journal(actions: list[JournalEntry]) -> list[tuple[str, ...]]:
    return [(moment(one.started), one.summary, one.state, one.operator) for one in actions]
