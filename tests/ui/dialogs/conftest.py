"""A small desk for the dialogs: its answers can be held back, so that a test decides what comes when."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from portal_desk.models.account import Account
from portal_desk.models.actions import (
    ActionPlan,
    CancelRequest,
    LinkRequest,
    PortalLink,
    PreviewLine,
    ResumeRequest,
    SwitchRequest,
)
from portal_desk.models.changes import ChangeSet
from portal_desk.models.json import Json
from portal_desk.models.money import Money
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.portal.document import Reason

JAN_3_2027 = 1_798_977_600


def a_price(price_id: str, product: str, amount: int | None, **fields: Any) -> Json:
    return {
        "id": price_id,
        "object": "price",
        "product": product,
        "active": True,
        "currency": "eur",
        "unit_amount": amount,
        "tax_behavior": "exclusive",
        "recurring": {"interval": "month", "interval_count": 1, "usage_type": "licensed"},
        "nickname": None,
    } | fields


YEARLY = {"interval": "year", "interval_count": 1, "usage_type": "licensed"}
PRICES = {
    price["id"]: price
    for price in (
        a_price("price_team", "prod_team", 2900),
        a_price("price_team_year", "prod_team", 29000, recurring=YEARLY),
        a_price("price_business", "prod_business", 7900),
        a_price("price_business_usd", "prod_business", 8500, currency="usd"),
        a_price("price_business_gross", "prod_business", 9400, tax_behavior="inclusive"),
        a_price("price_legacy", "prod_legacy", 1900, active=False),
        a_price("price_setup", "prod_business", 15000, recurring=None),
    )
}
PRODUCTS = {
    product: {"id": product, "object": "product", "name": name, "active": True}
    for product, name in (
        ("prod_team", "Team"),
        ("prod_business", "Business"),
        ("prod_legacy", "Legacy"),
    )
}


def a_subscription(**fields: Any) -> Json:
    item = {
        "id": "si_1",
        "object": "subscription_item",
        "price": PRICES["price_team"],
        "quantity": 3,
        "current_period_start": JAN_3_2027 - 31 * 86400,
        "current_period_end": JAN_3_2027,
    }
    return {
        "id": "sub_1",
        "object": "subscription",
        "customer": "cus_1",
        "status": "active",
        "currency": "eur",
        "collection_method": "charge_automatically",
        "cancel_at": None,
        "cancel_at_period_end": False,
        "schedule": None,
        "discounts": [],
        "items": {"object": "list", "data": [item], "has_more": False},
    } | fields


def a_snapshot(*subscriptions: Json) -> CustomerSnapshot:
    customer = {
        "id": "cus_1",
        "object": "customer",
        "name": "Łucja Wójcik",
        "email": "lucja@example.com",
    }
    return CustomerSnapshot(
        customer=customer,
        subscriptions=subscriptions or (a_subscription(),),
        products=PRODUCTS,
        prices=PRICES,
        account={"id": "acct_1"},
    )


def euros(amount: int) -> Money:
    return Money(amount, "eur")


class FakeStore:
    def __init__(self) -> None:
        self.snapshots = {"cus_1": a_snapshot()}

    def snapshot(self, customer_id: str) -> CustomerSnapshot | None:
        return self.snapshots.get(customer_id)

    def products(self) -> list[Json]:
        return list(PRODUCTS.values())

    def prices(self) -> list[Json]:
        return list(PRICES.values())

    def coupons(self) -> list[Json]:
        return [{"id": "STAY20", "object": "coupon", "name": "20% off for staying", "valid": True}]

    def promotion_codes(self) -> list[Json]:
        return [
            {"id": "promo_1", "object": "promotion_code", "code": "FRIENDS10", "active": True},
            {"id": "promo_2", "object": "promotion_code", "code": "OVER", "active": False},
        ]

    def configurations(self) -> list[Json]:
        return [
            {"id": "bpc_default", "name": "", "is_default": True, "active": True},
            {"id": "bpc_partners", "name": "Partners", "is_default": False, "active": True},
        ]


class FakeActions:
    """Prepares and executes when the test opens the gate; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[CancelRequest | ResumeRequest | SwitchRequest] = []
        self.executed: list[ActionPlan] = []
        self.gate: asyncio.Event | None = None
        self.refusal: Exception | None = None
        self.failure: Exception | None = None
        self.warnings: tuple[str, ...] = ()

    async def prepare_cancel(self, request: CancelRequest) -> ActionPlan:
        now = request.when == "now"
        title = "Cancel Team (3 seats) " + ("now" if now else "on 3 Jan 2027")
        return await self._prepare(request, a_plan("cancel", title, money=now and request.prorate))

    async def prepare_resume(self, request: ResumeRequest) -> ActionPlan:
        return await self._prepare(request, a_plan("resume", "Keep Team (3 seats)", money=False))

    async def prepare_switch(self, request: SwitchRequest) -> ActionPlan:
        title = f"Switch to {request.price} × {request.quantity}"
        return await self._prepare(request, a_plan("switch", title, money=True))

    async def execute(self, plan: ActionPlan) -> object:
        self.executed.append(plan)
        await self._pass_gate()
        if self.failure is not None:
            raise self.failure
        return object()

    async def _prepare(self, request: Any, plan: ActionPlan) -> ActionPlan:
        self.asked.append(request)
        await self._pass_gate()
        if self.refusal is not None:
            raise self.refusal
        return replace(plan, warnings=self.warnings)

    async def _pass_gate(self) -> None:
        if self.gate is not None:
            await self.gate.wait()


def a_plan(kind: Any, title: str, *, money: bool) -> ActionPlan:
    lines = (
        PreviewLine("Unused time on 3 × Team after 22 Nov 2026", euros(-6120), proration=True),
        PreviewLine(
            "Remaining time on 3 × Business after 22 Nov 2026", euros(16671), proration=True
        ),
    )
    return ActionPlan(
        kind=kind,
        customer="cus_1",
        subscription="sub_1",
        title=title,
        effects=(
            "Team (3 seats) stays usable until 3 Jan 2027, then it is over.",
            "Nothing is charged on 3 Jan 2027 or later, and nothing is refunded.",
            "Until then the cancellation can be undone.",
        ),
        warnings=(),
        lines=lines if money else (),
        due_now=euros(10551) if money else None,
        next_total=euros(23700) if money else None,
        next_date=JAN_3_2027 if money else None,
        method="post",
        path="/v1/subscriptions/sub_1",
        params={},
        fingerprint="f",
    )


class FakeLinks:
    """Issues links that expire when the test says, and foresees what the test says."""

    def __init__(self) -> None:
        self.issued: list[LinkRequest] = []
        self.foreseen: list[Reason] = []
        self.failure: Exception | None = None
        self.gate: asyncio.Event | None = None
        self.expires = 0

    def foresee(self, request: LinkRequest) -> list[Reason]:
        return self.foreseen

    async def issue(self, request: LinkRequest) -> PortalLink:
        self.issued.append(request)
        if self.gate is not None:
            await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        url = f"https://billing.stripe.com/p/session/test_YWNjdF8x{len(self.issued)}SecretToken"
        return PortalLink(url, self.expires, {"id": "bps_1"})


class FakeDesk:
    def __init__(self) -> None:
        self.account = Account("acct_1", "Globex Europe", livemode=False)
        self.store = FakeStore()
        self.actions = FakeActions()
        self.links = FakeLinks()
        self.refreshed: list[str] = []

    async def read(self, function: Callable[..., Any], *args: Any) -> Any:
        await asyncio.sleep(0)
        return function(*args)

    async def refresh(self, customer_id: str) -> ChangeSet:
        self.refreshed.append(customer_id)
        return ChangeSet(frozenset({customer_id}), frozenset())


@pytest.fixture(autouse=True)
def _loop_outlives_the_windows(qapp: QApplication) -> None:
    """Qt ends its loop when the last window closes, which is the very thing that dialogs do."""
    qapp.setQuitOnLastWindowClosed(False)


@pytest.fixture
def desk(qapp: QApplication) -> FakeDesk:
    return FakeDesk()


@pytest.fixture
def snapshot() -> CustomerSnapshot:
    """A customer with one subscription to Team, 3 seats, until 3 January 2027."""
    return a_snapshot()


@pytest.fixture
def ending() -> CustomerSnapshot:
    """The same customer, whose subscription is set to end with its period."""
    return a_snapshot(a_subscription(cancel_at=JAN_3_2027))


@pytest.fixture
def two_items() -> CustomerSnapshot:
    """The same customer, subscribed to Team × 3 and Business × 1."""
    subscription = a_subscription()
    first = subscription["items"]["data"][0]
    second = first | {"id": "si_2", "price": PRICES["price_business"], "quantity": 1}
    return a_snapshot(subscription | {"items": {"object": "list", "data": [first, second]}})
