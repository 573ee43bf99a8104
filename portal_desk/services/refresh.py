"""Reads one customer afresh: when a customer is opened, the cache may be seconds to hours behind."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING

from portal_desk.errors import NotFound
from portal_desk.models.changes import ChangeSet
from portal_desk.models.json import Json, data_of
from portal_desk.services.nested_lists import complete_lists
from portal_desk.services.reads import reading_for
from portal_desk.services.store_writing import Batch

if TYPE_CHECKING:
    from portal_desk.services.store import Store
    from portal_desk.services.stripe_gateway import StripeGateway

_CUSTOMER = {"expand": ["invoice_settings.default_payment_method", "tax_ids"]}
_SUBSCRIPTIONS = {
    "status": "all",
    "limit": 100,
    "expand": [
        "data.default_payment_method",
        "data.discounts",
        "data.items.data.discounts",
        "data.latest_invoice",
        "data.schedule",
    ],
}


async def refresh_customer(gateway: StripeGateway, store: Store, customer_id: str) -> ChangeSet:
    """Read a customer with its subscriptions and payment methods into the cache.

    That takes three reads, and one more for a subscription with more items than Stripe shows at once. Older invoices
    are not read: what changes there arrives with the events.

    Raises:
        NotFound: Stripe doesn't have the customer any more; it is forgotten here too.
    """
    with reading_for("customers"):
        batch = await _read(gateway, store, customer_id)
    return await asyncio.to_thread(store.write, batch)


async def _read(gateway: StripeGateway, store: Store, customer_id: str) -> Batch:
    batch = Batch()
    customer, as_of = await _customer(gateway, store, customer_id)
    batch.add(customer, as_of)
    (subscriptions, then), (methods, _) = await asyncio.gather(
        gateway.read("/v1/subscriptions", {"customer": customer_id, **_SUBSCRIPTIONS}),
        gateway.read(f"/v1/customers/{customer_id}/payment_methods", {"limit": 100}),
    )
    for entry in (*data_of(subscriptions), *data_of(methods)):
        await complete_lists(gateway, entry)
        batch.add(entry, then)
    known = await asyncio.to_thread(store.snapshot, customer_id)
    if known:
        _forget_others(batch, "payment_method", known.payment_methods, methods, then)
        _forget_others(batch, "tax_id", known.tax_ids, customer.get("tax_ids"), as_of)
    return batch


async def _customer(gateway: StripeGateway, store: Store, customer_id: str) -> tuple[Json, int]:
    """The customer, if Stripe still has it; the id of a deleted one gives a stub or a 404."""
    customer, as_of = await gateway.find(f"/v1/customers/{customer_id}", _CUSTOMER)
    if customer is None or customer.get("deleted"):
        await asyncio.to_thread(store.remove, "customer", customer_id, as_of=as_of)
        msg = f"Stripe no longer has the customer {customer_id}."
        raise NotFound(msg, "It was deleted meanwhile, and is gone from the list now.")
    return customer, as_of


def _forget_others(
    batch: Batch, kind: str, known: Iterable[Json], found: Json | None, as_of: int
) -> None:
    """Forget what the cache has and a complete list from Stripe has not."""
    if found is None or found.get("has_more"):
        return
    named = {entry["id"] for entry in data_of(found)}
    for entry in known:
        if entry["id"] not in named:
            batch.remove(kind, entry["id"], as_of)
