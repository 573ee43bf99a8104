"""The dialogs over the real services and a real sandbox process."""

from __future__ import annotations

import pytest

from portal_desk.models.json import ends_at, items_of
from portal_desk.models.search import SearchFilters, SearchQuery
from portal_desk.ui.dialogs.cancel import CancelDialog
from portal_desk.ui.dialogs.link import LinkDialog
from portal_desk.ui.dialogs.resume import ResumeDialog
from portal_desk.ui.dialogs.switch import SwitchDialog

from ..live import live_desk

SLOW = 20.0


@pytest.fixture
async def desk(sandbox, tmp_path, tasks):
    async with live_desk(sandbox.url, sandbox.key, tmp_path) as desk:
        yield desk
        await tasks.close()


@pytest.fixture
async def plain(desk):
    """An active subscription that nothing rules out a change of: the customer's snapshot and its id."""
    query = SearchQuery(filters=SearchFilters(statuses=frozenset({"active"})))
    result = await desk.search(query)
    for row in desk.store.customer_rows(result.customers):
        snapshot = desk.store.snapshot(row.id)
        for one in snapshot.subscriptions:
            if _is_plain(one):
                return snapshot, one["id"]
    raise AssertionError("no such subscription")


def _is_plain(subscription) -> bool:
    items = list(items_of(subscription))
    price = items[0]["price"]
    return (
        subscription["status"] == "active"
        and len(items) == 1
        and price["recurring"]["usage_type"] == "licensed"
        and subscription["collection_method"] == "charge_automatically"
        and not subscription["schedule"]
        and ends_at(subscription) is None
    )


def _subscription(desk, snapshot, subscription_id):
    fresh = desk.store.snapshot(snapshot.customer["id"])
    return next(one for one in fresh.subscriptions if one["id"] == subscription_id)


async def _confirm(dialog, qtbot, until) -> None:
    qtbot.addWidget(dialog)
    done: list[str] = []
    dialog.completed.connect(done.append)
    dialog.open()
    await until(dialog.confirm.isEnabled, seconds=SLOW)
    dialog.confirm.click()
    await until(lambda: done, seconds=SLOW)


async def test_a_cancellation_at_the_period_end_happens_and_can_be_undone(
    desk, plain, tasks, theme, qtbot, until
):
    snapshot, subscription_id = plain
    await _confirm(CancelDialog(desk, tasks, snapshot, subscription_id, theme), qtbot, until)
    assert ends_at(_subscription(desk, snapshot, subscription_id)) is not None
    fresh = desk.store.snapshot(snapshot.customer["id"])
    await _confirm(ResumeDialog(desk, tasks, fresh, subscription_id, theme), qtbot, until)
    assert ends_at(_subscription(desk, snapshot, subscription_id)) is None
    assert [entry.state for entry in desk.journal.recent()] == ["done", "done"]


async def test_cancelling_now_shows_stripes_figures_and_ends_it(
    desk, plain, tasks, theme, qtbot, until
):
    snapshot, subscription_id = plain
    dialog = CancelDialog(desk, tasks, snapshot, subscription_id, theme)
    dialog.when.choose("now")
    dialog.prorate.setChecked(True)
    dialog.invoice_now.setChecked(True)
    await _confirm(dialog, qtbot, until)
    assert _subscription(desk, snapshot, subscription_id)["status"] == "canceled"


async def test_a_switch_of_quantity_is_previewed_and_done(desk, plain, tasks, theme, qtbot, until):
    snapshot, subscription_id = plain
    dialog = SwitchDialog(desk, tasks, snapshot, subscription_id, theme)
    qtbot.addWidget(dialog)
    dialog.open()
    await until(lambda: dialog.price.chosen is not None, seconds=SLOW)
    wanted = dialog.quantity.value() + 2
    dialog.quantity.setValue(wanted)
    await until(dialog.confirm.isEnabled, seconds=SLOW)
    assert dialog.plan.lines
    done: list[str] = []
    dialog.completed.connect(done.append)
    dialog.confirm.click()
    await until(lambda: done, seconds=SLOW)
    item = next(items_of(_subscription(desk, snapshot, subscription_id)))
    assert item["quantity"] == wanted


async def test_a_change_behind_the_dialogs_back_is_noticed(desk, plain, tasks, theme, qtbot, until):
    snapshot, subscription_id = plain
    dialog = CancelDialog(desk, tasks, snapshot, subscription_id, theme)
    qtbot.addWidget(dialog)
    dialog.open()
    await until(dialog.confirm.isEnabled, seconds=SLOW)
    await desk.gateway.delete(f"/v1/subscriptions/{subscription_id}")
    dialog.confirm.click()
    await until(lambda: "already cancelled" in dialog.consequences.text, seconds=SLOW)
    assert dialog.banner.isVisible()
    assert not dialog.confirm.isEnabled()


async def test_a_link_is_issued_and_journaled_without_its_secret(
    desk, plain, tasks, theme, qtbot, until
):
    snapshot, subscription_id = plain
    dialog = LinkDialog(desk, tasks, snapshot, subscription_id, theme)
    qtbot.addWidget(dialog)
    dialog.open()
    await until(dialog.issue.isEnabled, seconds=SLOW)
    dialog.issue.click()
    await until(dialog.issued.copy.isVisible, seconds=SLOW)
    assert 290 <= dialog.issued.seconds_left <= 300
    [entry] = desk.journal.recent()
    assert (entry.kind, entry.state) == ("link", "done")
    assert "/p/session" not in str(entry)
