"""Every control of the window and of its dialogs has a name for who can't see it, and can be seen to have the focus."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QDialog,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from portal_desk.config import Paths
from portal_desk.services.accounts import Accounts
from portal_desk.ui.dialogs.connect import ConnectDialog
from portal_desk.ui.dialogs.link import LinkDialog
from portal_desk.ui.main_window import MainWindow
from portal_desk.ui.main_window_panels import Panels, panel_titles
from portal_desk.ui.panels import customer_pane
from portal_desk.ui.settings_store import SettingsStore
from portal_desk.ui.tasks import Tasks
from portal_desk.ui.theme import Theme

from .conftest import Until
from .world import FakeDesk

ADA = "cus_00000000000000"
CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
)


def nameless(root: QWidget) -> list[str]:
    """The controls below `root` that the keyboard reaches and that have no name."""
    return [
        f"{type(one).__name__} in {type(one.parentWidget()).__name__}"
        for one in _controls(root)
        if not one.accessibleName() and not _says_itself(one)
    ]


def _controls(root: QWidget) -> Iterator[QWidget]:
    for one in root.findChildren(QWidget):
        part = isinstance(one.parentWidget(), (QAbstractSpinBox, QComboBox, QLineEdit, QTabBar))
        popup = one.window() is not root.window() and not isinstance(one.window(), QDialog)
        reachable = one.focusPolicy() & Qt.FocusPolicy.TabFocus
        unused = one.isHidden() and isinstance(one, QAbstractButton) and not one.text()
        if isinstance(one, CONTROLS) and reachable and not part and not popup and not unused:
            yield one


def _says_itself(control: QWidget) -> bool:
    return isinstance(control, QAbstractButton) and bool(control.text())


@pytest.fixture
async def window(
    tasks: Tasks,
    theme: Theme,
    settings: SettingsStore,
    qtbot: QtBot,
    desk: FakeDesk,
    home: object,
    monkeypatch: pytest.MonkeyPatch,
) -> MainWindow:
    monkeypatch.setattr(customer_pane, "REST", 0.0)
    window = MainWindow(tasks, theme, settings)
    qtbot.addWidget(window)
    window.open_desk(desk, Panels(desk, tasks, window.bus, theme, settings), tuple)
    window.show()
    return window


async def test_every_control_of_every_panel_has_a_name(window: MainWindow, until: Until) -> None:
    for name, _title, _icon in panel_titles():
        window.go(name)
    window.show_customer(ADA)
    assert window.customers is not None
    pane = window.customers.pane
    await until(lambda: pane.snapshot is not None)
    for tab in range(pane.tabs.count()):
        pane.tabs.setCurrentIndex(tab)
        await until(lambda: not _busy(window))
    assert nameless(window) == []


@pytest.mark.parametrize("kind", ["link", "cancel", "switch", "resume"])
async def test_every_control_of_the_dialogs_has_a_name(
    window: MainWindow, until: Until, kind: str, desk: FakeDesk
) -> None:
    window.show_customer(ADA)
    assert window.customers is not None
    pane = window.customers.pane
    await until(lambda: pane.snapshot is not None)
    pane.actions_menu.open(kind)
    dialog = next(one for one in pane.findChildren(QDialog))
    if isinstance(dialog, LinkDialog):
        dialog.form.advanced.click()
    assert nameless(dialog) == []
    dialog.reject()


async def test_every_control_of_the_first_window_has_a_name(
    tasks: Tasks, theme: Theme, qtbot: QtBot, home: object
) -> None:
    dialog = ConnectDialog(Accounts(Paths.default()), tasks, theme)
    qtbot.addWidget(dialog)
    assert nameless(dialog) == []


def _busy(window: MainWindow) -> bool:
    return bool({"read portal configurations", "reload customer"} & set(window.tasks.running))
