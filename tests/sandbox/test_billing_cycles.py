"""When periods end: months of different lengths, and what comes after a trial."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from portal_desk.models.json import Json
from portal_desk.sandbox import billing

from .billing_shop import DAY, Shop

MONTH: Any = {"interval": "month", "interval_count": 1}
MONTH_ENDS = ["28 Feb", "31 Mar", "30 Apr", "31 May"]


def shop_at(month: int, day: int) -> Shop:
    shop = Shop()
    shop.now = int(datetime(2027, month, day, 10, tzinfo=UTC).timestamp())
    return shop


def on(moment: int) -> str:
    return f"{datetime.fromtimestamp(moment, UTC):%d %b}"


def period_ends(shop: Shop, subscription: Json, count: int = 4) -> list[str]:
    ends = []
    for _ in range(count):
        shop.now = subscription["items"]["data"][0]["current_period_end"]
        ends.append(on(shop.now))
        billing.advance(shop.state)
    return ends


def test_a_cycle_of_the_31st_ends_each_month_on_its_last_day() -> None:
    shop = shop_at(1, 31)
    assert period_ends(shop, shop.subscribe()) == MONTH_ENDS


@pytest.mark.parametrize("trial", [{}, {"trial_end": 10 * DAY}])
def test_a_cycle_described_in_a_short_month_keeps_its_day(trial: Json) -> None:
    shop = shop_at(2, 5)
    terms = {name: shop.now + value for name, value in trial.items()}
    config: Any = {"day_of_month": 31}
    subscription = shop.subscribe(billing_cycle_anchor_config=config, **terms)
    ends = period_ends(shop, subscription, 4 + len(trial))
    assert ends == [*(["15 Feb"] if trial else []), *MONTH_ENDS]
    made = [invoice["total"] for invoice in shop.invoices()]
    assert made[-3:] == [2000, 2000, 2000]


def test_a_cycle_that_begins_anew_forgets_the_day_it_was_described_by() -> None:
    shop = shop_at(2, 5)
    config: Any = {"day_of_month": 31}
    subscription = shop.subscribe(billing_cycle_anchor_config=config)
    shop.wait(days=5)
    asked = {"billing_cycle_anchor": "now"}
    billing.update_subscription(shop.state, subscription, asked)
    assert subscription["billing_cycle_anchor_config"] is None
    assert period_ends(shop, subscription, 2) == ["10 Mar", "10 Apr"]


def test_phases_that_last_months_keep_the_day_of_the_first() -> None:
    shop = shop_at(1, 31)
    each = {"items": [{"price": shop.monthly["id"]}], "duration": MONTH}
    asked = {"customer": shop.customer["id"], "phases": [each] * 4, "start_date": "now"}
    schedule = billing.create_schedule(shop.state, asked)
    assert [on(phase["end_date"]) for phase in schedule["phases"]] == MONTH_ENDS
    subscription = shop.state.kind("subscription")[schedule["subscription"]]
    assert period_ends(shop, subscription) == MONTH_ENDS
    assert {invoice["total"] for invoice in shop.invoices()} == {2000}


def test_a_phase_that_ends_within_a_month_sets_the_day_of_those_after_it() -> None:
    shop = shop_at(1, 31)
    price = {"items": [{"price": shop.monthly["id"]}]}
    first = price | {"end_date": shop.now + 15 * DAY}
    asked = {"customer": shop.customer["id"], "phases": [first, price | {"duration": MONTH}]}
    schedule = billing.create_schedule(shop.state, asked | {"start_date": "now"})
    assert [on(phase["end_date"]) for phase in schedule["phases"]] == ["15 Feb", "15 Mar"]


def test_what_waits_is_billed_at_the_end_of_each_month() -> None:
    shop = shop_at(1, 31)
    subscription = shop.subscribe(shop.yearly, pending_invoice_item_interval=MONTH)
    dates = []
    for _ in MONTH_ENDS:
        shop.now = subscription["next_pending_invoice_item_invoice"]
        dates.append(on(shop.now))
        billing.advance(shop.state)
    assert dates == MONTH_ENDS


@pytest.mark.parametrize(("behavior", "stub"), [("none", 0), ("create_prorations", 839)])
def test_the_time_between_a_trial_and_the_cycle_can_be_free(behavior: str, stub: int) -> None:
    shop = shop_at(2, 5)
    config: Any = {"day_of_month": 28}
    subscription = shop.subscribe(
        billing_cycle_anchor_config=config, trial_period_days=10, proration_behavior=behavior
    )
    assert period_ends(shop, subscription, 2) == ["15 Feb", "28 Feb"]
    assert [invoice["total"] for invoice in shop.invoices()] == [0, stub, 2000]
