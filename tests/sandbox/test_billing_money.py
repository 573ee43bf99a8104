"""Money is neither made nor lost, and previews come true, over random histories.

`PORTAL_DESK_HISTORIES=3000` tries so many of each kind.
"""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal_desk.models.json import ENDED, Json
from portal_desk.sandbox import billing
from portal_desk.sandbox.problems import StripeProblem

from .billing_history import (
    CHANGES,
    PHASES,
    STEPS,
    TERMS,
    History,
    assert_settled,
    essence,
)
from .billing_shop import DAY, GOOD, HOUR

HISTORIES = int(os.environ.get("PORTAL_DESK_HISTORIES", "0"))
SLOW = [HealthCheck.too_slow]


@settings(max_examples=HISTORIES or 100, deadline=None, suppress_health_check=SLOW)
@given(TERMS, st.lists(STEPS, max_size=12))
def test_nothing_is_made_or_lost(terms: Json, steps: list[Any]) -> None:
    history = History(terms)
    for step in steps:
        history.step(*step)
        assert_settled(history)


@settings(max_examples=HISTORIES or 100, deadline=None, suppress_health_check=SLOW)
@given(TERMS, st.lists(STEPS, max_size=8))
def test_the_next_invoice_is_the_one_that_was_shown(terms: Json, steps: list[Any]) -> None:
    history = History(terms)
    for step in steps:
        history.step(*step)
    history.step("card", GOOD)
    history.step("hold", "")
    history.step("wait", 1)
    if history.subscription["status"] not in ("active", "trialing"):
        return
    shop, shown = history.shop, history.preview()
    before = {invoice["id"] for invoice in shop.invoices()}
    shop.now = (shown["period_end"] if shown else shop.now) + HOUR
    billing.advance(shop.state)
    billed = next((each for each in shop.invoices() if each["id"] not in before), None)
    assert essence(billed) == essence(shown)
    if billed and history.subscription["status"] not in ENDED:
        assert billed["status"] == "paid"


@settings(max_examples=HISTORIES or 100, deadline=None, suppress_health_check=SLOW)
@given(TERMS, st.lists(STEPS, max_size=6), CHANGES)
def test_a_change_brings_the_invoice_that_was_shown(
    terms: Json, steps: list[Any], wish: Json
) -> None:
    history = History(terms)
    for step in [*steps, ("card", GOOD), ("wait", 1)]:
        history.step(*step)
    before = history.subscription["latest_invoice"]
    try:
        shown = history.preview(history.change(wish))
    except StripeProblem:
        return
    history.step("change", wish)
    if history.subscription["latest_invoice"] != before:
        assert essence(history.shop.latest(history.subscription)) == essence(shown)
    elif history.subscription["status"] not in ENDED:
        assert essence(history.preview()) == essence(shown)


@settings(max_examples=HISTORIES or 100, deadline=None, suppress_health_check=SLOW)
@given(TERMS, st.lists(PHASES, min_size=1, max_size=3), st.integers(0, 40))
def test_a_schedule_brings_the_invoices_that_were_shown(
    terms: Json, phases: list[Json], days: int
) -> None:
    history = History(terms)
    history.step("cancel", False)
    shop, begin = history.shop, history.shop.now + days * DAY
    asked: Json = {"phases": [history.phase(each) for each in phases]}
    details = asked | {"start_date": begin}
    foretold = {"customer": shop.customer["id"], "schedule_details": details}
    shown = billing.preview_invoice(shop.state, foretold)
    before = {invoice["id"] for invoice in shop.invoices()}
    wish = details | {"customer": shop.customer["id"]}
    schedule = billing.create_schedule(shop.state, wish)
    shop.now = begin + HOUR
    for _ in range(4):
        billing.advance(shop.state)
        billed = next((each for each in shop.invoices() if each["id"] not in before), None)
        assert essence(billed) == essence(shown)
        before = {invoice["id"] for invoice in shop.invoices()}
        if schedule["status"] != "active":
            return
        history.subscription = shop.state.kind("subscription")[schedule["subscription"]]
        shown = history.preview(schedule=schedule["id"])
        if shown is None:
            return
        shop.now = shown["period_end"] + HOUR
