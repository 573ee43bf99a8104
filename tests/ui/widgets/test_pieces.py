"""A long column: there from the top at once, and what stays the same stays in place."""

from __future__ import annotations

import time

import pytest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from portal_desk.ui.widgets.pieces import Piece, PiecewiseColumn

SLOW = 0.004
"""Seconds that each piece takes to make: longer than a slice."""


@pytest.fixture
def column(qtbot: QtBot) -> PiecewiseColumn:
    column = PiecewiseColumn()
    qtbot.addWidget(column)
    column.show()
    return column


def slow(text: str) -> Piece:
    def make() -> QLabel:
        until = time.perf_counter() + SLOW
        while time.perf_counter() < until:
            pass
        return QLabel(text)

    return Piece(text, make)


def shown(column: PiecewiseColumn) -> list[str]:
    inside = column.column
    widgets = [item.widget() for at in range(inside.count()) if (item := inside.itemAt(at))]
    return [widget.text() for widget in widgets if isinstance(widget, QLabel)]


def test_the_first_pieces_are_there_at_once_and_the_others_follow_in_order(
    column: PiecewiseColumn, qtbot: QtBot
) -> None:
    column.show_pieces([slow(text) for text in "abcdef"])
    assert shown(column) == ["a"]
    qtbot.waitUntil(lambda: column.is_complete)
    assert shown(column) == list("abcdef")


def test_what_stays_the_same_is_not_made_again(column: PiecewiseColumn, qtbot: QtBot) -> None:
    column.show_pieces([slow(text) for text in "abcd"])
    qtbot.waitUntil(lambda: column.is_complete)
    before: list[QWidget] = column.findChildren(QLabel)
    column.show_pieces([slow(text) for text in "abxcd"])
    assert shown(column) == list("abxcd")
    assert set(before) < set(column.findChildren(QLabel))


def test_another_column_while_the_first_is_being_drawn_replaces_all_of_it(
    column: PiecewiseColumn, qtbot: QtBot
) -> None:
    column.show_pieces([slow(text) for text in "abcdef"])
    column.show_pieces([slow(text) for text in "xay"])
    qtbot.waitUntil(lambda: column.is_complete)
    assert shown(column) == ["x", "a", "y"]


def test_pieces_in_another_order_change_places(column: PiecewiseColumn, qtbot: QtBot) -> None:
    column.show_pieces([slow(text) for text in "abc"])
    qtbot.waitUntil(lambda: column.is_complete)
    column.show_pieces([slow(text) for text in "cab"])
    assert shown(column) == ["c", "a", "b"]
