"""A plan in money: what is due and what is credited can't be confused."""

from __future__ import annotations

from dataclasses import replace

import pytest

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
