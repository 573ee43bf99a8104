"""What is in the cache after a first sync, and after a long time away."""

from __future__ import annotations

import pytest

from portal_desk.models.progress import Progress
from portal_desk.sandbox.objects import new_tax_id
from portal_desk.services.sync.cursor import RETENTION

from .sync_world import CUSTOMERS, DAY, Killed, Synced, name_of, rename


async def test_everything_is_there_after_the_first_sync(synced: Synced) -> None:
    await synced.sync()
    assert len(synced.customers()) == CUSTOMERS
    found = synced.store.snapshot("cus_1")
    assert found is not None
    assert found.default_payment_method() == synced.world.payment_method
    assert found.subscriptions[0]["discounts"] == [synced.world.discount]
    assert [entry["id"] for entry in found.tax_ids] == ["txi_1"]
    assert [entry["id"] for entry in found.invoices] == ["in_1"]
    assert found.account["id"] == "acct_1"
    freshness = synced.store.freshness()
    assert freshness.complete
    assert freshness.of("customer").done == CUSTOMERS
    assert freshness.synced_at == pytest.approx(synced.clock(), abs=10)


async def test_progress_is_reported_page_by_page(synced: Synced) -> None:
    await synced.sync()
    customers = [(step.done, step.total) for step in synced.progress if step.kind == "customer"]
    assert customers == [(100, None), (200, None), (250, 250)]
    assert synced.progress[-1].phase == "tail"
    assert Progress.from_json(synced.progress[0].to_json()) == synced.progress[0]


async def test_the_history_from_before_the_first_sync_is_there(synced: Synced) -> None:
    await synced.sync()
    types = [event["type"] for event in synced.store.events("cus_1")]
    assert sorted(types) == ["customer.created", "customer.subscription.created", "invoice.created"]


async def test_a_second_sync_costs_two_reads(synced: Synced) -> None:
    await synced.sync()
    assert len(await synced.sync()) == 2


async def test_what_changes_during_the_first_sync_is_not_lost(synced: Synced) -> None:
    def change(progress: Progress) -> None:
        if (progress.kind, progress.done) == ("customer", CUSTOMERS):
            synced.clock.now += 10
            rename(synced, "Meanwhile")
            synced.on_progress = lambda _: None

    synced.on_progress = change
    await synced.sync()
    assert name_of(synced) == "Meanwhile"


async def test_the_first_event_of_all_is_not_lost_when_it_comes_during_the_first_sync(
    synced: Synced,
) -> None:
    synced.state.kind("event").clear()

    def change(progress: Progress) -> None:
        if (progress.kind, progress.done) == ("customer", CUSTOMERS):
            rename(synced, "Meanwhile")
            synced.on_progress = lambda _: None

    synced.on_progress = change
    await synced.sync()
    assert name_of(synced) == "Meanwhile"


async def test_a_sync_that_was_stopped_goes_on_where_it_was(synced: Synced) -> None:
    def stop(progress: Progress) -> None:
        if (progress.kind, progress.done) == ("customer", 200):
            raise Killed

    synced.on_progress = stop
    with pytest.raises(Killed):
        await synced.sync()
    synced.on_progress = lambda _: None
    asked = await synced.sync()
    customers = [path for path in asked if path.startswith("/v1/customers?")]
    assert len(customers) == 1
    assert "starting_after=cus_x50" in customers[0]
    assert not any(path.startswith("/v1/products?") for path in asked)
    assert len(synced.customers()) == CUSTOMERS


async def test_the_place_to_go_on_from_may_be_gone(
    synced: Synced, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(progress: Progress) -> None:
        if (progress.kind, progress.done) == ("customer", 100):
            raise Killed

    synced.on_progress = stop
    with pytest.raises(Killed):
        await synced.sync()
    synced.on_progress = lambda _: None
    gone = synced.state.get("customer", "cus_x150")
    assert gone is not None
    synced.state.delete(gone, "customer.deleted")
    shelf = synced.state.shelf
    place = shelf.place
    monkeypatch.setattr(
        shelf, "place", lambda kind, name: None if name == "cus_x150" else place(kind, name)
    )
    asked = await synced.sync()
    assert any("created[lte]" in path or "created%5Blte%5D" in path for path in asked)
    assert len(synced.customers()) == CUSTOMERS - 1


async def test_after_a_month_away_everything_is_read_again(synced: Synced) -> None:
    await synced.sync()
    for name in ("cus_x5", "cus_x6"):
        gone = synced.state.get("customer", name)
        assert gone is not None
        synced.state.delete(gone, "customer.deleted")
    synced.clock.now += RETENTION + DAY  # those events are gone too
    await synced.sync()
    assert synced.store.object("customer", "cus_x5") is None
    assert len(synced.customers()) == CUSTOMERS - 2
    totals = [step.total for step in synced.progress if step.kind == "customer"][3:]
    assert totals == [250, 250, 248]


async def test_after_a_month_away_what_came_with_others_is_read_again_too(synced: Synced) -> None:
    await synced.sync()
    for kind, object_id in (("tax_id", "txi_1"), ("discount", "di_1")):
        gone = synced.state.get(kind, object_id)
        assert gone is not None
        synced.state.delete(gone)
    subscription = synced.state.get("subscription", "sub_1")
    assert subscription is not None
    synced.state.update(subscription, {"discounts": []})
    synced.clock.now += RETENTION + DAY
    await synced.sync()
    assert synced.store.object("tax_id", "txi_1") is None
    assert synced.store.object("discount", "di_1") is None
    assert synced.store.object("payment_method", "pm_1") is not None


async def test_more_tax_ids_than_a_list_shows_are_all_there(synced: Synced) -> None:
    for number in range(25):
        value = f"DE{number:09}"
        tax_id = new_tax_id(synced.state, "cus_1", type="eu_vat", value=value, id=f"txi_n{number}")
        synced.state.create(tax_id)
    await synced.sync()
    found = synced.store.snapshot("cus_1")
    assert found is not None
    assert len(found.tax_ids) == 26


def add_products(synced: Synced, count: int) -> None:
    """Products of many years, most of them new."""
    for number in range(count):
        age = int((number / count) ** 3 * 8 * 365 * DAY)
        entry = synced.world.product | {"id": f"prod_{number}", "name": f"No. {number}"}
        synced.state.create(entry | {"created": synced.clock() - age})


async def test_a_long_list_is_read_in_windows_and_costs_hardly_more_than_its_pages(
    synced: Synced,
) -> None:
    add_products(synced, 6_000)
    asked = await synced.sync()
    pages = [path for path in asked if path.startswith("/v1/products?")]
    assert any("created" in path for path in pages)
    assert len(pages) <= 1.05 * 61
    assert len(synced.store.products()) == 6_001
    (last,) = [step.done for step in synced.progress if step.kind == "product"][-1:]
    assert last == 6_001


async def test_windows_that_were_stopped_go_on_where_they_were(synced: Synced) -> None:
    add_products(synced, 6_000)
    seen = []

    def stop(progress: Progress) -> None:
        if progress.kind == "product" and progress.done >= 4_500:
            raise Killed

    synced.on_progress = stop
    with pytest.raises(Killed):
        seen += await synced.sync()
    seen += [path for path in synced.requests if path.startswith("/v1/products?")]
    synced.on_progress = lambda _: None
    seen += [path for path in await synced.sync() if path.startswith("/v1/products?")]
    assert len(synced.store.products()) == 6_001
    assert len(seen) <= 1.05 * 61 + 8  # the pages that were on their way when it ended
    assert not any(path == "/v1/products?limit=100" for path in seen[1:])
