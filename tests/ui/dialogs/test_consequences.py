"""A plan in money: what is due and what is credited can't be confused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from portal_desk.errors import NotPossible, Offline
from portal_desk.models.money import Money
from portal_desk.ui.dialogs.consequences import Consequences

from .conftest import a_plan


@pytest.mark.parametrize(
    ("amount", "label", "shown"),
    [(1796, "Due now", "€17.96"), (0, "Due now", "€0.00"), (-224, "Credited", "€2.24")],
)
def test_the_sum_says_whether_it_is_due_or_credited(theme, qtbot, amount, label, shown):
    consequences = Consequences(theme)
    qtbot.addWidget(consequences)
    plan = a_plan("cancel", "Cancel Team now", money=True)
    consequences.show_plan(replace(plan, due_now=Money(amount, "eur")))
    lines = consequences.text.split("\n")
    assert lines[lines.index(label) + 1] == shown


def test_a_bill_that_is_made_at_once_is_a_total_and_no_next_invoice(theme, qtbot):
    consequences = Consequences(theme)
    qtbot.addWidget(consequences)
    plan = replace(a_plan("switch", "Switch", money=True), invoiced_now=True)
    consequences.show_plan(plan)
    assert "Total" in consequences.text.split("\n")
    assert "Next invoice" not in consequences.text


def test_icons_are_whole_at_twice_the_text_size(theme, qtbot):
    theme.set_text_scale(2.0)
    consequences = Consequences(theme)
    qtbot.addWidget(consequences)
    consequences.show_plan(a_plan("cancel", "Cancel Team now", money=False))
    marks = [label for label in consequences.findChildren(QLabel) if not label.pixmap().isNull()]
    assert marks
    assert all(mark.width() >= mark.pixmap().deviceIndependentSize().width() for mark in marks)


def test_what_could_not_be_asked_for_can_be_asked_for_again(theme, qtbot):
    consequences = Consequences(theme)
    qtbot.addWidget(consequences)
    with qtbot.waitSignal(consequences.retry_requested, timeout=500):
        consequences.show_error(Offline("No network."))
        consequences.findChild(QPushButton).click()
    consequences.show_error(NotPossible("It has ended already."))
    buttons = consequences.findChildren(QPushButton)
    assert not any(button.isVisibleTo(consequences) for button in buttons)
