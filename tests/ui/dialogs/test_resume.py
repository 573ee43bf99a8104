"""Undoing a scheduled cancellation."""

from __future__ import annotations

from portal_desk.ui.dialogs.resume import ResumeDialog


async def test_the_cancellation_is_undone_once_its_effect_was_shown(
    desk, tasks, ending, theme, qtbot, until
):
    dialog = ResumeDialog(desk, tasks, ending, "sub_1", theme)
    qtbot.addWidget(dialog)
    dialog.open()
    done: list[str] = []
    dialog.completed.connect(done.append)
    assert not dialog.confirm.isEnabled()
    await until(dialog.confirm.isEnabled)
    assert "Keep Team (3 seats)" in dialog.consequences.text
    dialog.confirm.click()
    await until(lambda: done == ["cus_1"])
    assert [plan.kind for plan in desk.actions.executed] == ["resume"]
