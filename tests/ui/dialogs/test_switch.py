"""Switching: Stripe's own preview stands between the wish and the button."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from portal_desk.ui.dialogs.switch import SwitchDialog
from portal_desk.ui.widgets import Text


@pytest.fixture
def dialog(desk, tasks, theme, qtbot, until):
    async def make(snapshot) -> SwitchDialog:
        dialog = SwitchDialog(desk, tasks, snapshot, None, theme)
        qtbot.addWidget(dialog)
        dialog.open()
        await until(lambda: dialog.price.chosen is not None)
        return dialog

    return make


def _rows(dialog: SwitchDialog) -> dict[str, tuple[bool, str]]:
    """What is listed: whether it can be chosen, and what hovering says."""
    model = dialog.price.model
    return {
        model.index(row).data(): (
            bool(model.index(row).flags() & Qt.ItemFlag.ItemIsEnabled),
            model.index(row).data(Qt.ItemDataRole.ToolTipRole),
        )
        for row in range(model.rowCount())
    }


async def test_the_prices_that_are_sold_are_listed_under_their_products(dialog, snapshot):
    shown = await dialog(snapshot)
    assert list(_rows(shown)) == [
        "Team",
        "€29.00 per month",
        "€290.00 per year",
        "Business",
        "€79.00 per month",
        "€94.00 per month including tax",
    ]


async def test_prices_in_another_currency_are_left_out_with_the_reason(dialog, snapshot):
    shown = await dialog(snapshot)
    assert "$85.00 per month" not in _rows(shown)
    assert any("can’t change its currency" in text.text() for text in shown.findChildren(Text))


async def test_nothing_is_asked_while_nothing_is_different(dialog, desk, snapshot):
    shown = await dialog(snapshot)
    assert shown.price.chosen.id == "price_team"
    assert shown.quantity.value() == 3
    assert desk.actions.asked == []
    assert not shown.confirm.isEnabled()
    assert "Choose another price or quantity" in shown.consequences.text


async def test_the_preview_of_what_was_chosen_is_shown_and_executed(
    dialog, desk, until, snapshot, theme
):
    shown = await dialog(snapshot)
    shown.price.choose("price_business")
    shown.quantity.setValue(5)
    await until(shown.confirm.isEnabled)
    asked = desk.actions.asked[-1]
    assert (asked.item, asked.price, asked.quantity) == ("si_1", "price_business", 5)
    assert asked.proration_behavior == "create_prorations"
    assert "€105.51" in shown.consequences.text
    plan = shown.plan
    done: list[str] = []
    shown.completed.connect(done.append)
    shown.confirm.click()
    await until(lambda: done)
    assert desk.actions.executed == [plan]


async def test_the_button_says_when_it_bills_at_once(dialog, until, snapshot):
    shown = await dialog(snapshot)
    shown.quantity.setValue(4)
    shown.proration.setCurrentIndex(shown.proration.findData("always_invoice"))
    assert shown.confirm.text() == "Change and bill now"
    assert not shown.confirm.isEnabled()
    await until(shown.confirm.isEnabled)


async def test_another_interval_is_said_to_be_billed_at_once(dialog, until, snapshot):
    shown = await dialog(snapshot)
    names = [shown.proration.itemText(at) for at in range(shown.proration.count())]
    assert "Settle on the next invoice" in names
    shown.price.choose("price_team_year")
    names = [shown.proration.itemText(at) for at in range(shown.proration.count())]
    assert names == ["Bill the new period, less unused time", "Bill the new period in full"]
    assert shown.confirm.text() == "Change and bill now"
    shown.price.choose("price_business")
    assert shown.proration.currentText() == "Settle on the next invoice"


async def test_going_back_to_the_present_takes_the_confirmation_away(dialog, until, snapshot):
    shown = await dialog(snapshot)
    shown.quantity.setValue(4)
    await until(shown.confirm.isEnabled)
    shown.quantity.setValue(3)
    assert not shown.confirm.isEnabled()
    await until(lambda: "Choose another" in shown.consequences.text)
    assert shown.plan is None


async def test_of_several_items_one_is_chosen(dialog, desk, until, two_items):
    shown = await dialog(two_items)
    assert shown.item.isVisible()
    shown.item.setCurrentIndex(1)
    assert shown.price.chosen.id == "price_business"
    shown.quantity.setValue(9)
    await until(shown.confirm.isEnabled)
    assert desk.actions.asked[-1].item == "si_2"


async def test_the_list_keeps_qts_rules(dialog, snapshot):
    shown = await dialog(snapshot)
    tester = QAbstractItemModelTester(
        shown.price.model, QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    shown.price.model.set_choices([])
    assert tester.model() is shown.price.model


async def test_filtering_the_list_keeps_the_choice(dialog, until, snapshot):
    shown = await dialog(snapshot)
    shown.price.choose("price_business")
    shown.price.filter.setText("team")
    assert list(_rows(shown)) == ["Team", "€29.00 per month", "€290.00 per year"]
    assert shown.price.chosen.id == "price_business"
    shown.price.filter.clear()
    assert shown.price.view.currentIndex().data() == "€79.00 per month"
