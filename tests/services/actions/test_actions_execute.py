"""What was confirmed happens once, exactly as it was shown, or the desk says why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portal_desk.errors import DiskFull, Offline, OutcomeUnknown, Stale, StripeError
from portal_desk.models.actions import CancelRequest, ResumeRequest, SwitchRequest
from portal_desk.services.actions import Actions

from .actions_wire import NOW, PERIOD_END, Clock, Wire, invoice, line, price

if TYPE_CHECKING:
    from collections.abc import Callable

    from portal_desk.models.actions import ActionPlan
    from portal_desk.services.journal import Journal
    from portal_desk.services.store import Store
    from portal_desk.services.stripe_gateway import StripeGateway

LATER = CancelRequest("sub_1")
AT_ONCE = CancelRequest("sub_1", when="now")
SEATS = SwitchRequest("sub_1", "si_1", "price_team", quantity=5)


async def prepared(actions: Actions, wire: Wire, kind: str) -> ActionPlan:
    if kind == "resume":
        wire.subscription["cancel_at"] = PERIOD_END
        return await actions.prepare_resume(ResumeRequest("sub_1"))
    if kind == "switch":
        return await actions.prepare_switch(SEATS)
    return await actions.prepare_cancel(LATER if kind == "cancel later" else AT_ONCE)


ALL = pytest.mark.parametrize("kind", ["cancel later", "cancel now", "resume", "switch"])


@ALL
async def test_the_plan_is_sent_once_and_the_journal_says_done(
    actions: Actions, wire: Wire, journal: Journal, kind: str
) -> None:
    plan = await prepared(actions, wire, kind)
    outcome = await actions.execute(plan)
    assert len(wire.changes()) == 1
    assert outcome.entry.state == "done"
    assert journal.recent() == [outcome.entry]
    assert (outcome.entry.summary, outcome.entry.params) == (plan.title, plan.params)


@ALL
async def test_a_computer_whose_clock_is_wrong_can_act_at_once(
    gateway: StripeGateway, store: Store, journal: Journal, wire: Wire, kind: str
) -> None:
    """Its first answer tells a desk what time it is at Stripe."""
    actions = Actions(gateway, store, journal, clock=lambda: NOW if wire.sent else NOW - 3_600)
    plan = await prepared(actions, wire, kind)
    assert plan.params.get("proration_date", NOW) == NOW
    outcome = await actions.execute(plan)
    assert outcome.entry.state == "done"


async def test_intent_and_key_are_on_the_disk_before_the_request_is_sent(
    actions: Actions, wire: Wire, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, str]] = []
    change = wire._change

    def watch(method: str, params: dict[str, str]) -> None:
        seen.extend((one.state, one.idempotency_key) for one in journal.recent())
        change(method, params)

    monkeypatch.setattr(wire, "_change", watch)
    await actions.execute(await actions.prepare_cancel(LATER))
    [(state, key)] = seen
    assert state == "sending"
    assert key == wire.changes()[0].idempotency_key


async def test_what_was_previewed_is_what_is_sent(
    actions: Actions, wire: Wire, clock: Clock
) -> None:
    plan = await actions.prepare_switch(SEATS)
    clock.now += 240
    await actions.execute(plan)
    assert wire.changes()[0].params == {
        "items[0][id]": "si_1",
        "items[0][quantity]": "5",
        "proration_behavior": "create_prorations",
        "proration_date": str(NOW),
    }


@ALL
async def test_a_plan_of_more_than_five_minutes_ago_is_stale(
    actions: Actions, wire: Wire, journal: Journal, clock: Clock, kind: str
) -> None:
    plan = await prepared(actions, wire, kind)
    clock.now += 301
    with pytest.raises(Stale, match="five minutes"):
        await actions.execute(plan)
    assert wire.changes() == []
    assert journal.recent() == []


def cancelled(wire: Wire) -> None:
    wire.subscription["status"] = "canceled"


def other_quantity(wire: Wire) -> None:
    wire.item["quantity"] = 9


def other_price(wire: Wire) -> None:
    wire.item["price"] = price("price_pro", 4000)


def new_period(wire: Wire) -> None:
    wire.item["current_period_end"] += 86_400


def scheduled(wire: Wire) -> None:
    wire.subscription["schedule"] = "sub_sched_1"


def discounted(wire: Wire) -> None:
    wire.subscription["discounts"] = ["di_1"]


def invoiced(wire: Wire) -> None:
    wire.subscription["latest_invoice"] = "in_2"


def gone(wire: Wire) -> None:
    wire.subscription = None


def costs_more(wire: Wire) -> None:
    wire.preview = invoice(line("5 × Team", 9999, proration=False))


@pytest.mark.parametrize(
    "meanwhile",
    [
        cancelled, other_quantity, other_price, new_period, scheduled, discounted, invoiced, gone,
        costs_more,
    ],
)  # fmt: skip
async def test_what_changed_meanwhile_makes_a_plan_stale_and_nothing_is_sent(
    actions: Actions, wire: Wire, journal: Journal, meanwhile: Callable[[Wire], None]
) -> None:
    plan = await actions.prepare_switch(SEATS)
    meanwhile(wire)
    with pytest.raises(Stale) as refused:
        await actions.execute(plan)
    assert refused.value.next_step
    assert wire.changes() == []
    assert journal.recent() == []


async def test_a_refusal_is_journaled_with_stripes_words_and_advice(
    actions: Actions, wire: Wire, journal: Journal
) -> None:
    wire.lose = ["refuse"]
    with pytest.raises(StripeError, match=r"Your card was declined\.") as refused:
        await actions.execute(await actions.prepare_switch(SEATS))
    assert "payment method" in refused.value.next_step
    [entry] = journal.recent()
    assert (entry.state, entry.error) == ("failed", "Your card was declined.")


@ALL
async def test_a_disk_that_is_full_afterwards_does_not_undo_the_good_news(
    actions: Actions, wire: Wire, journal: Journal, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = await prepared(actions, wire, kind)
    with monkeypatch.context() as disk:
        disk.setattr(journal, "finish", _full)
        outcome = await actions.execute(plan)
    assert len(wire.changes()) == 1
    assert outcome.entry.state == "sending"
    [settled] = await actions.reconcile()
    assert settled.state == "done"


async def test_a_lacking_permission_is_told_before_the_next_attempt(
    actions: Actions, wire: Wire, journal: Journal
) -> None:
    entry = journal.begin(kind="cancel", customer="cus_1", summary="Cancel Team now")
    words = "Having the 'rak_subscription_write' permission would allow this request to continue."
    journal.finish(entry, "failed", error=words)
    plan = await actions.prepare_cancel(LATER)
    assert "rak_subscription_write" in plan.warnings[-1]
    await actions.execute(plan)
    after = await actions.prepare_switch(SEATS)
    assert not any("rak_" in warning for warning in after.warnings)


async def test_a_refusal_is_told_even_if_it_can_not_be_recorded(
    actions: Actions, wire: Wire, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire.lose = ["refuse"]
    plan = await actions.prepare_switch(SEATS)
    monkeypatch.setattr(journal, "finish", _full)
    with pytest.raises(StripeError, match=r"Your card was declined\."):
        await actions.execute(plan)


def _full(*_: object, **__: object) -> None:
    raise DiskFull("journal.sqlite3 can't be written.")


@ALL
async def test_a_change_whose_answer_is_lost_is_found_by_reading(
    actions: Actions, wire: Wire, journal: Journal, kind: str
) -> None:
    plan = await prepared(actions, wire, kind)
    wire.lose = ["after"]
    outcome = await actions.execute(plan)
    assert outcome.entry.state == "done"
    assert journal.pending() == []
    assert len(wire.changes()) == 1


@ALL
@pytest.mark.parametrize("how", ["before", "500"])
async def test_a_change_that_does_not_show_is_unknown_and_never_failed(
    actions: Actions, wire: Wire, journal: Journal, kind: str, how: str
) -> None:
    plan = await prepared(actions, wire, kind)
    wire.lose = [how]
    with pytest.raises(OutcomeUnknown) as refused:
        await actions.execute(plan)
    assert "don't repeat it" in refused.value.next_step
    assert [one.state for one in journal.pending()] == ["unknown"]
    assert len(wire.changes()) == 1


@ALL
async def test_a_change_that_shows_later_is_settled_as_done(
    actions: Actions, wire: Wire, journal: Journal, kind: str
) -> None:
    plan = await prepared(actions, wire, kind)
    wire.lose = ["before"]
    with pytest.raises(OutcomeUnknown):
        await actions.execute(plan)
    sent = wire.changes()[0]
    wire._change(sent.method, sent.params)
    [entry] = await actions.reconcile()
    assert entry.state == "done"
    assert journal.pending() == []
    assert len(wire.changes()) == 1


@ALL
async def test_a_change_that_never_shows_is_settled_as_failed_but_not_too_soon(
    actions: Actions, wire: Wire, journal: Journal, clock: Clock, kind: str
) -> None:
    plan = await prepared(actions, wire, kind)
    wire.lose = ["before"]
    with pytest.raises(OutcomeUnknown):
        await actions.execute(plan)
    clock.now += 60
    assert await actions.reconcile() == []
    assert [one.state for one in journal.pending()] == ["unknown"]
    clock.now += 60
    [entry] = await actions.reconcile()
    assert (entry.state, entry.error) == ("failed", "The change does not show at Stripe.")
    assert len(wire.changes()) == 1


async def test_what_a_killed_desk_left_behind_is_settled_by_the_next_one(
    actions: Actions, wire: Wire, journal: Journal, clock: Clock
) -> None:
    for quantity in (2, 7):
        journal.begin(
            kind="switch",
            customer="cus_1",
            subscription="sub_1",
            summary="Switch",
            params={"items": [{"id": "si_1", "quantity": quantity}]},
        )
    assert [one.state for one in await actions.reconcile()] == ["done"]
    clock.now += 600
    assert [one.state for one in await actions.reconcile()] == ["failed"]
    assert wire.changes() == []


async def test_a_request_under_way_is_not_given_up_because_a_clock_is_slow(
    gateway: StripeGateway, store: Store, journal: Journal, clock: Clock
) -> None:
    clock.now -= 3_600
    journal.begin(kind="cancel", customer="cus_1", subscription="sub_1", summary="Cancel")
    journal.begin(kind="link", customer="cus_1", subscription=None, summary="Portal link")
    at_stripe = Actions(gateway, store, journal, clock=lambda: NOW)
    assert await at_stripe.reconcile() == []


async def test_a_subscription_that_is_gone_settles_its_entry(
    actions: Actions, wire: Wire, journal: Journal
) -> None:
    journal.begin(kind="cancel", customer="cus_1", subscription="sub_1", summary="Cancel")
    wire.subscription = None
    [entry] = await actions.reconcile()
    assert entry.state == "failed"
    assert "No such thing" in entry.error


async def test_a_link_that_never_arrived_is_given_up_once_it_has_expired(
    actions: Actions, journal: Journal, clock: Clock
) -> None:
    journal.begin(kind="link", customer="cus_1", subscription="sub_1", summary="Portal link")
    assert await actions.reconcile() == []
    clock.now += 301
    assert [one.state for one in await actions.reconcile()] == ["failed"]


async def test_a_refetch_that_fails_does_not_undo_the_good_news(
    actions: Actions, wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    plan = await actions.prepare_cancel(LATER)
    change = wire._change

    def last(method: str, params: dict[str, str]) -> None:
        change(method, params)
        wire.offline = True

    wire._change = last  # type: ignore[method-assign]
    outcome = await actions.execute(plan)
    assert outcome.entry.state == "done"
    assert "could not be read after a change" in caplog.text


async def test_without_a_network_after_sending_the_outcome_is_unknown(
    actions: Actions, wire: Wire, journal: Journal
) -> None:
    plan = await actions.prepare_cancel(LATER)
    change = wire._change

    def last(method: str, params: dict[str, str]) -> None:
        change(method, params)
        wire.offline = True

    wire._change = last  # type: ignore[method-assign]
    wire.lose = ["after"]
    with pytest.raises(OutcomeUnknown):
        await actions.execute(plan)
    assert [one.state for one in journal.pending()] == ["unknown"]
    wire.offline = False
    assert [one.state for one in await actions.reconcile()] == ["done"]


async def test_without_a_network_nothing_is_settled_and_the_entries_wait(
    actions: Actions, wire: Wire, journal: Journal
) -> None:
    journal.begin(kind="cancel", customer="cus_1", subscription="sub_1", summary="Cancel")
    wire.offline = True
    with pytest.raises(Offline):
        await actions.reconcile()
    assert [one.state for one in journal.pending()] == ["sending"]
