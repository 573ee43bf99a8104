"""The links that were issued from this desk."""

from __future__ import annotations

import time

import pytest
from PySide6.QtTest import QAbstractItemModelTester

from portal_desk.models.actions import LinkRequest
from portal_desk.services.link_params import params_of
from portal_desk.ui.dialogs.link import LinkDialog
from portal_desk.ui.panels.links import LinksPanel
from portal_desk.ui.panels.links_request import request_of

SAKURA = "cus_00000000000001"


def _journal(desk, request: LinkRequest, *, seconds_left: int):
    entry = desk.journal.begin(
        kind="link",
        customer=request.customer,
        subscription=request.flow_subscription,
        summary="Portal link",
        params=params_of(request),
    )
    return desk.journal.finish(entry, "done", expires=int(time.time()) + seconds_left)


@pytest.fixture
async def panel(desk, tasks, bus, theme, qtbot, until) -> LinksPanel:
    old = desk.journal.begin(kind="cancel", customer=SAKURA, summary="Cancel Team")
    desk.journal.finish(old, "done")
    _journal(desk, LinkRequest(SAKURA, locale="ja"), seconds_left=-10)
    _journal(desk, LinkRequest(SAKURA, flow="customer_update", locale="de"), seconds_left=200)
    panel = LinksPanel(desk, tasks, bus, theme)
    qtbot.addWidget(panel)
    panel.resize(1100, 400)
    panel.show()
    await until(lambda: len(panel.entries.model.ids) == 2)
    await until(lambda: panel.entries.model.index(0, 0).data() is not None)
    return panel


def _row(panel: LinksPanel, row: int) -> list[str]:
    model = panel.entries.model
    return [model.index(row, column).data() for column in range(4)]


async def test_who_got_a_link_where_to_and_whether_it_still_works(panel):
    newer, older = _row(panel, 0), _row(panel, 1)
    assert newer[:2] == ["株式会社さくら", "Update billing information"]
    assert newer[2].startswith("Expires in 3:")
    assert newer[3] == "German"
    assert older[1:] == ["Portal home page", "Expired unless opened", "Japanese"]


async def test_a_link_can_be_issued_again_with_what_it_was_asked_for(panel, until):
    assert not panel.again.isEnabled()
    panel.entries.table.select_first()
    panel.again.click()
    await until(lambda: panel.window().findChildren(LinkDialog))
    [dialog] = panel.window().findChildren(LinkDialog)
    await until(dialog.issue.isEnabled)
    asked = dialog.form.request()
    assert (asked.customer, asked.flow, asked.locale) == (SAKURA, "customer_update", "de")
    dialog.reject()


async def test_the_customer_of_a_link_can_be_shown(panel):
    asked: list[str] = []
    panel.customer_requested.connect(asked.append)
    panel.entries.table.select_first()
    panel.show_customer.click()
    assert asked == [SAKURA]


async def test_a_customer_who_is_gone_gets_no_link_and_the_panel_says_so(panel, desk, until):
    desk.store.remove("customer", SAKURA, as_of=2_000_000_000)
    panel.entries.table.select_first()
    panel.again.click()
    await until(panel.banner.isVisible)
    assert "no longer a customer" in panel.banner.accessibleName()


async def test_without_links_it_says_how_to_get_one(desk, tasks, bus, theme, qtbot, until):
    panel = LinksPanel(desk, tasks, bus, theme)
    qtbot.addWidget(panel)
    panel.show()
    await until(panel.entries.empty.isVisible)


async def test_the_model_keeps_qts_rules(panel, desk, until):
    tester = QAbstractItemModelTester(
        panel.entries.model, QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    _journal(desk, LinkRequest(SAKURA), seconds_left=300)
    panel.entries.read()
    await until(lambda: len(panel.entries.model.ids) == 3)
    assert tester.model() is panel.entries.model


@pytest.mark.parametrize(
    "asked",
    [
        LinkRequest(SAKURA, configuration="bpc_1", recoverable=True, on_behalf_of="acct_2"),
        LinkRequest(
            SAKURA,
            flow="subscription_cancel",
            flow_subscription="sub_1",
            retention_coupon="STAY",
            after_completion="hosted_confirmation",
            after_completion_value="Thank you",
        ),
        LinkRequest(
            SAKURA,
            flow="subscription_update_confirm",
            flow_subscription="sub_1",
            flow_item="si_1",
            flow_price="price_1",
            flow_quantity=4,
            flow_discount="promo_1",
        ),
    ],
)
def test_an_entry_tells_what_was_asked_for(desk, asked):
    assert request_of(_journal(desk, asked, seconds_left=300)) == asked
