"""Asking Stripe for the amounts on a page of the walk, and reading what the pages refer to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal_desk.models.json import Json
from portal_desk.models.loose import as_text
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.services.actions import preview
from portal_desk.services.portal.subject import Subject
from portal_desk.services.portal.walk import Answer, Catalogue

if TYPE_CHECKING:
    from portal_desk.services.store import Store
    from portal_desk.services.stripe_gateway import StripeGateway


async def ask(gateway: StripeGateway, question: Json) -> Answer:
    """What Stripe answers to a page's question. Nothing is changed there.

    Raises:
        StripeError, Offline: as the gateway raises them.
    """
    return Answer(await preview.fetch(gateway, question))


def read_subject(store: Store, snapshot: CustomerSnapshot) -> Subject:
    """The customer with what pages refer to, from the cache. Call it on a worker thread."""
    coupons = {as_text(one.get("id")): one for one in store.coupons()}
    catalogue = Catalogue(coupons, tuple(store.promotion_codes()))
    return Subject(snapshot, catalogue, store.products(), store.prices())
