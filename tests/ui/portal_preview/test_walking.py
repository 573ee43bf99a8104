"""Walking through a customer's portal in the desk."""

from __future__ import annotations

from typing import Any, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QRadioButton
from pytestqt.qtbot import QtBot

from portal_desk.errors import Offline
from portal_desk.models.json import Json
from portal_desk.portal.locales import LOCALES
from portal_desk.sandbox.state import State
from portal_desk.services.desk import Desk
from portal_desk.ui.portal_preview.customer_portal import CustomerPortal
from portal_desk.ui.portal_preview.page import PHONE_WIDTH
from portal_desk.ui.portal_preview.preview_panel import PortalPreviewPanel

from ..conftest import Until
from .screen import customer, press, shown, texts


class Stripe:
    """Answers every question with one invoice; offline where there is none."""

    def __init__(self, invoice: Json | None) -> None:
        self.invoice = invoice
        self.asked: list[tuple[str, Json]] = []

    async def post(self, path: str, params: Json) -> Json:
        self.asked.append((path, params))
        if self.invoice is None:
            raise Offline("Stripe can't be reached.", "Try again.")
        return self.invoice


def answer_with(desk: Desk, invoice: Json | None) -> Stripe:
    stripe = Stripe(invoice)
    cast("Any", desk).__dict__["gateway"] = stripe
    return stripe


def choose(panel: PortalPreviewPanel, combo: str, value: object) -> None:
    """Choose by what a choice stands for."""
    box = getattr(panel.choices, combo)
    at = box.findData(value)
    assert at >= 0, (combo, value)
    box.setCurrentIndex(at)


def follow(panel: PortalPreviewPanel, button: str) -> None:
    """Press a button of the home page by keyboard."""
    sheet = panel.page.sheet
    sheet.setFocus()
    for _ in range(60):
        press(sheet, Qt.Key.Key_Tab)
        words = sheet.textCursor().selectedText().replace("\u00a0", " ").replace("\u2060", "")
        if words.strip() == button:
            press(sheet, Qt.Key.Key_Return)
            return
    pytest.fail(f"“{button}” can't be reached by keyboard")


def click(panel: PortalPreviewPanel, button: str) -> None:
    """Press a button of a page with a form."""
    assert panel.page.form is not None
    found = [one for one in panel.page.findChildren(QPushButton) if one.accessibleName() == button]
    assert found, button
    found[0].click()


async def test_a_button_leads_where_it_leads_the_customer_and_back(
    panel: PortalPreviewPanel, desk: Desk, world: State, until: Until
) -> None:
    await shown(panel, customer(desk, world, "R16"), until)
    follow(panel, "Cancel subscription")
    assert panel.page.title == "Cancel subscription"
    assert "Why are you canceling? (optional)" in texts(panel)
    click(panel, "Cancel subscription")
    assert "Your subscription will be canceled at the end of the billing period." in texts(panel)
    assert panel.view is not None
    panel.first.back.click()
    panel.first.back.click()
    assert panel.view is not None
    assert not panel.first.back.isEnabled()


async def test_walking_changes_nothing_and_says_so(
    panel: PortalPreviewPanel, desk: Desk, world: State, until: Until
) -> None:
    stripe = answer_with(desk, None)
    snapshot = customer(desk, world, "R16")
    await shown(panel, snapshot, until)
    follow(panel, "Cancel subscription")
    click(panel, "Cancel subscription")
    assert desk.store.snapshot(snapshot.customer["id"]) == snapshot
    assert stripe.asked == []
    assert panel.first.harmless.accessibleName() == "Preview: changes nothing"


async def test_a_change_is_confirmed_with_an_estimate_while_stripe_cannot_be_asked(
    panel: PortalPreviewPanel, desk: Desk, world: State, until: Until
) -> None:
    stripe = answer_with(desk, None)
    await shown(panel, customer(desk, world, "R16"), until)
    follow(panel, "Update subscription")
    choose_other_plan(panel)
    click(panel, "Continue")
    await until(lambda: stripe.asked)
    assert panel.page.title == "Confirm your update"
    assert "Due today" in texts(panel)
    assert "Estimated from the prices" in texts(panel)


async def test_a_change_is_confirmed_with_stripes_own_amounts(
    panel: PortalPreviewPanel, desk: Desk, world: State, until: Until
) -> None:
    invoice = {
        "created": 4_000_000_000, "amount_due": 4711, "total": 4711, "currency": "usd",
        "lines": {"data": []},
    }  # fmt: skip
    stripe = answer_with(desk, invoice)
    await shown(panel, customer(desk, world, "R16"), until)
    follow(panel, "Update subscription")
    choose_other_plan(panel)
    click(panel, "Continue")
    await until(lambda: "$47.11" in texts(panel))
    assert "Estimated" not in texts(panel)
    panel.explain.toggle()
    assert "$47.11" in texts(panel)
    assert len(stripe.asked) == 1, "looking at the same page in another way costs no read"


def choose_other_plan(panel: PortalPreviewPanel) -> None:
    assert panel.page.form is not None
    radios = panel.page.form.findChildren(QRadioButton)
    next(radio for radio in radios if not radio.isChecked()).click()


async def test_a_promotion_code_that_is_not_one_is_refused(
    panel: PortalPreviewPanel, desk: Desk, world: State, until: Until
) -> None:
    answer_with(desk, None)
    await shown(panel, customer(desk, world, "R16"), until)
    follow(panel, "Update subscription")
    choose_other_plan(panel)
    click(panel, "Continue")
    assert panel.page.form is not None
    field = panel.page.form.findChildren(QLineEdit)[-1]
    field.setText("NOSUCHCODE")
    press(field, Qt.Key.Key_Return)
    assert "This code is invalid." in texts(panel)


@pytest.mark.parametrize(
    ("flow", "title"),
    [
        ("payment_method_update", "Add payment method"),
        ("subscription_cancel", "Before you go"),
        ("subscription_update", "Update subscription"),
        ("subscription_update_confirm", "Confirm your update"),
        ("customer_update", "Billing information"),
    ],
)
async def test_a_deep_link_begins_with_its_flow(
    flow: str,
    title: str,
    panel: PortalPreviewPanel,
    desk: Desk,
    world: State,
    until: Until,
) -> None:
    answer_with(desk, None)
    await shown(panel, customer(desk, world, "R16"), until)
    choose(panel, "opens", flow)
    assert panel.page.title == title


@pytest.mark.parametrize(
    ("after", "says"),
    [
        ("hosted_confirmation", "You can close this page now."),
        ("portal_homepage", "Current subscription"),
        ("redirect", "for https://example.com/thank-you"),
    ],
)
async def test_a_flow_ends_as_its_link_says(
    after: str, says: str, panel: PortalPreviewPanel, desk: Desk, world: State, until: Until
) -> None:
    await shown(panel, customer(desk, world, "R16"), until)
    choose(panel, "opens", "customer_update")
    choose(panel, "after", after)
    click(panel, "Save")
    assert says in f"{texts(panel)}\n{panel.first.said.text()}"


async def test_the_login_page_and_an_expired_link_stand_alone(
    panel: PortalPreviewPanel, desk: Desk, world: State, until: Until
) -> None:
    await shown(panel, customer(desk, world, "R16"), until)
    choose(panel, "opens", "expired")
    assert panel.page.title == "This link has expired"
    choose(panel, "opens", "login")
    click(panel, "Send")
    assert panel.page.title == "Check your email"


async def test_two_configurations_are_walked_side_by_side(
    panel: PortalPreviewPanel, desk: Desk, world: State, until: Until
) -> None:
    await shown(panel, customer(desk, world, "R16"), until)
    panel.choices.compared.setCurrentIndex(panel.choices.compared.findText("Cancel only"))
    follow(panel, "Update subscription")
    assert panel.page.title == "Update subscription"
    assert panel.second.portal.title == "This isn’t available"
    notes = panel.second.portal.stop
    assert notes is not None
    assert "updating subscriptions is disabled" in notes.notes[0].text


async def test_a_second_configuration_opens_on_the_page_of_the_first(
    panel: PortalPreviewPanel, desk: Desk, world: State, until: Until
) -> None:
    await shown(panel, customer(desk, world, "R16"), until)
    follow(panel, "Cancel subscription")
    panel.choices.compared.setCurrentIndex(panel.choices.compared.findText("Cancel only"))
    assert panel.page.title == panel.second.portal.title == "Cancel subscription"


async def test_a_link_without_a_subscription_to_be_about_says_so(
    panel: PortalPreviewPanel, desk: Desk, world: State, until: Until
) -> None:
    await shown(panel, customer(desk, world, "R16"), until)
    choose(panel, "customer", "new")
    choose(panel, "opens", "subscription_cancel")
    assert "no subscription" in panel.first.said.text()


async def test_the_keyboard_stays_on_the_page_that_it_walks_through(
    panel: PortalPreviewPanel, desk: Desk, world: State, until: Until
) -> None:
    await shown(panel, customer(desk, world, "R16"), until)
    follow(panel, "Cancel subscription")
    focused = panel.focusWidget()
    assert isinstance(focused, QRadioButton)
    assert panel.page.isAncestorOf(focused)
    click(panel, "Keep subscription")
    assert panel.focusWidget() is panel.page.sheet


async def test_another_day_shows_what_comes_true_by_then(
    panel: PortalPreviewPanel, desk: Desk, world: State, until: Until
) -> None:
    await shown(panel, customer(desk, world, "R12"), until)
    assert "Your subscription will be canceled on" in texts(panel)
    days = panel.choices.day
    days.setCurrentIndex(
        next(at for at in range(days.count()) if "is cancelled" in days.itemText(at))
    )
    assert "You have no active subscription." in texts(panel)


async def test_seldom_choices_come_on_request_and_stay_while_they_count(
    panel: PortalPreviewPanel, desk: Desk, world: State, until: Until
) -> None:
    await shown(panel, customer(desk, world, "R16"), until)
    seldom = panel.choices.customer
    assert not seldom.isVisible()
    panel.choices.more.click()
    assert seldom.isVisible()
    choose(panel, "customer", "past_due")
    panel.choices.more.setChecked(False)
    assert seldom.isVisible()
    assert not panel.choices.more.isEnabled()
    seldom.setCurrentIndex(0)
    assert not seldom.isVisible()


async def test_a_made_up_customer_stands_in_for_a_real_one(
    panel: PortalPreviewPanel, desk: Desk, world: State, until: Until
) -> None:
    snapshot = customer(desk, world, "R16")
    await shown(panel, snapshot, until)
    choose(panel, "customer", "past_due")
    assert "Past due" in texts(panel)
    assert snapshot.customer["email"] not in texts(panel)


async def test_an_unsaved_draft_can_be_walked_through(
    qtbot: QtBot, desk: Desk, world: State
) -> None:
    portal = CustomerPortal()
    qtbot.addWidget(portal)
    draft = {"features": {"invoice_history": {"enabled": True}}, "active": True}
    view = portal.show_portal(customer(desk, world, "R16"), draft, locale="en", now=world.now())
    shown_sections = [one.key for one in view.sections if one.availability != "hidden"]
    assert "invoices" in shown_sections
    assert "payment_methods" not in shown_sections


async def test_the_page_stays_when_its_language_changes(
    panel: PortalPreviewPanel, desk: Desk, world: State, until: Until
) -> None:
    await shown(panel, customer(desk, world, "R16"), until)
    follow(panel, "Cancel subscription")
    choose(panel, "language", "de")
    assert panel.page.title == "Abonnement kündigen"


async def test_no_page_of_any_language_is_wider_than_a_phone(
    panel: PortalPreviewPanel, desk: Desk, world: State, until: Until
) -> None:
    answer_with(desk, None)
    snapshot = customer(desk, world, "R16")
    await shown(panel, snapshot, until)
    choose(panel, "width_choice", "phone")
    base = f"/portal/subscriptions/{snapshot.subscriptions[0]['id']}"
    too_wide = []
    pages = (f"{base}/cancel", f"{base}/update", "/portal/payment-methods/add", "/portal/login")
    for address in pages:
        panel.page.go(address)
        for tag in LOCALES:
            choose(panel, "language", tag)
            assert panel.page.form is not None
            QApplication.processEvents()
            wide = panel.page.form.minimumSizeHint().width()
            if wide > PHONE_WIDTH:
                too_wide.append((address, tag, wide))
    assert too_wide == []
