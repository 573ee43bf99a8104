"""A comparison finds what is missing, stale or gone at Stripe, repairs it, and says what it found."""

from __future__ import annotations

import pytest

from portal_desk.models.progress import Progress
from portal_desk.models.verification import Verification
from portal_desk.services.stripe_connection import Connection
from portal_desk.services.sync.cursor import RETENTION
from portal_desk.services.sync.verify import last_verification

from .sync_world import CUSTOMERS, DAY, Killed, Synced, name_of, rename


def spoil(synced: Synced) -> None:
    """Let the cache and Stripe drift apart in all three ways, without an event that would tell."""
    synced.store.remove("customer", "cus_x7", as_of=synced.clock())
    changed = synced.state.get("customer", "cus_x8")
    assert changed is not None
    synced.state.update(changed, {"name": "Silently renamed"})
    gone = synced.state.get("customer", "cus_x9")
    assert gone is not None
    synced.state.delete(gone)


def report(synced: Synced) -> Verification:
    found = last_verification(synced.store)
    assert found is not None
    return found


async def test_what_drifted_is_found_repaired_and_reported(synced: Synced) -> None:
    await synced.sync()
    spoil(synced)
    synced.clock.now += 60
    await synced.sync(verify=True)
    assert str(report(synced).findings) == "customer: 1 missing, 1 stale, 1 vanished"
    assert report(synced).reason == "asked"
    assert name_of(synced, "cus_x7") == "No. 7"
    assert name_of(synced, "cus_x8") == "Silently renamed"
    assert name_of(synced, "cus_x9") is None
    assert [step.done for step in synced.progress if step.phase == "verified"] == [3]
    await synced.sync(verify=True)
    assert report(synced).findings.total == 0


async def test_what_changes_during_a_comparison_is_no_finding(synced: Synced) -> None:
    await synced.sync()
    synced.clock.now += 60

    def change(progress: Progress) -> None:
        if progress.phase == "verify":
            synced.on_progress = lambda _: None
            synced.clock.now += 5
            rename(synced, "Meanwhile", "cus_x240")
            for name in ("cus_x1", "cus_x241"):
                gone = synced.state.get("customer", name)
                assert gone is not None
                synced.state.delete(gone, "customer.deleted")

    synced.on_progress = change
    await synced.sync(verify=True)
    assert report(synced).findings.total == 0
    assert name_of(synced, "cus_x240") == "Meanwhile"
    assert len(synced.customers()) == CUSTOMERS - 2


async def test_the_cache_counts_as_complete_while_it_is_compared(synced: Synced) -> None:
    await synced.sync()
    complete = []

    def look(progress: Progress) -> None:
        if progress.phase == "verify":
            complete.append(synced.store.freshness().complete)

    synced.on_progress = look
    await synced.sync(verify=True)
    assert set(complete) == {True}
    assert synced.store.freshness().of("customer").done == CUSTOMERS


async def test_a_comparison_that_was_killed_goes_on_and_forgets_no_finding(synced: Synced) -> None:
    await synced.sync()
    spoil(synced)
    synced.clock.now += 60

    def stop(progress: Progress) -> None:
        if (progress.phase, progress.kind, progress.done) == ("verify", "customer", 249):
            raise Killed

    synced.on_progress = stop
    with pytest.raises(Killed):
        await synced.sync(verify=True)
    assert last_verification(synced.store) is None
    synced.on_progress = lambda _: None
    asked = await synced.sync()
    assert not any(path.startswith("/v1/customers?") for path in asked)
    assert report(synced).findings.total == 3


async def test_after_a_month_away_all_is_compared_and_reported(synced: Synced) -> None:
    await synced.sync()
    rename(synced, "A month ago", "cus_x1")
    gone = synced.state.get("customer", "cus_x2")
    assert gone is not None
    synced.state.delete(gone, "customer.deleted")
    synced.clock.now += RETENTION + DAY
    await synced.sync()
    assert report(synced).reason == "gap"
    assert report(synced).findings.counts["customer"] == {"stale": 1, "vanished": 1}
    assert name_of(synced, "cus_x1") == "A month ago"


async def test_a_gap_that_opens_during_a_comparison_begins_it_anew(synced: Synced) -> None:
    await synced.sync()

    def stop(progress: Progress) -> None:
        if (progress.phase, progress.kind) == ("verify", "customer"):
            raise Killed

    synced.on_progress = stop
    with pytest.raises(Killed):
        await synced.sync(verify=True)
    synced.on_progress = lambda _: None
    rename(synced, "A month ago", "cus_x249")
    synced.clock.now += RETENTION + DAY
    await synced.sync()
    assert report(synced).reason == "gap"
    assert name_of(synced, "cus_x249") == "A month ago"


async def test_another_api_version_reads_everything_in_its_shape(
    synced: Synced, monkeypatch: pytest.MonkeyPatch
) -> None:
    await synced.sync()
    monkeypatch.setattr(Connection, "api_version", "2099-01-01.next")
    asked = await synced.sync()
    assert any(path.startswith("/v1/customers?") for path in asked)
    assert report(synced).reason == "version"
    assert not any(path.startswith("/v1/customers?") for path in await synced.sync())


async def test_events_that_are_all_others_than_before_are_a_gap(synced: Synced) -> None:
    """Test data that was deleted, or a sandbox that was made anew."""
    await synced.sync()
    synced.clock.now += 60
    synced.state.kind("event").clear()
    changed = synced.state.get("customer", "cus_x3")
    assert changed is not None
    synced.state.update(changed, {"name": "Of another world"})
    await synced.sync()
    assert report(synced).reason == "gap"
    assert name_of(synced, "cus_x3") == "Of another world"


async def test_a_comparison_right_after_the_first_sync_is_not_made(synced: Synced) -> None:
    asked = await synced.sync(verify=True)
    assert len([path for path in asked if path.startswith("/v1/customers?")]) == 3
