"""One customer: the cache at once, Stripe soon after, and every failure said."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from portal_desk.errors import Offline, PermissionMissing, ResourceMissing
from portal_desk.ui.change_bus import ChangeBus
from portal_desk.ui.dialogs.link import LinkDialog
from portal_desk.ui.panels import customer_pane
from portal_desk.ui.panels.customer_pane import CustomerPane
from portal_desk.ui.panels.customer_subscription_card import SubscriptionCard
from portal_desk.ui.settings_store import SettingsStore
from portal_desk.ui.tasks import Tasks
from portal_desk.ui.theme import Theme

from ..conftest import Until
from ..world import FakeDesk

ADA, SAKURA = "cus_00000000000000", "cus_00000000000001"


@pytest.fixture(autouse=True)
def _restless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(customer_pane, "REST", 0.0)


@pytest.fixture
async def pane(
    desk: FakeDesk,
    tasks: Tasks,
    bus: ChangeBus,
    theme: Theme,
    settings: SettingsStore,
    qtbot: QtBot,
) -> CustomerPane:
    pane = CustomerPane(desk, tasks, bus, theme, settings)
    qtbot.addWidget(pane)
    pane.resize(600, 800)
    pane.show()
    return pane


async def _open(pane: CustomerPane, until: Until, customer: str = ADA) -> None:
    pane.show_customer(customer)
    await until(lambda: pane.snapshot is not None and pane.snapshot.customer["id"] == customer)
    await until(lambda: pane.overview.is_complete)


def _texts(pane: CustomerPane) -> set[str]:
    labels = pane.findChildren(QLabel)
    return {label.accessibleName() or label.text() for label in labels if label.isVisible()}


async def test_before_anyone_is_chosen_it_says_how_to_choose(pane: CustomerPane) -> None:
    assert "No customer chosen" in _texts(pane)


async def test_opening_shows_name_plan_price_card_and_tax_id(
    pane: CustomerPane, until: Until
) -> None:
    await _open(pane, until)
    texts = _texts(pane)
    assert {"Ada Lovelace", "ada@analytical.example", ADA, "Starter", "Active"} <= texts
    assert any("£29.00 per month" in text for text in texts)
    assert any("Visa •••• 4242" in text for text in texts)
    assert "DE123456789" in texts
    assert any("Launch: 20% off" in text for text in texts)


async def test_opening_asks_stripe_once_the_eye_has_rested(
    pane: CustomerPane, desk: FakeDesk, until: Until
) -> None:
    await _open(pane, until)
    await until(lambda: desk.refreshed == [ADA])


async def test_passing_by_a_customer_costs_no_read(
    pane: CustomerPane, desk: FakeDesk, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(customer_pane, "REST", 30.0)
    await _open(pane, until)
    monkeypatch.setattr(customer_pane, "REST", 0.0)
    await _open(pane, until, SAKURA)
    await until(lambda: desk.refreshed)
    assert desk.refreshed == [SAKURA]


async def test_without_network_the_cache_stays_on_show(
    pane: CustomerPane, desk: FakeDesk, until: Until
) -> None:
    desk.failure = Offline("Stripe can't be reached.", "Check the network.")
    await _open(pane, until)
    await until(pane.banner.isVisible)
    assert "Offline, as of" in pane.banner.accessibleName()
    assert "Ada Lovelace" in _texts(pane)
    desk.failure = None
    pane.banner.findChild(QPushButton).click()
    await until(lambda: not pane.banner.isVisible())


async def test_a_customer_deleted_meanwhile_stays_readable_and_can_do_nothing(
    pane: CustomerPane, desk: FakeDesk, until: Until
) -> None:
    desk.failure = ResourceMissing("No such customer")
    await _open(pane, until)
    await until(pane.banner.isVisible)
    assert "deleted at Stripe" in pane.banner.accessibleName()
    assert "Ada Lovelace" in _texts(pane)
    assert pane.actions_menu.possible == frozenset()
    assert not pane.header.link.isEnabled()


async def test_a_missing_permission_is_said_in_full(
    pane: CustomerPane, desk: FakeDesk, until: Until
) -> None:
    desk.failure = PermissionMissing("The key lacks rak_customer_read.")
    await _open(pane, until)
    await until(pane.banner.isVisible)
    assert "rak_customer_read" in pane.banner.accessibleName()


async def test_what_can_be_done_follows_the_subscription(pane: CustomerPane, until: Until) -> None:
    await _open(pane, until)
    assert pane.actions_menu.possible == {"link", "cancel", "resume", "switch"}
    await _open(pane, until, "cus_00000000000003")
    assert pane.actions_menu.possible == {"link"}


async def test_the_cards_buttons_name_their_subscription(pane: CustomerPane, until: Until) -> None:
    await _open(pane, until)
    card = pane.overview.findChild(SubscriptionCard)
    asked: list[str] = []
    for signal in (card.cancel_requested, card.resume_requested, card.switch_requested):
        signal.disconnect()
        signal.connect(asked.append)
    for button in card.findChildren(QPushButton):
        button.click()
    assert asked == [pane.snapshot.subscriptions[0]["id"]] * 3


async def test_an_ended_subscription_is_shown_when_asked_for(
    pane: CustomerPane, until: Until
) -> None:
    await _open(pane, until, "cus_00000000000003")
    assert pane.overview.findChild(SubscriptionCard) is None
    more = next(b for b in pane.overview.findChildren(QPushButton) if "ended" in b.text())
    more.click()
    await until(lambda: pane.overview.findChild(SubscriptionCard) is not None)


async def test_a_change_elsewhere_redraws_and_keeps_the_place(
    pane: CustomerPane, desk: FakeDesk, bus: ChangeBus, until: Until
) -> None:
    await _open(pane, until)
    await until(lambda: desk.refreshed)
    pane.resize(600, 300)
    bar = pane.overview.verticalScrollBar()
    await until(lambda: bar.maximum() > 40)
    bar.setValue(40)
    customer = desk.store.object("customer", ADA)
    changes = desk.store.apply([customer | {"name": "Ada King"}], as_of=2_000_000_000)
    bus.changed.emit(changes)
    await until(lambda: "Ada King" in _texts(pane))
    assert bar.value() == 40


async def test_the_keyboard_stays_with_the_subscription_after_a_change(
    pane: CustomerPane, desk: FakeDesk, bus: ChangeBus, until: Until
) -> None:
    await _open(pane, until)
    await until(lambda: desk.refreshed)
    subscription = pane.snapshot.subscriptions[0]

    def press(words: str) -> QPushButton:
        buttons = pane.overview.findChildren(QPushButton)
        return next(one for one in buttons if one.text() == words)

    async def become(**fields: object) -> None:
        before = pane.overview.findChild(SubscriptionCard)
        changes = desk.store.apply([subscription | fields], as_of=2_000_000_000)
        bus.changed.emit(changes)
        await until(lambda: pane.overview.findChild(SubscriptionCard) is not before)

    press("Undo cancellation…").setFocus()
    await become(cancel_at_period_end=False)
    assert pane.focusWidget().text() == "Switch plan…"
    press("Cancel…").setFocus()
    await become(metadata={"seen": "yes"})
    assert pane.focusWidget().text() == "Cancel…"
    await become(status="canceled")
    assert pane.isAncestorOf(pane.focusWidget())


async def test_what_is_on_its_way_to_stripe_shows_as_pending(
    pane: CustomerPane, desk: FakeDesk, bus: ChangeBus, until: Until
) -> None:
    await _open(pane, until)
    subscription = pane.snapshot.subscriptions[0]["id"]
    desk.journal.begin(
        kind="cancel", customer=ADA, subscription=subscription, summary="Cancel Starter",
        params={}, idempotency_key="k",
    )  # fmt: skip
    bus.journal_changed.emit(ADA)
    await until(lambda: "Change pending" in _texts(pane))
    pane.tabs.setCurrentWidget(pane.timeline)
    assert "Cancel Starter" in pane.timeline.model.index(0, 0).data()


async def test_a_key_that_was_refused_is_told_on_the_buttons(
    pane: CustomerPane, desk: FakeDesk, bus: ChangeBus, until: Until
) -> None:
    for kind, permission in (("cancel", "rak_subscription_write"), ("link", "rak_portal_write")):
        entry = desk.journal.begin(
            kind=kind, customer="cus_other", subscription=None, summary="x", params={},
            idempotency_key=kind,
        )  # fmt: skip
        desk.journal.settle(entry, "failed", error=f"Having the '{permission}' permission …")
    await _open(pane, until)
    cancel = next(b for b in pane.overview.findChildren(QPushButton) if b.text() == "Cancel…")
    assert "rak_subscription_write" in cancel.toolTip()
    assert cancel.accessibleDescription() == cancel.toolTip()
    assert cancel.isEnabled()
    assert "rak_portal_write" in pane.header.link.accessibleDescription()


async def test_tabs_show_invoices_timeline_and_portal(pane: CustomerPane, until: Until) -> None:
    await _open(pane, until)
    pane.tabs.setCurrentWidget(pane.invoices)
    assert pane.invoices.model.rowCount() == 3
    assert pane.invoices.model.index(0, 0).data().startswith("NW-0000")
    pane.preview_portal()
    assert pane.tabs.tabText(pane.tabs.currentIndex()) == "Portal"
    await until(lambda: type(pane.portal).__name__ == "PortalPreviewPanel")
    assert pane.tabs.count() == 4


async def test_the_id_is_copied_with_one_press(pane: CustomerPane, until: Until) -> None:
    await _open(pane, until)
    pane.header.copy_id.click()
    assert QGuiApplication.clipboard().text() == ADA


async def test_an_unknown_customer_is_said_to_be_unknown(pane: CustomerPane, until: Until) -> None:
    pane.show_customer("cus_nobody")
    await until(lambda: "This customer is not in the cache" in _texts(pane))


async def test_what_has_no_answer_shows_in_the_timeline_at_once(
    pane: CustomerPane, desk: FakeDesk, until: Until
) -> None:
    await _open(pane, until)
    pane.tabs.setCurrentWidget(pane.timeline)
    pane.actions_menu.open("link")
    entry = desk.journal.begin(kind="link", customer=ADA, summary="Portal link")
    desk.journal.finish(entry, "unknown", error="No answer came.")
    pane.findChild(LinkDialog).failed.emit(ADA)
    lines = pane.timeline.model
    await until(lambda: "Portal link, Outcome unknown" in str(lines.index(0, 0).data()))
    pane.findChild(LinkDialog).reject()
