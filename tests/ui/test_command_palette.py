"""The command palette finds actions by a few letters and runs them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAction, QFontMetrics
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from portal_desk.ui.command_palette import CommandPalette, score
from portal_desk.ui.theme import Theme


@pytest.mark.parametrize("typed", ["", "isl", "portal", "i p l", "LINK"])
def test_letters_in_order_are_found(typed: str) -> None:
    assert score(typed, "Issue a portal link…") >= 0


@pytest.mark.parametrize("typed", ["z", "lp", "issuex"])
def test_other_letters_are_not(typed: str) -> None:
    assert score(typed, "Issue portal") == -1


def test_beginnings_of_words_count_most() -> None:
    assert score("sp", "Switch plan…") > score("sp", "Displaced")


@pytest.fixture
def palette(theme: Theme, qtbot: QtBot) -> tuple[CommandPalette, list[str]]:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    ran: list[str] = []
    palette = CommandPalette(theme, window)
    actions = []
    for text, keys, enabled in (
        ("Search customers", "Ctrl+K", True),
        ("Switch plan…", "Ctrl+Shift+S", False),
        ("Show timeline", "Alt+3", True),
    ):
        action = QAction(text, window)
        action.setShortcut(keys)
        action.setEnabled(enabled)
        action.triggered.connect(lambda _on=False, text=text: ran.append(text))
        actions.append(action)
    palette.popup(actions)
    palette.window_kept = window
    return palette, ran


def _texts(palette: CommandPalette) -> list[str]:
    return [palette.model.index(row, 0).data() for row in range(palette.model.rowCount())]


def test_typing_narrows_and_enter_runs(
    palette: tuple[CommandPalette, list[str]], qtbot: QtBot
) -> None:
    palette, ran = palette
    qtbot.keyClicks(palette.field, "tim")
    assert _texts(palette) == ["Show timeline"]
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert ran == ["Show timeline"]
    assert not palette.isVisible()


def test_arrows_choose(palette: tuple[CommandPalette, list[str]], qtbot: QtBot) -> None:
    palette, ran = palette
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert ran == [_texts(palette)[1]]


def test_what_is_not_possible_now_stands_last_and_does_nothing(
    palette: tuple[CommandPalette, list[str]], qtbot: QtBot
) -> None:
    palette, ran = palette
    assert _texts(palette)[-1] == "Switch plan…"
    qtbot.keyClicks(palette.field, "switch")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert ran == []


def test_a_screen_reader_hears_the_shortcut_too(palette: tuple[CommandPalette, list[str]]) -> None:
    palette, _ran = palette
    assert "Ctrl+K" in palette.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)


def test_a_screen_reader_hears_what_is_chosen_while_the_keyboard_stays_in_the_field(
    palette: tuple[CommandPalette, list[str]], qtbot: QtBot
) -> None:
    palette, _ran = palette
    assert palette.field.accessibleDescription() == "Search customers, Ctrl+K"
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    assert palette.field.accessibleDescription() == "Show timeline, Alt+3"
    qtbot.keyClicks(palette.field, "xyz")
    assert palette.field.accessibleDescription() == "No command has these letters."


def test_it_says_so_where_no_command_fits(
    palette: tuple[CommandPalette, list[str]], qtbot: QtBot
) -> None:
    palette, ran = palette
    assert palette.list.isVisible()
    qtbot.keyClicks(palette.field, "xyz")
    assert palette.nothing.isVisible()
    assert not palette.list.isVisible()
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert ran == []


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("size", [QSize(640, 400), QSize(1280, 800)])
def test_it_keeps_within_the_window_and_no_command_is_cut(
    theme: Theme, qtbot: QtBot, size: QSize, scale: float
) -> None:
    theme.set_text_scale(scale)
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(size)
    window.show()
    palette = CommandPalette(theme, window)
    palette.popup([QAction(f"Command {number}", window) for number in range(40)])
    around = QRect(window.mapToGlobal(QPoint()), window.size())
    assert around.contains(palette.geometry())
    assert palette.list.sizeHintForRow(0) >= QFontMetrics(theme.font()).height()
    assert palette.list.height() >= 3 * palette.list.sizeHintForRow(0)


def test_the_list_keeps_qts_rules(palette: tuple[CommandPalette, list[str]], qtbot: QtBot) -> None:
    palette, _ran = palette
    QAbstractItemModelTester(palette.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    qtbot.keyClicks(palette.field, "xyz")
    assert palette.model.rowCount() == 0
