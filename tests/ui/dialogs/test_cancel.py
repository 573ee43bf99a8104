"""Cancelling: nothing can be confirmed that was not shown."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import Qt

from portal_desk.errors import NotPossible, OutcomeUnknown, Stale, StripeError
from portal_desk.ui.dialogs.cancel import CancelDialog


@pytest.fixture
def dialog(desk, tasks, snapshot, theme, qtbot):
    def make() -> CancelDialog:
        dialog = CancelDialog(desk, tasks, snapshot, "sub_1", theme)
        qtbot.addWidget(dialog)
        dialog.open()
        return dialog

    return make


async def test_nothing_can_be_confirmed_until_the_plan_is_shown(dialog, desk, until):
    desk.actions.gate = asyncio.Event()
    shown = dialog()
    await until(lambda: desk.actions.asked)
    assert not shown.confirm.isEnabled()
    assert "Asking Stripe" in shown.consequences.text
    desk.actions.gate.set()
    await until(shown.confirm.isEnabled)
    assert "Cancel Team (3 seats) on 3 Jan 2027" in shown.consequences.text


async def test_it_offers_the_period_end_first_and_return_keeps_the_subscription(
    dialog, desk, until, qtbot
):
    shown = dialog()
    await until(shown.confirm.isEnabled)
    assert shown.when.value == "period_end"
    assert shown.confirm.text().startswith("Cancel on ")
    qtbot.keyClick(shown, Qt.Key.Key_Return)
    assert not shown.isVisible()
    assert desk.actions.executed == []


async def test_another_input_takes_the_confirmation_away_until_its_own_plan_is_there(
    dialog, desk, until
):
    shown = dialog()
    await until(shown.confirm.isEnabled)
    desk.actions.gate = asyncio.Event()
    shown.when.choose("now")
    assert not shown.confirm.isEnabled()
    assert shown.confirm.text() == "Cancel subscription now"
    await until(lambda: len(desk.actions.asked) == 2)
    assert not shown.confirm.isEnabled()
    desk.actions.gate.set()
    await until(shown.confirm.isEnabled)
    assert shown.plan.title.endswith("now")


async def test_an_answer_to_earlier_inputs_is_dropped(dialog, desk, until):
    desk.actions.gate = late = asyncio.Event()
    shown = dialog()
    await until(lambda: desk.actions.asked)
    desk.actions.gate = asyncio.Event()
    shown.when.choose("now")
    late.set()
    await until(lambda: len(desk.actions.asked) == 2)
    assert shown.plan is None
    desk.actions.gate.set()
    await until(shown.confirm.isEnabled)
    assert shown.plan.title.endswith("now")


async def test_reason_comment_and_money_are_sent_as_chosen(dialog, desk, until):
    shown = dialog()
    shown.when.choose("now")
    shown.prorate.setChecked(True)
    shown.reason.setCurrentIndex(shown.reason.findData("too_expensive"))
    shown.comment.setPlainText(" Budget cut ")
    await until(shown.confirm.isEnabled)
    asked = desk.actions.asked[-1]
    assert (asked.when, asked.feedback, asked.comment) == ("now", "too_expensive", "Budget cut")
    assert (asked.prorate, asked.invoice_now) == (True, False)


async def test_money_options_are_there_only_for_cancelling_now(dialog, desk, until):
    shown = dialog()
    assert not shown.prorate.isVisible()
    shown.when.choose("now")
    assert shown.prorate.isVisible()
    shown.prorate.setChecked(True)
    shown.when.choose("period_end")
    await until(shown.confirm.isEnabled)
    assert not shown.prorate.isVisible()
    assert desk.actions.asked[-1].prorate is False


async def test_amounts_of_the_preview_are_shown(dialog, until):
    shown = dialog()
    shown.when.choose("now")
    shown.prorate.setChecked(True)
    await until(shown.confirm.isEnabled)
    lines = shown.consequences.text.split("\n")
    assert lines[lines.index("Due now") + 1] == "€105.51"
    assert "-€61.20" in lines


async def test_exactly_the_plan_that_is_shown_is_executed_and_the_dialog_closes(
    dialog, desk, until, qtbot
):
    shown = dialog()
    done: list[str] = []
    shown.completed.connect(done.append)
    await until(shown.confirm.isEnabled)
    plan = shown.plan
    qtbot.mouseClick(shown.confirm, Qt.MouseButton.LeftButton)
    await until(lambda: done)
    assert done == ["cus_1"]
    assert desk.actions.executed == [plan]


async def test_it_stays_open_while_the_change_is_on_its_way(dialog, desk, until, qtbot):
    shown = dialog()
    await until(shown.confirm.isEnabled)
    desk.actions.gate = asyncio.Event()
    shown.confirm.click()
    await until(lambda: desk.actions.executed)
    shown.confirm.click()
    qtbot.keyClick(shown, Qt.Key.Key_Escape)
    assert shown.isVisible()
    assert len(desk.actions.executed) == 1
    done: list[str] = []
    shown.completed.connect(done.append)
    desk.actions.gate.set()
    await until(lambda: done)


async def test_a_stale_plan_is_said_to_be_stale_and_made_again(dialog, desk, until):
    shown = dialog()
    await until(shown.confirm.isEnabled)
    desk.actions.failure = Stale("The subscription was changed a minute ago.", "Look at it again.")
    shown.confirm.click()
    await until(lambda: desk.refreshed == ["cus_1"])
    await until(shown.confirm.isEnabled)
    assert shown.banner.isVisible()
    assert "changed a minute ago" in shown.banner.accessibleName()
    assert len(desk.actions.asked) == 2


async def test_a_refusal_is_explained_and_nothing_can_be_confirmed(dialog, desk, until):
    desk.actions.refusal = NotPossible("It was already cancelled.", "Start a new one instead.")
    shown = dialog()
    await until(lambda: "already cancelled" in shown.consequences.text)
    assert "Start a new one" in shown.consequences.text
    assert not shown.confirm.isEnabled()


async def test_stripes_no_is_shown_in_its_words_and_can_be_tried_again(dialog, desk, until):
    shown = dialog()
    await until(shown.confirm.isEnabled)
    desk.actions.failure = StripeError("No such subscription: 'sub_1'", "Refresh the customer.")
    shown.confirm.click()
    await until(lambda: len(desk.actions.asked) == 2)
    await until(shown.confirm.isEnabled)
    assert "No such subscription" in shown.banner.accessibleName()


async def test_an_unknown_outcome_is_never_offered_again(dialog, desk, until):
    shown = dialog()
    failed: list[str] = []
    shown.failed.connect(failed.append)
    await until(shown.confirm.isEnabled)
    desk.actions.failure = OutcomeUnknown("No answer came.", "Check again in Activity.")
    shown.confirm.click()
    await until(lambda: failed == ["cus_1"])
    assert not shown.confirm.isEnabled()
    assert shown.dismiss.isEnabled()
    assert "No answer came" in shown.banner.accessibleName()


async def test_a_bug_is_not_shown_as_waiting(dialog, desk, until, caplog):
    desk.actions.refusal = ValueError("a bug")
    shown = dialog()
    await until(lambda: "Portal Desk itself" in shown.consequences.text)
    assert not shown.confirm.isEnabled()
    assert "a bug" in caplog.text


async def test_the_band_says_whose_account_this_is(dialog, until):
    shown = dialog()
    assert shown.band.accessibleName().startswith("TEST Globex Europe")


async def test_closing_early_drops_the_question(dialog, desk, tasks, until):
    desk.actions.gate = asyncio.Event()
    shown = dialog()
    await until(lambda: desk.actions.asked)
    shown.dismiss.click()
    await until(lambda: not tasks.running)


async def test_what_is_set_to_end_already_can_only_be_ended_at_once(
    desk, tasks, ending, theme, qtbot, until
):
    shown = CancelDialog(desk, tasks, ending, "sub_1", theme)
    qtbot.addWidget(shown)
    shown.open()
    await until(shown.confirm.isEnabled)
    assert shown.when.value == "now"
    assert shown.prorate.isVisible()
    assert not shown.when.button("period_end").isEnabled()
    assert "set to end" in shown.when.button("period_end").accessibleDescription()
    assert [request.when for request in desk.actions.asked] == ["now"]
