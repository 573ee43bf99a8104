"""What a customer will look like on another day."""

from __future__ import annotations

from portal_desk.services.portal.as_of import as_of, moments

from .world import (
    BUSINESS,
    DAY,
    NOW,
    PERIOD_END,
    TEAM,
    item,
    schedule,
    snapshot,
    subscription,
)

_LATER = PERIOD_END + DAY


def later(**fields: object) -> dict[str, object]:
    """A subscription a day after its period has ended."""
    return as_of(snapshot(subscription(**fields)), _LATER).subscriptions[0]


def test_a_trial_goes_on_as_a_paid_subscription() -> None:
    assert later(status="trialing", trial_end=PERIOD_END)["status"] == "active"


def test_a_trial_without_a_payment_method_ends_as_the_subscription_says() -> None:
    for behavior, status in (("cancel", "canceled"), ("pause", "paused")):
        ends = {"end_behavior": {"missing_payment_method": behavior}}
        trial = subscription(status="trialing", trial_end=PERIOD_END, trial_settings=ends)
        found = as_of(snapshot(trial, payment_methods=()), _LATER).subscriptions[0]
        assert found["status"] == status


def test_a_scheduled_cancellation_takes_effect_in_either_billing_mode() -> None:
    assert later(cancel_at=PERIOD_END)["status"] == "canceled"
    assert later(cancel_at_period_end=True)["status"] == "canceled"


def test_a_period_that_is_over_is_followed_by_the_next() -> None:
    found = as_of(snapshot(subscription()), _LATER).subscriptions[0]["items"]["data"][0]
    assert found["current_period_start"] == PERIOD_END
    assert found["current_period_end"] > _LATER


def test_a_phase_takes_effect_and_the_schedule_then_lets_go() -> None:
    phases = [
        {"start_date": NOW - DAY, "end_date": PERIOD_END, "items": [{"price": TEAM["id"]}]},
        {
            "start_date": PERIOD_END,
            "end_date": PERIOD_END + 30 * DAY,
            "items": [{"price": BUSINESS["id"], "quantity": 3}],
        },
    ]
    planned = schedule(phases=phases)
    world = snapshot(subscription(schedule=planned["id"]), schedules={planned["id"]: planned})
    changed = as_of(world, _LATER).subscriptions[0]
    assert changed["items"]["data"][0]["price"]["id"] == BUSINESS["id"]
    assert changed["items"]["data"][0]["quantity"] == 3
    assert changed["schedule"] == planned["id"]
    assert as_of(world, PERIOD_END + 40 * DAY).subscriptions[0]["schedule"] is None


def test_discounts_run_out_and_pauses_of_collection_end() -> None:
    over = {"id": "di_1", "end": PERIOD_END}
    lasting = {"id": "di_2", "end": None}
    found = later(discounts=[over, lasting], pause_collection={"resumes_at": PERIOD_END})
    assert found["discounts"] == [lasting]
    assert found["pause_collection"] is None


def test_a_first_payment_that_is_not_made_within_a_day_ends_the_subscription() -> None:
    assert later(status="incomplete", created=NOW)["status"] == "incomplete_expired"


def test_nothing_changes_now_or_for_what_has_ended() -> None:
    world = snapshot(
        subscription(status="trialing", trial_end=PERIOD_END),
        subscription(item(BUSINESS), status="canceled", id="sub_2"),
    )
    assert as_of(world, NOW) == world
    assert as_of(world, _LATER).subscriptions[1] == world.subscriptions[1]


def test_what_is_going_to_happen_is_named_soonest_first() -> None:
    world = snapshot(
        subscription(status="trialing", trial_end=PERIOD_END),
        subscription(item(BUSINESS), id="sub_2", cancel_at=NOW + DAY),
    )
    assert [one.what for one in moments(world, now=NOW)] == [
        "the subscription is cancelled",
        "the period ends",
        "the trial ends",
    ]
