"""Every dialog by keyboard alone: where Tab goes, that the focus can be seen, what Return and Escape do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QPlainTextEdit, QWidget

from portal_desk.config import Paths
from portal_desk.services.accounts import Accounts
from portal_desk.ui.dialogs.cancel import CancelDialog
from portal_desk.ui.dialogs.connect import ConnectDialog
from portal_desk.ui.dialogs.link import LinkDialog
from portal_desk.ui.dialogs.resume import ResumeDialog
from portal_desk.ui.dialogs.switch import SwitchDialog

KINDS = {
    "cancel": CancelDialog,
    "resume": ResumeDialog,
    "switch": SwitchDialog,
    "link": LinkDialog,
}

_ONE_LINE = 8
CLOCKS = {"link": {"clock": lambda: 0.0}}


@pytest.fixture
def opened(desk, tasks, ending, theme, qtbot, until, home):
    """Opens a dialog by name, and waits until it is at rest."""

    async def make(name: str) -> QDialog:
        if name == "connect":
            dialog = ConnectDialog(Accounts(Paths.default()), tasks, theme)
        else:
            dialog = KINDS[name](desk, tasks, ending, None, theme, **CLOCKS.get(name, {}))
        qtbot.addWidget(dialog)
        dialog.open()
        dialog.activateWindow()
        await until(dialog.isActiveWindow)
        await until(lambda: not tasks.running)
        await asyncio.sleep(0.3)
        await until(lambda: not tasks.running)
        return dialog

    return make


def _press(qtbot, key: Qt.Key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    qtbot.keyClick(focus, key, modifier)


def _stops(qtbot, dialog: QDialog, visit: Callable[[QWidget], None]) -> list[QWidget]:
    """Go round once with Tab; `visit` each stop while it has the focus."""
    found: list[QWidget] = []
    while (focus := QApplication.focusWidget()) not in found:
        assert focus is not None
        found.append(focus)
        visit(focus)
        if isinstance(focus, QPlainTextEdit):
            assert focus.tabChangesFocus()
        _press(qtbot, Qt.Key.Key_Tab)
    return found


def _height(widget: QWidget, dialog: QDialog) -> int:
    """How far down a widget is, were the whole dialog in sight."""
    scrolled = dialog.body.parentWidget()
    if scrolled.isAncestorOf(widget):
        return widget.mapTo(scrolled, QPoint()).y()
    below = widget.parentWidget() is dialog.footer.parentWidget()
    return scrolled.height() + widget.y() if below else -1


def _picture(dialog: QDialog, where: QRect) -> QImage:
    return dialog.grab(where).toImage()


@pytest.mark.parametrize("name", [*KINDS, "connect"])
async def test_the_focus_can_be_seen_wherever_tab_goes(opened, qtbot, name):
    dialog = await opened(name)
    unseen: list[str] = []
    shown: dict[QWidget, tuple[QRect, QImage]] = {}

    def look(focus: QWidget) -> None:
        around = QRect(focus.mapTo(dialog, QPoint()), focus.size()).adjusted(-2, -2, 2, 2)
        shown[focus] = around, _picture(dialog, around)

    stops = _stops(qtbot, dialog, look)
    for number, stop in enumerate(stops):
        stops[(number + 1) % len(stops)].setFocus(Qt.FocusReason.TabFocusReason)
        around, focused = shown[stop]
        if _picture(dialog, around) == focused:
            unseen.append(f"{type(stop).__name__} {stop.accessibleName()}")
    assert unseen == []
    assert len(stops) > 1


@pytest.mark.parametrize("name", [*KINDS, "connect"])
async def test_tab_goes_down_the_dialog_and_ends_at_its_buttons(opened, qtbot, name):
    dialog = await opened(name)
    heights: list[int] = []
    _stops(qtbot, dialog, lambda focus: heights.append(_height(focus, dialog)))
    top = heights.index(min(heights))
    from_the_top = heights[top:] + heights[:top]
    assert all(below - above > -_ONE_LINE for above, below in pairwise(from_the_top)), from_the_top
    assert from_the_top[-1] >= dialog.body.parentWidget().height()


@pytest.mark.parametrize("name", [*KINDS, "connect"])
async def test_escape_closes_the_dialog_and_changes_nothing(opened, qtbot, desk, name):
    dialog = await opened(name)
    results: list[int] = []
    dialog.finished.connect(results.append)
    _press(qtbot, Qt.Key.Key_Escape)
    assert results == [QDialog.DialogCode.Rejected]
    if name != "connect":
        assert desk.actions.executed == []
        assert desk.links.issued == []


async def test_return_never_cancels_a_subscription(opened, qtbot, desk):
    dialog = await opened("cancel")
    assert dialog.confirm.isEnabled()
    _press(qtbot, Qt.Key.Key_Return)
    assert desk.actions.executed == []


async def test_return_does_what_a_dialog_offers_where_nothing_is_destroyed(
    opened, qtbot, desk, until
):
    dialog = await opened("resume")
    done: list[str] = []
    dialog.completed.connect(done.append)
    _press(qtbot, Qt.Key.Key_Return)
    await until(lambda: done)
    assert [plan.kind for plan in desk.actions.executed] == ["resume"]


async def test_return_waits_for_the_preview_of_what_was_just_typed(opened, qtbot, desk, until):
    dialog = await opened("switch")
    dialog.quantity.setFocus()
    dialog.quantity.setValue(7)
    _press(qtbot, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert desk.actions.executed == []
    await until(dialog.confirm.isEnabled)
    done: list[str] = []
    dialog.completed.connect(done.append)
    _press(qtbot, Qt.Key.Key_Return)
    await until(lambda: done)
    assert len(desk.actions.executed) == 1


async def test_ctrl_return_confirms_from_the_comment_too(opened, qtbot, desk, until):
    dialog = await opened("cancel")
    dialog.comment.setFocus()
    done: list[str] = []
    dialog.completed.connect(done.append)
    _press(qtbot, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: done)
    assert len(desk.actions.executed) == 1


async def test_return_in_the_filter_takes_the_first_match(opened, qtbot, desk):
    dialog = await opened("switch")
    dialog.price.filter.show()
    dialog.price.filter.setFocus()
    dialog.price.filter.setText("business")
    _press(qtbot, Qt.Key.Key_Return)
    assert dialog.price.chosen.id == "price_business"
    assert dialog.price.view.hasFocus()
    assert dialog.isVisible()


async def test_down_leads_from_the_filter_to_the_list(opened, qtbot):
    dialog = await opened("switch")
    dialog.price.filter.show()
    dialog.price.filter.setFocus()
    _press(qtbot, Qt.Key.Key_Down)
    assert dialog.price.view.hasFocus()


@pytest.mark.parametrize("name", [*KINDS, "connect"])
@pytest.mark.parametrize("scale", [1.0, 2.0])
async def test_a_dialog_keeps_within_the_screen_whatever_the_text_size(
    opened, theme, qtbot, name, scale
):
    theme.set_text_scale(scale)
    dialog = await opened(name)
    screen = dialog.screen().availableGeometry()
    assert dialog.width() <= screen.width()
    assert dialog.height() <= screen.height()
    assert dialog._scroll.widget().width() <= dialog._scroll.viewport().width()
    for button in dialog.findChildren(QAbstractButton):
        if button.isVisible() and button.text():
            assert button.width() >= button.minimumSizeHint().width(), button.text()


async def test_a_dialog_that_grows_keeps_its_buttons_on_the_screen(opened, qtbot, until):
    dialog = await opened("cancel")
    screen = dialog.screen().availableGeometry()
    dialog.move(screen.left(), screen.bottom() + 1 - dialog.height())
    before = dialog.height()
    dialog.comment.setFixedHeight(dialog.comment.height() + 60)
    await until(lambda: dialog.height() > before)
    assert dialog.frameGeometry().bottom() <= screen.bottom()


async def test_a_scroll_bar_never_takes_room_from_what_fits_the_screen(opened, qtbot):
    dialog = await opened("cancel")
    never, if_needed = (
        Qt.ScrollBarPolicy.ScrollBarAlwaysOff,
        Qt.ScrollBarPolicy.ScrollBarAsNeeded,
    )
    assert dialog._scroll.verticalScrollBarPolicy() == never
    dialog.comment.setFixedHeight(2_000)
    qtbot.waitUntil(lambda: dialog._scroll.verticalScrollBarPolicy() == if_needed)
