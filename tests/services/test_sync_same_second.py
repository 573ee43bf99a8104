"""Of several events of one second, the one that tells how an object is now is found, or the object is read."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from portal_desk.models.json import Json
from portal_desk.services.store_writing import Batch, Trust
from portal_desk.services.sync.same_second import last_told

from .sync_world import Synced, name_of, rename


def event(kind: str, before: Json | None = None, of: str = "customer", **fields: Any) -> Json:
    about = {"object": of, "id": "x_1", **fields}
    data = {"object": about} | ({"previous_attributes": before} if before else {})
    return {"type": f"{of}.{kind}", "api_version": "now", "data": data}


CREATED = event("created", name="A", phone="1")
RENAMED = event("updated", {"name": "A"}, name="B", phone="1")
CALLED = event("updated", {"phone": "1"}, name="B", phone="2")
BACK = event("updated", {"name": "B"}, name="A", phone="1")
DRAFT = event("created", of="invoice", status="draft")
OPEN = event("finalized", of="invoice", status="open")
PAID = event("paid", of="invoice", status="paid")
SUCCEEDED = event("payment_succeeded", of="invoice", status="paid")
SCHEDULED = event("updated", {"schedule": None}, of="subscription", schedule="s", status="active")
CANCELED = event("deleted", of="subscription", schedule=None, status="canceled")
GONE = event("deleted", of="invoice", status="draft")


@pytest.mark.parametrize(
    ("events", "last"),
    [
        ([CREATED, RENAMED, CALLED], CALLED),
        ([CREATED, RENAMED], RENAMED),
        ([DRAFT, OPEN, PAID, SUCCEEDED], PAID),
        ([DRAFT, GONE], GONE),
        ([SCHEDULED, {**CANCELED, "type": "customer.subscription.deleted"}], CANCELED),
        ([RENAMED, event("paused", name="A", phone="1")], None),
        ([CREATED, RENAMED, BACK], None),
        ([event("updated", name="A"), event("updated", name="B")], None),
        ([event("created", of="coupon"), event("deleted", of="coupon")], None),
    ],
)
def test_whatever_order_they_come_in_the_last_is_known_or_nothing_is_guessed(
    events: list[Json], last: Json | None
) -> None:
    for order in permutations(events):
        found = last_told(order)
        told = found and found["data"]["object"]
        assert told == (last and last["data"]["object"])


async def test_changes_of_one_second_that_come_in_the_wrong_order_end_as_they_did(
    synced: Synced,
) -> None:
    await synced.sync()
    synced.clock.now += 60
    rename(synced, "First")
    rename(synced, "Second")
    events = sorted(
        synced.state.kind("event").values(), key=lambda event: (event["created"], event["id"])
    )[-2:]
    swapped = [event["data"] for event in events]
    for one, data in zip(events, reversed(swapped), strict=True):
        one |= {"data": data, "created": events[0]["created"]}
    await synced.sync()
    assert name_of(synced) == "Second"


async def test_an_event_of_a_second_that_was_applied_already_does_not_undo_what_came_after_it(
    synced: Synced,
) -> None:
    await synced.sync()
    synced.clock.now += 60
    rename(synced, "First")
    rename(synced, "Second")
    early, _ = [e for e in synced.state.kind("event").values() if e["type"] == "customer.updated"]
    synced.state.feed._hidden_until[early["id"]] = synced.clock() + 5
    await synced.sync()
    synced.clock.now += 5
    await synced.sync()
    assert name_of(synced) == "Second"


async def test_promotion_codes_end_with_their_coupon(synced: Synced) -> None:
    gateway = synced.gateway
    wish = {"promotion": {"type": "coupon", "coupon": "SPRING"}, "code": "HELLO"}
    await gateway.post("/v1/promotion_codes", wish)
    await synced.sync()
    assert synced.store.promotion_codes()[0]["active"]
    synced.clock.now += 60
    await gateway.delete("/v1/coupons/SPRING")
    await synced.sync()
    assert not synced.store.promotion_codes()[0]["active"]


async def test_a_coupon_that_was_deleted_and_made_anew_in_one_second_is_there(
    synced: Synced,
) -> None:
    await synced.sync()
    synced.clock.now += 60
    await synced.gateway.delete("/v1/coupons/SPRING")
    wish = {"id": "SPRING", "percent_off": 35, "duration": "forever"}
    await synced.gateway.post("/v1/coupons", wish)
    await synced.sync()
    assert [coupon["percent_off"] for coupon in synced.store.coupons()] == [35]


async def test_what_the_desk_reads_after_an_action_outlives_a_page_that_was_asked_for_before(
    synced: Synced,
) -> None:
    """The page was asked for in the same second, and is written later."""
    await synced.sync()
    page, _ = await synced.gateway.read("/v1/customers/cus_1")
    synced.clock.now += 60
    now = synced.clock()
    synced.store.apply([page | {"name": "After the action"}], as_of=now)
    batch = Batch()
    batch.add(page, now, Trust.PAGE)
    synced.store.write(batch)
    assert name_of(synced) == "After the action"
