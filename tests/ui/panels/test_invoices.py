"""Invoices: filtered, sorted, saved as PDFs to a folder, exported."""

from __future__ import annotations

import csv

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtTest import QAbstractItemModelTester

from portal_desk.models.changes import ChangeSet
from portal_desk.models.search import SearchQuery
from portal_desk.ui.panels.customer_invoices import CustomerInvoices
from portal_desk.ui.panels.invoices import InvoicesPanel
from portal_desk.ui.panels.invoices_period import days_of

from ..live import live_desk


@pytest.fixture
async def panel(desk, tasks, bus, theme, settings, qtbot, until) -> InvoicesPanel:
    panel = InvoicesPanel(desk, tasks, bus, theme, settings=settings)
    qtbot.addWidget(panel)
    panel.resize(1200, 600)
    panel.show()
    await until(lambda: len(panel.model.ids) == 180)
    return panel


@pytest.fixture
async def live(shared_sandbox, tmp_path, tasks, bus, theme, settings, qtbot, until):
    """A panel over the real services and the sandbox."""
    folder = tmp_path / "live"
    async with live_desk(shared_sandbox.url, shared_sandbox.key, folder) as desk:
        panel = InvoicesPanel(desk, tasks, bus, theme, settings=settings)
        qtbot.addWidget(panel)
        panel.show()
        await until(lambda: panel.model.ids)
        yield panel
        await tasks.close()


def _column(panel: InvoicesPanel, key: str) -> list[str | None]:
    at = [column.key for column in panel.model.columns].index(key)
    return [panel.model.index(row, at).data() for row in range(panel.model.rowCount())]


def _tick(chip, value: str) -> None:
    next(one for one in chip._menu.actions() if one.data() == value).setChecked(True)


async def test_a_number_or_a_name_narrows_the_list(panel, until):
    panel.filters.text.setText("NW-0007")
    await until(lambda: len(panel.model.ids) == 3)
    await until(lambda: None not in _column(panel, "number"))
    assert set(_column(panel, "number")) == {"NW-0007-0009", "NW-0007-0008", "NW-0007-0007"}


async def test_status_and_currency_narrow_the_list(panel, until):
    _tick(panel.filters.status, "open")
    await until(lambda: len(panel.model.ids) == 30)
    _tick(panel.filters.currency, "jpy")
    await until(lambda: len(panel.model.ids) == 10)
    await until(lambda: None not in _column(panel, "total"))
    assert all("¥" in text for text in _column(panel, "total"))


async def test_days_of_ones_own_narrow_the_list(panel, desk, until):
    panel.filters.created.first.setDate(QDate(2026, 9, 1))
    panel.filters.created.last.setDate(QDate(2026, 9, 30))
    panel.filters.created.choose("custom")
    await until(lambda: len(panel.model.ids) == 60)
    assert panel.filters.created.first.isVisible()
    panel.filters.created.last.setDate(QDate(2026, 9, 1))
    await until(panel.empty.isVisible)


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("this_month", QDate(2026, 2, 1), QDate(2026, 2, 28)),
        ("last_month", QDate(2026, 1, 1), QDate(2026, 1, 31)),
        ("this_quarter", QDate(2026, 1, 1), QDate(2026, 3, 31)),
        ("last_year", QDate(2025, 1, 1), QDate(2025, 12, 31)),
    ],
)
def test_usual_periods_are_whole(period, first, last):
    assert days_of(period, QDate(2026, 2, 17)) == (first, last)


async def test_one_customers_invoices_are_shown_until_the_chip_is_cleared(panel, until):
    panel.show_customer("cus_00000000000001")
    await until(lambda: len(panel.model.ids) == 3)
    assert panel.filters.customer.text() == "株式会社さくら"
    panel.filters.customer.click()
    await until(lambda: len(panel.model.ids) == 180)


async def test_where_nothing_matches_the_filters_can_be_cleared(panel, until):
    panel.filters.text.setText("nobody at all")
    await until(panel.empty.isVisible)
    panel.empty.action_requested.emit()
    await until(lambda: len(panel.model.ids) == 180)
    assert panel.filters.text.text() == ""


async def test_a_click_on_a_header_sorts_and_another_turns_it_round(panel, until):
    panel.filters.text.setText("NW-0007")
    await until(lambda: len(panel.model.ids) == 3)
    panel.table.sort_requested.emit("number")
    await until(lambda: _column(panel, "number")[0] == "NW-0007-0007")
    panel.table.sort_requested.emit("number")
    await until(lambda: _column(panel, "number")[0] == "NW-0007-0009")


async def test_a_selection_says_how_many_would_be_saved(panel, until):
    assert panel.download.text() == "Download all PDFs…"
    assert panel.count.text() == "180 invoices"
    panel.filters.text.setText("NW-0007")
    await until(lambda: len(panel.model.ids) == 3)
    panel.table.selectAll()
    assert panel.download.text() == "Download 3 PDFs…"
    assert list(panel.chosen) == list(panel.model.ids)


async def test_opening_an_invoice_leads_to_its_customer(panel, until, qtbot):
    panel.show_customer("cus_00000000000004")
    await until(lambda: len(panel.model.ids) == 3)
    await until(lambda: None not in _column(panel, "number"))
    asked: list[str] = []
    panel.customer_requested.connect(asked.append)
    panel.table.select_first()
    qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    assert asked == ["cus_00000000000004"]


async def test_a_new_invoice_appears_by_itself(panel, desk, bus, until):
    [pk] = desk.store.invoice_rows(panel.model.ids[:1])
    known = desk.store.object("invoice", pk.id)
    fresh = known | {"id": "in_new", "number": "NW-NEW"}
    desk.store.apply([fresh], as_of=known["created"] + 10**6)
    bus.changed.emit(ChangeSet(frozenset({known["customer"]}), frozenset({"invoice"})))
    await until(lambda: len(panel.model.ids) == 181)


async def test_the_list_is_exported_as_shown(panel, tmp_path, until):
    panel.filters.text.setText("NW-0007")
    await until(lambda: len(panel.model.ids) == 3)
    panel.export_to(tmp_path / "list.csv")
    assert panel._settings.downloads == tmp_path
    await until(panel.bar.banner.isVisible)
    with (tmp_path / "list.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["number"] for row in rows] == ["NW-0007-0009", "NW-0007-0008", "NW-0007-0007"]
    assert "3 invoices written" in panel.bar.banner.accessibleName()


async def test_the_model_keeps_qts_rules(panel, until):
    tester = QAbstractItemModelTester(
        panel.model, QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    panel.filters.text.setText("NW-0007")
    await until(lambda: len(panel.model.ids) == 3)
    panel.filters.clear()
    await until(lambda: len(panel.model.ids) == 180)
    assert tester.model() is panel.model


async def test_pdfs_are_saved_and_skipped_the_second_time(live, tmp_path, until):
    _tick(live.filters.status, "paid")
    before = len(live.model.ids)
    await until(lambda: 0 < len(live.model.ids) < before)
    live.table.clearSelection()
    for row in range(3):
        live.table.selectionModel().select(
            live.model.index(row, 0),
            live.table.selectionModel().SelectionFlag.Select
            | live.table.selectionModel().SelectionFlag.Rows,
        )
    folder = tmp_path / "invoices"
    folder.mkdir()
    live.download_to(folder)
    assert live.bar.cancel.isVisible()
    assert not live.download.isEnabled()
    await until(lambda: not live.bar.is_running, seconds=20)
    assert live.bar.banner.accessibleName().startswith("3 saved")
    assert all(file.read_bytes().startswith(b"%PDF-") for file in folder.iterdir())
    live.download_to(folder)
    await until(lambda: not live.bar.is_running, seconds=20)
    assert live.bar.banner.accessibleName().startswith("3 there already")


async def test_a_draft_is_no_failure_and_the_reason_is_said(live, tmp_path, until):
    _tick(live.filters.status, "draft")
    before = len(live.model.ids)
    await until(lambda: 0 < len(live.model.ids) < before)
    live.download_to(tmp_path)
    await until(lambda: not live.bar.is_running, seconds=20)
    assert "failed" not in live.bar.banner.accessibleName()
    assert "not finalized" in live.bar.banner.accessibleName()


async def test_a_download_can_be_cancelled_and_says_what_it_left_out(live, tmp_path, until):
    folder = tmp_path / "invoices"
    folder.mkdir()
    total = len(live.model.ids)
    live.download_to(folder)
    await until(lambda: live.bar.progress.value() >= 1, seconds=20)
    live.bar.cancel.click()
    await until(lambda: not live.bar.is_running, seconds=20)
    assert "because you cancelled" in live.bar.banner.accessibleName()
    assert 0 < len(list(folder.iterdir())) < total
    assert live.download.isEnabled()


async def test_a_customers_invoices_are_saved_from_the_customer_itself(
    shared_sandbox, tmp_path, tasks, theme, settings, qtbot, until
):
    async with live_desk(shared_sandbox.url, shared_sandbox.key, tmp_path / "live") as desk:
        found = await desk.search(SearchQuery())
        rows = desk.store.customer_rows(list(found.customers)[:20])
        snapshots = [desk.store.snapshot(row.id) for row in rows]
        snapshot = max(snapshots, key=lambda one: len(one.invoices))
        panel = CustomerInvoices(desk, tasks, theme, settings)
        qtbot.addWidget(panel)
        panel.show_invoices(snapshot.invoices)
        assert panel.download.text().startswith("Download")
        panel.table.selectRow(0)
        assert panel.download.text() == "Download 1 PDF…"
        panel.download_to(tmp_path / "pdfs")
        assert not panel.download.isEnabled()
        await until(panel.download.isEnabled, seconds=20)
        assert panel.bar.banner._title.text() == "1 saved"
        assert len(list((tmp_path / "pdfs").glob("*.pdf"))) == 1
        await tasks.close()
