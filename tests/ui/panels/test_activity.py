"""What was done from this desk, and what is not settled yet."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from portal_desk.errors import Offline
from portal_desk.ui.panels.activity import ActivityPanel
from portal_desk.ui.panels.activity_details import flattened

ADA = "cus_00000000000000"


class Reconciler:
    """Stands for the actions: settles the journal's entries, or fails, as it is told."""

    def __init__(self, journal) -> None:
        self.journal = journal
        self.settles = True
        self.failure: Exception | None = None

    async def reconcile(self):
        if self.failure is not None:
            raise self.failure
        if not self.settles:
            return []
        return [self.journal.finish(entry, "done") for entry in self.journal.pending()]


@pytest.fixture
def entries(desk):
    """A cancellation that worked, a switch that Stripe refused, and a cancellation without an answer."""
    journal = desk.journal
    done = journal.begin(kind="cancel", customer=ADA, subscription="sub_1", summary="Cancel Team")
    journal.finish(done, "done")
    refused = journal.begin(
        kind="switch",
        customer=ADA,
        subscription="sub_1",
        summary="Switch Team to Business",
        params={"items": [{"id": "si_1", "quantity": 5}], "proration_behavior": "none"},
        idempotency_key="key-1",
    )
    journal.finish(refused, "failed", error="There are no changes to confirm. (req_123)")
    lost = journal.begin(kind="cancel", customer=ADA, subscription="sub_2", summary="Cancel Solo")
    journal.finish(lost, "unknown", error="No answer came.")
    return {"done": done.id, "failed": refused.id, "unknown": lost.id}


@pytest.fixture
async def panel(desk, entries, tasks, bus, theme, qtbot, until) -> ActivityPanel:
    desk.actions = Reconciler(desk.journal)
    panel = ActivityPanel(desk, tasks, bus, theme)
    qtbot.addWidget(panel)
    panel.resize(1200, 600)
    panel.show()
    await until(lambda: len(panel.entries.model.ids) == 3)
    return panel


def _cells(panel: ActivityPanel, column: int) -> list[str | None]:
    model = panel.entries.model
    return [model.index(row, column).data() for row in range(model.rowCount())]


async def test_what_for_whom_and_what_came_of_it_newest_first(panel, until):
    await until(lambda: None not in _cells(panel, 0))
    assert _cells(panel, 0) == ["Cancel Solo", "Switch Team to Business", "Cancel Team"]
    assert _cells(panel, 1) == ["Ada Lovelace"] * 3
    assert _cells(panel, 2) == ["Outcome unknown", "Refused", "Done"]


async def test_an_entry_shows_stripes_answer_and_what_was_sent(panel, entries, until):
    panel.entries.table.select_id(entries["failed"])
    await until(lambda: panel.details.heading.text() == "Switch Team to Business")
    assert panel.details.state.text() == "Refused"
    assert "req_123" in panel.details.error.accessibleName()
    assert not panel.details.check.isVisible()


async def test_what_is_not_known_can_be_checked_again_and_is_settled(panel, entries, until):
    assert "1 without a known outcome" in panel.banner.accessibleName()
    panel.entries.table.select_id(entries["unknown"])
    await until(panel.details.check.isVisible)
    panel.details.check.click()
    await until(lambda: panel.pending == [])
    await until(lambda: _cells(panel, 2)[0] == "Done")
    assert not panel.banner.isVisible()
    assert not panel.details.check.isVisible()


async def test_it_says_so_when_it_is_still_not_known(panel, desk, until):
    desk.actions.settles = False
    panel.check_again()
    await until(lambda: "Still not known" in panel.banner.accessibleName())
    assert len(panel.pending) == 1


async def test_being_offline_is_said_and_it_can_be_tried_again(panel, desk, until):
    desk.actions.failure = Offline("Stripe can't be reached.", "Check the network.")
    panel.check_again()
    await until(lambda: "Check the network" in panel.banner.accessibleName())
    desk.actions.failure = None
    panel.check_again()
    await until(lambda: panel.pending == [])


async def test_something_done_elsewhere_in_the_window_appears(panel, desk, bus, until):
    desk.journal.begin(kind="link", customer=ADA, summary="Portal link: home page")
    bus.journal_changed.emit(ADA)
    await until(lambda: len(panel.entries.model.ids) == 4)


async def test_enter_leads_to_the_customer(panel, qtbot):
    asked: list[str] = []
    panel.customer_requested.connect(asked.append)
    panel.entries.table.select_first()
    qtbot.keyClick(panel.entries.table, Qt.Key.Key_Return)
    assert asked == [ADA]


async def test_an_empty_journal_says_what_will_be_here(desk, tasks, bus, theme, qtbot, until):
    panel = ActivityPanel(desk, tasks, bus, theme)
    qtbot.addWidget(panel)
    panel.show()
    await until(panel.entries.empty.isVisible)


async def test_the_model_keeps_qts_rules(panel, desk, until):
    tester = QAbstractItemModelTester(
        panel.entries.model, QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    desk.journal.begin(kind="link", customer=ADA, summary="Portal link: home page")
    panel.entries.read()
    await until(lambda: len(panel.entries.model.ids) == 4)
    assert tester.model() is panel.entries.model


def test_parameters_are_named_as_in_stripes_documentation():
    params = {"items": [{"id": "si_1"}], "flow_data": {"type": "x"}, "prorate": True}
    assert list(flattened(params)) == [
        ("items[0].id", "si_1"),
        ("flow_data.type", "x"),
        ("prorate", "true"),
    ]
