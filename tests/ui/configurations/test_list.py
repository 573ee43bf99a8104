"""Every configuration with who uses it, found, sorted, compared."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QAbstractButton

from portal_desk.ui.widgets import Text


def _names(panel) -> list[str]:
    model = panel.list.model
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def _said(widget) -> str:
    return "\n".join(one.text() for one in widget.findChildren(Text))


async def test_the_default_comes_first_and_what_is_inactive_is_put_aside(panel):
    assert _names(panel)[0] == "Standard"
    assert "Old" not in _names(panel)
    assert "1 inactive not shown" in panel.list.frame.count.text()
    panel.list.inactive.click()
    assert "Old" in _names(panel)


async def test_each_says_whether_it_is_used_and_by_how_many(panel):
    model = panel.list.model
    row = _names(panel).index("日本")
    assert [model.index(row, column).data() for column in (1, 2)] == ["Active", "2"]
    assert model.index(_names(panel).index("Future"), 1).data() == "Unused"
    assert model.index(0, 1).data() == "Default, Active"


async def test_unused_ones_can_be_listed_alone(panel):
    panel.list.unused.click()
    assert _names(panel) == ["Future"]


async def test_one_is_found_by_its_metadata(panel, qtbot):
    qtbot.keyClicks(panel.list.search, "tokyo")
    assert _names(panel) == ["日本"]
    panel.list.search.clear()
    qtbot.keyClicks(panel.list.search, "nothing like it")
    assert panel.list.empty.isVisible()
    panel.list.empty.action_requested.emit()
    assert len(_names(panel)) == 3


async def test_the_table_is_sorted_by_a_click_on_its_header(panel):
    panel.list.table.sort_requested.emit("customers")
    assert _names(panel)[0] == "日本"
    panel.list.table.sort_requested.emit("name")
    assert _names(panel) == ["Future", "Standard", "日本"]
    panel.list.table.sort_requested.emit("name")
    assert _names(panel)[-1] == "Future"


async def test_the_customers_who_use_one_are_named_and_can_be_shown(panel):
    panel.list.show_configuration("bpc_japan")
    asked: list[str] = []
    panel.customer_requested.connect(asked.append)
    buttons = panel.detail.findChildren(QAbstractButton)
    next(one for one in buttons if one.text() == "株式会社さくら").click()
    assert asked == ["cus_00000000000001"]


async def test_the_default_one_can_not_be_deactivated_nor_made_the_default(panel):
    panel.list.show_configuration("bpc_main")
    assert not panel.detail.activate.isEnabled()
    assert not panel.detail.make_default.isVisible()
    panel.list.show_configuration("bpc_japan")
    assert panel.detail.activate.isEnabled()
    panel.detail.copy_id.trigger()
    assert QGuiApplication.clipboard().text() == "bpc_japan"


async def test_what_this_version_does_not_know_is_shown(panel):
    panel.list.show_configuration("bpc_future")
    said = _said(panel.detail)
    assert "Not known to this version" in said
    assert "features.gift_cards" in said
    assert "at_the_next_full_moon" in said


async def test_two_are_compared_field_by_field(panel):
    panel.list.show_configuration("bpc_japan")
    panel.detail.compare.click()
    assert panel.comparison.isVisible()
    paths = [one.path for one in panel.comparison.differences()]
    assert "name" in paths
    assert "metadata.team" in paths
    assert "features.invoice_history.enabled" not in paths
    assert "See invoices" not in _said(panel.comparison)
    panel.comparison.equal_too.click()
    assert "See invoices" in _said(panel.comparison)


async def test_fields_of_a_later_stripe_are_compared_too(panel):
    panel.comparison.choose("bpc_main", "bpc_future")
    assert "features.gift_cards" in _said(panel.comparison)


async def test_one_compared_with_itself_differs_in_nothing(panel):
    panel.comparison.choose("bpc_main", "bpc_main")
    assert panel.comparison.summary.text() == "No field differs"


async def test_the_list_works_by_keyboard(panel, qtbot):
    panel.list.search.setFocus()
    qtbot.keyClick(panel.list.search, Qt.Key.Key_Down)
    qtbot.keyClick(panel.list.table, Qt.Key.Key_Return)
    assert panel.pages.currentWidget() is panel.editor
    qtbot.keyClick(panel.editor.form, Qt.Key.Key_Escape)
    assert panel.pages.currentWidget() is panel.splitter


async def test_the_model_keeps_qts_rules(panel):
    tester = QAbstractItemModelTester(
        panel.list.model, QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    panel.list.inactive.click()
    panel.list.unused.click()
    assert tester.model() is panel.list.model


async def test_a_hundred_stay_manageable(panel, desk, until, bus):
    found = desk.store.configurations()[1]
    many = [
        found | {"id": f"bpc_{number:03}", "name": f"Client {number:03}"} for number in range(120)
    ]
    desk.store.apply(many, as_of=1_900_000_000)
    bus.tail_advanced.emit()
    await until(lambda: len(panel.list.model.ids) == 123)
    panel.list.search.setText("client 077")
    assert _names(panel) == ["Client 077"]


async def test_a_damaged_one_is_shown_as_far_as_it_goes(panel, desk, until):
    damaged = {"id": "bpc_bad", "object": "billing_portal.configuration", "active": True}
    damaged |= {"features": ["?"], "login_page": "gone", "metadata": 3, "created": 1}
    desk.store.apply([damaged], as_of=1_900_000_000)
    panel.reload()
    await until(lambda: len(panel.list.model.ids) == 4)
    panel.list.show_configuration("bpc_bad")
    assert "bpc_bad" in _said(panel.detail)
    panel.detail.edit.click()
    assert not panel.editor.is_dirty


async def test_a_panel_that_nobody_looks_at_is_read_again_when_somebody_does(
    panel, desk, bus, until
):
    panel.hide()
    found = desk.store.configurations()[1]
    desk.store.apply([found | {"id": "bpc_more", "name": "More"}], as_of=1_900_000_000)
    bus.tail_advanced.emit()
    await until(lambda: panel._outdated)
    panel.show()
    await until(lambda: "More" in _names(panel))
