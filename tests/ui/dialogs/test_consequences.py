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
