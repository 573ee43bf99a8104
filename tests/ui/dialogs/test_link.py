"""Portal links: what stands in the way is said before, and the link is a secret that expires."""

from __future__ import annotations

import asyncio
import logging

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit

from portal_desk.errors import OutcomeUnknown
from portal_desk.models.actions import LinkRequest
from portal_desk.portal.document import Reason
from portal_desk.portal.languages import languages
from portal_desk.ui.dialogs.link import LinkDialog

NOW = 1_798_000_000


class Clock:
    def __init__(self) -> None:
        self.now = float(NOW)

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def dialog(desk, tasks, snapshot, theme, qtbot, until, clock) -> LinkDialog:
    desk.links.expires = NOW + 300
    dialog = LinkDialog(desk, tasks, snapshot, None, theme, clock=clock)
    qtbot.addWidget(dialog)
    dialog.open()
    await until(lambda: "Nothing stands in the way" in dialog.forecast.text)
    return dialog


def _choose_flow(dialog: LinkDialog, flow: str | None) -> None:
    combo = dialog.form.flow.flow
    combo.setCurrentIndex(combo.findData(flow))


async def _issue(dialog: LinkDialog, until) -> None:
    await until(dialog.issue.isEnabled)
    dialog.issue.click()
    await until(lambda: dialog.issued.isVisible() and dialog.issued.copy.isVisible())


async def test_a_link_to_the_home_page_needs_nothing_else(dialog, desk, until):
    done: list[str] = []
    dialog.completed.connect(done.append)
    await _issue(dialog, until)
    assert desk.links.issued == [LinkRequest("cus_1")]
    assert done == ["cus_1"]


async def test_only_what_the_flow_needs_is_shown(dialog):
    flow = dialog.form.flow
    parts = (flow.subscription, flow.retention, flow.price, flow.quantity, flow.discount)
    needed = {
        None: (),
        "payment_method_update": (),
        "subscription_cancel": (flow.subscription, flow.retention),
        "subscription_update": (flow.subscription,),
        "subscription_update_confirm": (
            flow.subscription,
            flow.price,
            flow.quantity,
            flow.discount,
        ),
        "customer_update": (),
        "subscription_pause": (flow.subscription,),
    }
    for value, expected in needed.items():
        _choose_flow(dialog, value)
        assert [one for one in parts if one.isVisible()] == list(expected), value
        assert dialog.form.after.isVisible() is (value is not None)


async def test_a_prepared_change_carries_item_quantity_and_discount(dialog, desk, until):
    _choose_flow(dialog, "subscription_update_confirm")
    dialog.form.flow.quantity.setValue(7)
    dialog.form.flow.discount.setCurrentIndex(dialog.form.flow.discount.findData("STAY20"))
    await _issue(dialog, until)
    asked = desk.links.issued[0]
    assert (asked.flow_subscription, asked.flow_item, asked.flow_quantity) == ("sub_1", "si_1", 7)
    assert (asked.flow_price, asked.flow_discount) == ("price_team", "STAY20")


async def test_a_prepared_change_can_carry_a_promotion_code_that_still_works(dialog, desk, until):
    _choose_flow(dialog, "subscription_update_confirm")
    discount = dialog.form.flow.discount
    offered = [discount.itemText(number) for number in range(discount.count())]
    assert offered == ["No discount", "20% off for staying", "Code FRIENDS10"]
    discount.setCurrentIndex(2)
    await _issue(dialog, until)
    assert desk.links.issued[0].flow_discount == "promo_1"


async def test_an_offer_to_stay_is_a_coupon(dialog):
    assert dialog.form.flow.retention.findData("promo_1") < 0


async def test_a_link_that_is_being_made_is_not_lost_by_esc(dialog, desk, until):
    desk.links.gate = asyncio.Event()
    await until(dialog.issue.isEnabled)
    dialog.issue.click()
    await until(lambda: desk.links.issued)
    dialog.reject()
    assert dialog.isVisible()
    desk.links.gate.set()
    await until(dialog.issued.isVisible)


async def test_a_dialog_that_is_closed_at_once_leaves_nothing_running(
    desk, tasks, snapshot, theme, until, clock
):
    bugs: list[object] = []
    tasks.bug.connect(bugs.append)
    dialog = LinkDialog(desk, tasks, snapshot, None, theme, clock=clock)
    dialog.open()
    dialog.reject()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    await until(lambda: not tasks.running)
    assert bugs == []


async def test_every_language_and_configuration_can_be_chosen(dialog, desk, until):
    form = dialog.form
    assert form.language.count() == len(languages()) + 1
    assert form.configuration.itemText(0) == "bpc_default (default)"
    form.language.setCurrentIndex(form.language.findData("zh-HK"))
    form.configuration.setCurrentIndex(form.configuration.findData("bpc_partners"))
    form.recoverable.setChecked(True)
    form.return_url.setText("https://example.com/account")
    await _issue(dialog, until)
    asked = desk.links.issued[0]
    assert (asked.locale, asked.configuration) == ("zh-HK", "bpc_partners")
    assert (asked.recoverable, asked.return_url) == (True, "https://example.com/account")


async def test_an_address_that_cannot_be_right_is_marked_and_nothing_is_issued(dialog, until):
    dialog.form.return_url.setText("htp:/nowhere")
    await until(lambda: dialog.form.return_url.property("invalid") == "true")
    assert not dialog.issue.isEnabled()
    dialog.form.return_url.setText("https://example.com")
    await until(dialog.issue.isEnabled)
    assert dialog.form.return_url.property("invalid") == "false"


async def test_what_is_foreseen_is_said_with_its_rule_and_a_way_out(dialog, desk, until):
    desk.links.foreseen = [
        Reason("R2", "the subscription is invoiced by email", "Switch from the desk instead.")
    ]
    _choose_flow(dialog, "subscription_update")
    await until(lambda: "R2" in dialog.forecast.text)
    assert "The subscription is invoiced by email. Switch from the desk" in dialog.forecast.text
    assert dialog.issue.isEnabled()


async def test_a_refusal_is_told_from_what_the_customer_will_miss(dialog, desk, until):
    desk.links.foreseen = [
        Reason("", "the key lacked the permission rak_portal_write", "Add it."),
        Reason("R2", "the subscription is invoiced by email"),
    ]
    dialog.form.changed.emit()
    await until(lambda: "What the customer" in dialog.forecast.text)
    lines = dialog.forecast.text.split("\n")
    refuse = lines.index("Stripe may refuse this link")
    miss = lines.index("What the customer will not find, or should know")
    assert refuse < next(at for at, line in enumerate(lines) if "rak_portal" in line) < miss


async def test_the_secret_part_is_copied_but_never_seen_or_logged(dialog, until, caplog):
    caplog.set_level(logging.DEBUG)
    await _issue(dialog, until)
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    texts += [edit.text() for edit in dialog.findChildren(QLineEdit)]
    assert not any("SecretToken" in text for text in [*texts, caplog.text])
    assert dialog.issued.address.text().startswith("https://billing.stripe.com/p/session/test_•")
    dialog.issued.copy.click()
    assert QGuiApplication.clipboard().text().endswith("SecretToken")


async def test_the_countdown_runs_to_the_end_and_then_offers_a_new_link(dialog, desk, clock, until):
    await _issue(dialog, until)
    assert dialog.issued.countdown.text() == "5:00"
    clock.now += 61
    await until(lambda: dialog.issued.countdown.text() == "3:59")
    clock.now += 300
    await until(lambda: "expired" in dialog.issued.title.text())
    assert not dialog.issued.copy.isVisible()
    QGuiApplication.clipboard().clear()
    dialog.issued.copy.click()
    assert QGuiApplication.clipboard().text() == ""
    desk.links.expires = int(clock.now) + 300
    assert dialog.issue.text() == "Issue a new link"
    await _issue(dialog, until)
    assert len(desk.links.issued) == 2
    assert desk.links.issued[0] == desk.links.issued[1]


async def test_a_refusal_is_shown_and_can_be_tried_again(dialog, desk, until):
    await until(dialog.issue.isEnabled)
    desk.links.failure = OutcomeUnknown("No answer came.", "It is safe to ask for a new one.")
    dialog.issue.click()
    failed: list[str] = []
    dialog.failed.connect(failed.append)
    await until(dialog.banner.isVisible)
    assert failed == ["cus_1"]
    assert "safe to ask" in dialog.banner.accessibleName()
    desk.links.failure = None
    await _issue(dialog, until)


async def test_another_link_begins_with_what_it_opens(dialog, until):
    await _issue(dialog, until)
    dialog.again.setFocus()
    dialog.again.click()
    assert dialog.focusWidget() is dialog.form.flow.flow


async def test_issuing_again_keeps_the_message_and_the_connected_account(dialog, until):
    earlier = LinkRequest(
        "cus_1",
        flow="payment_method_update",
        after_completion="hosted_confirmation",
        after_completion_value="Thank you",
        on_behalf_of="acct_2",
    )
    dialog.take(earlier)
    assert dialog.form.request() == earlier
    assert dialog.form.on_behalf_of.isVisible()


async def test_an_earlier_request_can_be_wished_for_again(
    desk, tasks, snapshot, theme, qtbot, until, clock
):
    earlier = LinkRequest(
        "cus_1",
        configuration="bpc_partners",
        locale="ja",
        flow="subscription_cancel",
        flow_subscription="sub_1",
        retention_coupon="STAY20",
    )
    again = LinkDialog(desk, tasks, snapshot, None, theme, clock=clock)
    qtbot.addWidget(again)
    again.take(earlier)
    again.open()
    await until(lambda: again.form.request() == earlier)
