"""The timeline: Stripe's events and the desk's journal in one."""

from __future__ import annotations

from typing import Any, Literal

from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from portal_desk.models.actions import JournalEntry
from portal_desk.models.json import Json
from portal_desk.ui.panels.customer_history import of_event, of_journal, timeline
from portal_desk.ui.panels.customer_timeline import CustomerTimeline, TimelineModel
from portal_desk.ui.theme import Theme

NOON = 1_772_539_200


def _event(
    kind: str, about: Json | None = None, before: Json | None = None, created: int = NOON
) -> Json:
    data = {"object": about or {"id": "x"}}
    if before is not None:
        data["previous_attributes"] = before
    return {"type": kind, "created": created, "data": data}


def _entry(
    state: Literal["sending", "done", "failed", "unknown"] = "done",
    started: int = NOON,
    **fields: Any,
) -> JournalEntry:
    return JournalEntry(
        1, "cancel", "cus_1", "sub_1", "Cancelled Team", state=state, started=started, **fields
    )


def test_a_scheduled_cancellation_and_its_undoing_are_told_apart() -> None:
    about = {"id": "sub_1", "cancel_at": NOON, "cancel_at_period_end": False}
    assert of_event(_event("customer.subscription.updated", about, {"cancel_at": None})).title == (
        "Cancellation scheduled"
    )
    about = {"id": "sub_1", "cancel_at": None, "cancel_at_period_end": False}
    line = of_event(_event("customer.subscription.updated", about, {"cancel_at_period_end": True}))
    assert line.title == "Scheduled cancellation undone"


def _items(price: str, end: int) -> Json:
    item = {"price": {"id": price}, "quantity": 1, "current_period_end": end}
    return {"items": {"object": "list", "data": [item]}}


def test_a_renewal_is_no_change_of_plan() -> None:
    about = {"id": "sub_1", **_items("price_a", NOON)}
    kind = "customer.subscription.updated"
    renewed = of_event(_event(kind, about, _items("price_a", NOON - 86_400)))
    assert (renewed.title, renewed.detail) == ("New period", "Until Mar 3, 2026")
    partly = {"items": {"data": [{"current_period_end": NOON - 86_400}]}}
    assert of_event(_event(kind, about, partly)).title == "New period"
    switched = of_event(_event(kind, about, _items("price_b", NOON)))
    assert switched.title == "Plan changed"


def test_a_status_change_says_from_what_to_what() -> None:
    line = of_event(
        _event(
            "customer.subscription.updated", {"id": "s", "status": "active"}, {"status": "past_due"}
        )
    )
    assert line.detail == "From Past due to Active"


def test_an_invoice_is_named_by_number_and_total() -> None:
    about = {"id": "in_1", "number": "NW-1", "total": 2900, "currency": "jpy"}
    line = of_event(_event("invoice.paid", about))
    assert line.title == "Invoice paid"
    assert "NW-1" in line.detail
    assert "2,900" in line.detail


def test_an_item_that_waits_to_be_billed_says_what_and_how_much() -> None:
    about = {"id": "ii_1", "description": "2 × Team", "amount": 4800, "currency": "usd"}
    line = of_event(_event("invoiceitem.created", about))
    assert line.title == "Item waits for the next invoice"
    assert line.detail.startswith("2 × Team · ")
    assert "48.00" in line.detail


def test_an_event_that_nobody_translated_still_shows() -> None:
    assert of_event(_event("radar.early_fraud_warning.created")).title != ""


def test_newest_first_and_what_is_pending_on_top() -> None:
    lines = timeline(
        [_event("customer.created", created=NOON - 50), _event("invoice.paid", created=NOON + 50)],
        [_entry("sending", NOON - 10), _entry("done", NOON)],
    )
    assert [line.at for line in lines] == [NOON - 10, NOON + 50, NOON, NOON - 50]
    assert lines[0].state == "Pending"
    assert lines[2].state == ""


def test_a_refusal_gives_stripes_words() -> None:
    line = of_journal(_entry("failed", error="No such subscription"))
    assert line.state == "Refused"
    assert line.detail == "No such subscription"


def test_the_list_keeps_qts_rules_and_speaks_whole_lines(qapp: QApplication) -> None:
    model = TimelineModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_lines(timeline([_event("customer.created")], [_entry("sending")]))
    spoken = model.index(0, 0).data()
    assert "Cancelled Team" in spoken
    assert "Pending" in spoken
    model.set_lines([])
    assert model.rowCount() == 0


def test_where_nothing_happened_it_says_so(theme: Theme, qtbot: QtBot) -> None:
    panel = CustomerTimeline(theme)
    qtbot.addWidget(panel)
    panel.show()
    panel.show_lines([])
    assert panel.empty.isVisible()
    panel.show_lines(timeline([_event("customer.created")], []))
    assert panel.list.isVisible()
