"""What events say about objects: what to write down as it is told, and what has to be read."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable

from portal_desk.models.json import Json, id_of, items_of
from portal_desk.services.mapping import kind_of
from portal_desk.services.nested_lists import complete_lists, is_cut_off
from portal_desk.services.store_writing import Batch, Trust
from portal_desk.services.sync.kinds import BY_NAME
from portal_desk.services.sync.link import Link
from portal_desk.services.sync.same_second import is_removal, last_told

_WITHOUT_OBJECT = frozenset({"invoice.upcoming"})
"""Events about an invoice that doesn't exist yet."""

ToRead = dict[tuple[str, str], int]
"""The objects to read, by kind and id, and the latest that was told of each (seconds UTC)."""


async def learn(link: Link, events: list[Json], batch: Batch) -> None:
    """Note events, oldest first, and what they say; read what they leave open, once per object."""
    for event in events:
        batch.add(event, event["created"])
    account = (await asyncio.to_thread(link.store.account)).get("id")
    about_us = [event for event in events if _concerns_us(event, account)]
    unclear = await _take(link, about_us, batch)
    for (kind, object_id), told in (await _not_read_since(link, unclear)).items():
        await _read(link, kind, object_id, told, batch)
    for coupon in sorted(_invalid_coupons(about_us)):
        await _read_promotions(link, coupon, batch)


async def _take(link: Link, events: list[Json], batch: Batch) -> ToRead:
    """Note what the events say, and return what has to be read instead."""
    version = await link.gateway.api_version()
    discounts = await asyncio.to_thread(link.store.known_discounts, _discounts(events))
    unclear: ToRead = {}
    for told in await _by_second(link, events):
        event = last_told(told)
        about = (event or told[-1])["data"]["object"]
        kind, at = str(kind_of(about)), told[-1]["created"]
        if kind == "discount":
            discounts.add(about["id"])
        if event is not None and is_removal(event):
            batch.remove(kind, about["id"], at)
        elif event is None or event.get("api_version") != version or _lacks(about, discounts):
            unclear[_to_read(kind, about)] = at
        else:
            batch.add(about, at)
    return unclear


async def _by_second(link: Link, events: list[Json]) -> list[list[Json]]:
    """New events by object and second, in order, each with those that were told before of the same second."""
    if not events:
        return []
    ids = sorted({_object_of(event)[1] for event in events})
    since = min(event["created"] for event in events)
    before = await asyncio.to_thread(link.store.events_about, ids, since)
    told: dict[tuple[int, str, str], dict[str, Json]] = defaultdict(dict)
    new = {(event["created"], *_object_of(event)) for event in events}
    for event in (*before, *events):
        place = (event["created"], *_object_of(event))
        if place in new:
            told[place][event["id"]] = event
    return [list(told[place].values()) for place in sorted(told)]


def _object_of(event: Json) -> tuple[str, str]:
    about = event["data"]["object"]
    return str(about.get("object")), str(about.get("id"))


def _concerns_us(event: Json, account: str | None) -> bool:
    about = event["data"]["object"]
    kind = kind_of(about)
    if kind is None or not about.get("id") or event["type"] in _WITHOUT_OBJECT:
        return False
    return kind != "account" or about["id"] == account  # a platform hears of others' accounts too


def _lacks(about: Json, known_discounts: set[str]) -> bool:
    """Whether an event's payload leaves out what the cache keeps."""
    if about["object"] == "billing_portal.configuration":
        update = (about.get("features") or {}).get("subscription_update") or {}
        return "products" not in update
    if about["object"] == "price":
        return "currency_options" not in about
    return is_cut_off(about) or bool(_discounts_of(about) - known_discounts)


def _to_read(kind: str, about: Json) -> tuple[str, str]:
    """The object to read for news of `about`; a discount is read with whoever has it."""
    if kind != "discount":
        return kind, about["id"]
    subscription = about.get("subscription")
    return (
        ("subscription", subscription)
        if subscription
        else ("customer", id_of(about["customer"]) or "")
    )


def _discounts(events: Iterable[Json]) -> list[str]:
    return sorted({found for event in events for found in _discounts_of(event["data"]["object"])})


def _discounts_of(about: Json) -> set[str]:
    """The discounts that a subscription and its items name."""
    if about.get("object") != "subscription":
        return set()
    holders = (about, *items_of(about))
    return {
        found
        for holder in holders
        for entry in holder.get("discounts") or []
        if (found := id_of(entry))
    }


def _invalid_coupons(events: Iterable[Json]) -> set[str]:
    """Coupons that are gone or no longer valid."""
    about = ((event, event["data"]["object"]) for event in events)
    return {
        found["id"]
        for event, found in about
        if found["object"] == "coupon" and (is_removal(event) or not found.get("valid", True))
    }


async def _read_promotions(link: Link, coupon: str, batch: Batch) -> None:
    """Read a coupon's promotion codes: they end with it, which no event tells."""
    codes = await asyncio.to_thread(link.store.promotion_codes)
    if not any(code["active"] and _coupon_of(code) == coupon for code in codes):
        return
    question: Json = {"limit": 100, "coupon": coupon}
    more = True
    while more:
        page, as_of = await link.read("/v1/promotion_codes", question)
        for code in page["data"]:
            batch.add(code, as_of, Trust.LAST)
        more = bool(page["has_more"])
        question = {**question, "starting_after": page["data"][-1]["id"]} if more else question


def _coupon_of(promotion_code: Json) -> str | None:
    return id_of((promotion_code.get("promotion") or {}).get("coupon"))


async def _not_read_since(link: Link, unclear: ToRead) -> ToRead:
    """What the cache doesn't have from a later second anyway."""
    ids = defaultdict[str, list[str]](list)
    for kind, object_id in unclear:
        ids[kind].append(object_id)
    times = {
        (kind, object_id): time
        for kind, some in ids.items()
        for object_id, time in (await asyncio.to_thread(link.store.times, kind, some)).items()
    }
    return {wanted: told for wanted, told in unclear.items() if times.get(wanted, told) <= told}


async def _read(link: Link, kind: str, object_id: str, told: int, batch: Batch) -> None:
    """Read an object, which is no older than what was told of it."""
    source = BY_NAME.get(kind)
    path = f"{source.path}/{object_id}" if source else "/v1/account"
    entry, as_of = await link.find(path, source.one() if source else None)
    as_of = max(as_of, told)
    if entry is None or (kind == "payment_method" and not entry["customer"]):
        batch.remove(kind, object_id, as_of)
        return
    await complete_lists(link.gateway, entry)
    batch.add(entry, as_of, Trust.LAST)
