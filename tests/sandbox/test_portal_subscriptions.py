"""What a customer does to a subscription in the hosted portal, through plain HTTP."""

from __future__ import annotations

import re
from typing import Any

import pytest

from portal_desk.models.json import Json, items_of, period_end
from portal_desk.sandbox import billing, objects

from .http_world import DAY, Server, World
from .portal_visitor import Visitor, events, feed_length, field, text_of, types


def features(world: World, **changed: Any) -> None:
    """Change what the configuration allows."""
    world.configuration["features"].update(changed)


def path(world: World, what: str, subscription: Json | None = None) -> str:
    """The address of a page about the subscription."""
    return f"subscriptions/{(subscription or world.subscription)['id']}/{what}"


def plan(world: World, name: str, monthly: int, **offer: Any) -> Json:
    """Another product in the portal, at one price a month."""
    product = world.state.create(objects.new_product(world.state, name), "product.created")
    price = world.price(product, monthly, "month")
    offered = objects.offered_product(product["id"], [price["id"]], **offer)
    world.configuration["features"]["subscription_update"]["products"].append(offered)
    return price


# --- cancelling


def test_cancelling_says_when_it_ends_and_asks_why(server: Server, world: World) -> None:
    features(world, subscription_cancel=objects.cancel_feature(reasons=["unused", "other"]))
    page = Visitor.of(server).read(path(world, "cancel"))
    for text in ("Team", "$40.00 per month", "February 15, 2027", "I no longer need it"):
        assert text in page
    assert "too expensive" not in page


def test_a_cancellation_tells_the_event_feed_why(server: Server, world: World) -> None:
    features(world, subscription_cancel=objects.cancel_feature(reasons=objects.ALL_REASONS))
    visitor, before = Visitor.of(server), feed_length(world)
    answers = {"feedback": "too_expensive", "comment": " Lovely, but. "}
    sent = visitor.post(path(world, "cancel"), answers)
    assert sent.status == 303
    assert "will be canceled at the end" in visitor.read(sent.headers["Location"])
    cancelled, answered = events(world, before)
    assert {each["type"] for each in (cancelled, answered)} == {"customer.subscription.updated"}
    assert answered["request"]["id"].startswith("req_"), "it did not happen by itself"
    told = {"comment": None, "feedback": None}
    assert answered["data"]["previous_attributes"] == {"cancellation_details": told}
    assert cancelled["data"]["previous_attributes"]["cancellation_details"] == {"reason": None}
    found = answered["data"]["object"]
    assert found["cancel_at_period_end"] is True
    assert found["cancellation_details"] == {
        "comment": "Lovely, but.",
        "feedback": "too_expensive",
        "feedback_option": None,
        "reason": "cancellation_requested",
    }


def test_a_businesss_own_reasons_are_asked_while_they_are_active(
    server: Server, world: World
) -> None:
    feature = objects.cancel_feature(reasons=["other"])
    made = [
        world.state.create(objects.new_feedback_option(world.state, text))
        for text in ("Moved away", "Long gone")
    ]
    world.state.update(made[1], {"status": "inactive"})
    feature["cancellation_reason"]["feedback_options"] = [each["id"] for each in made]
    features(world, subscription_cancel=feature)
    visitor = Visitor.of(server)
    page = visitor.read(path(world, "cancel"))
    assert "Moved away" in page
    assert "Long gone" not in page
    visitor.post(path(world, "cancel"), {"feedback": made[0]["id"]})
    assert world.subscription["cancellation_details"]["feedback_option"] == made[0]["id"]


def test_why_a_subscription_was_cancelled_at_once_is_told_too(server: Server, world: World) -> None:
    feature = objects.cancel_feature(reasons=["unused"], mode="immediately")
    features(world, subscription_cancel=feature)
    visitor, before = Visitor.of(server), feed_length(world)
    visitor.post(path(world, "cancel"), {"feedback": "unused"})
    assert types(world, before) == [
        "customer.subscription.deleted",
        "customer.subscription.updated",
    ]
    details = world.subscription["cancellation_details"]
    assert (details["reason"], details["feedback"]) == ("cancellation_requested", "unused")


def test_an_answer_that_was_not_offered_is_refused(server: Server, world: World) -> None:
    features(world, subscription_cancel=objects.cancel_feature(reasons=["unused"]))
    sent = Visitor.of(server).post(path(world, "cancel"), {"feedback": "too_expensive"})
    assert sent.status == 422
    assert "That didn’t work" in text_of(sent)
    assert world.subscription["cancel_at"] is None


def test_cancelling_at_once_ends_it_and_credits_the_rest(server: Server, world: World) -> None:
    terms = {"mode": "immediately", "proration_behavior": "create_prorations"}
    features(world, subscription_cancel=objects.cancel_feature(**terms))  # type: ignore[arg-type]
    visitor = Visitor.of(server)
    page = visitor.read(path(world, "cancel"))
    assert "right away" in page
    assert "Credit for unused time $40.00" in page
    before = feed_length(world)
    visitor.post(path(world, "cancel"))
    assert world.subscription["status"] == "canceled"
    assert types(world, before) == ["invoiceitem.created", "customer.subscription.deleted"]


@pytest.mark.parametrize("mode", ["classic", "flexible"])
def test_a_cancellation_can_be_taken_back(server: Server, world: World, mode: str) -> None:
    found = world.subscribe(world.customer, world.monthly, billing_mode={"type": mode})
    visitor = Visitor.of(server)
    visitor.post(path(world, "cancel", found))
    assert found["cancel_at"]
    assert "renew automatically" in visitor.read(path(world, "renew", found))
    visitor.post(path(world, "renew", found))
    assert (found["cancel_at"], found["cancel_at_period_end"]) == (None, False)
    assert found["cancellation_details"]["reason"] is None


def test_a_cancellation_on_a_chosen_day_can_be_taken_back(server: Server, world: World) -> None:
    day = world.clock.time + 9 * DAY
    billing.update_subscription(world.state, world.subscription, {"cancel_at": day})
    Visitor.of(server).post(path(world, "renew"))
    assert world.subscription["cancel_at"] is None


@pytest.mark.parametrize("what", ["cancel", "update", "renew", "pause", "resume"])
def test_what_is_not_offered_can_be_neither_seen_nor_done(
    server: Server, world: World, what: str
) -> None:
    features(
        world,
        subscription_cancel=objects.cancel_feature(enabled=False),
        subscription_update=objects.update_feature(),
        subscription_pause={"enabled": False},
    )
    visitor, before = Visitor.of(server), feed_length(world)
    page = visitor.get(path(world, what))
    assert page.status == 404
    assert "This isn’t available" in text_of(page)
    place = path(world, "update/confirm" if what == "update" else what)
    assert visitor.post(place, {"price": world.yearly["id"]}).status == 404
    assert feed_length(world) == before


def test_nobody_elses_subscription_can_be_touched(server: Server, world: World) -> None:
    other = world.subscribe(world.new_customer(name="Eve"), world.monthly)
    assert Visitor.of(server).post(path(world, "cancel", other)).status == 404
    assert other["cancel_at"] is None


# --- switching


def test_the_offered_plans_are_shown_by_interval(server: Server, world: World) -> None:
    plan(world, "Business", 6_000)
    visitor = Visitor.of(server)
    monthly = visitor.read(path(world, "update"))
    assert "Team Current plan $20.00 per month" in monthly
    assert "Business $60.00 per month" in monthly
    assert "$200.00 per year" in visitor.read(path(world, "update") + "?interval=year")


def test_what_is_confirmed_is_what_is_charged(server: Server, world: World) -> None:
    business = plan(world, "Business", 6_000, adjustable=True)
    update = world.configuration["features"]["subscription_update"]
    update["proration_behavior"] = "always_invoice"
    world.clock.time += 12 * DAY
    visitor = Visitor.of(server)
    place = path(world, "update/confirm")
    shown = visitor.get(f"{place}?price={business['id']}&quantity=3")
    text = text_of(shown)
    for part in ("$40.00 per month", "$180.00 per month", "Due today $85.80", "Next payment"):
        assert part in text, text
    world.clock.time += 600
    wish = {name: field(shown, name) for name in ("price", "quantity", "at")}
    before = feed_length(world)
    assert visitor.post(place, wish).status == 303
    item = next(items_of(world.subscription))
    assert (item["price"]["id"], item["quantity"]) == (business["id"], 3)
    invoice = world.state.kind("invoice")[world.subscription["latest_invoice"]]
    assert (invoice["status"], invoice["total"]) == ("paid", 8_580)
    assert "customer.subscription.updated" in types(world, before)


def test_another_interval_begins_a_new_period(server: Server, world: World) -> None:
    page = Visitor.of(server).read(
        path(world, "update/confirm") + f"?price={world.yearly['id']}&quantity=2"
    )
    assert "Due today $360.00" in page
    assert "Next payment January 15, 2028 $400.00" in page


def test_prorations_that_wait_are_due_next_time(server: Server, world: World) -> None:
    visitor = Visitor.of(server)
    page = visitor.read(path(world, "update/confirm") + "?quantity=4")
    assert "Due today $0.00" in page
    paid = "Next payment February 15, 2027, including $40.00 for the rest of this period $120.00"
    assert paid in page


def test_what_is_left_of_a_dearer_plan_becomes_credit(server: Server, world: World) -> None:
    world.configuration["features"]["subscription_update"]["proration_behavior"] = "always_invoice"
    yearly = world.subscribe(world.customer, world.yearly)
    page = Visitor.of(server).read(
        path(world, "update/confirm", yearly) + f"?price={world.monthly['id']}"
    )
    assert "Kept as account credit $360.00 Due today $0.00" in page


@pytest.mark.parametrize("quantity", ["0", "10", "-1", "two"])
def test_a_quantity_out_of_bounds_is_pointed_out(
    server: Server, world: World, quantity: str
) -> None:
    visitor = Visitor.of(server)
    page = visitor.get(path(world, "update/confirm") + f"?quantity={quantity}")
    assert "This quantity isn’t possible." in text_of(page)
    assert 'aria-invalid="true"' in page.text
    sent = visitor.post(path(world, "update/confirm"), {"quantity": quantity})
    assert sent.status == 422
    assert next(items_of(world.subscription))["quantity"] == 2


def test_a_price_that_is_not_offered_is_refused(server: Server, world: World) -> None:
    secret = world.price(world.team, 1, "month")
    sent = Visitor.of(server).post(path(world, "update/confirm"), {"price": secret["id"]})
    assert sent.status == 422
    assert next(items_of(world.subscription))["price"]["id"] == world.monthly["id"]


def test_amounts_cannot_be_pinned_to_another_time(server: Server, world: World) -> None:
    world.configuration["features"]["subscription_update"]["proration_behavior"] = "always_invoice"
    late = {"quantity": "4", "at": str(world.clock.time + 30 * DAY)}
    Visitor.of(server).post(path(world, "update/confirm"), late)
    invoice = world.state.kind("invoice")[world.subscription["latest_invoice"]]
    assert invoice["total"] == 4_000


def test_a_declined_charge_changes_nothing(server: Server, world: World) -> None:
    world.card["card"]["last4"] = "0341"
    sent = Visitor.of(server).post(path(world, "update/confirm"), {"price": world.yearly["id"]})
    assert sent.status == 402
    assert "Your card was declined." in text_of(sent)
    assert next(items_of(world.subscription))["price"]["id"] == world.monthly["id"]


@pytest.mark.parametrize("condition", ["decreasing_item_amount", "shortening_interval"])
def test_a_downgrade_can_wait_for_the_periods_end(
    server: Server, world: World, condition: str
) -> None:
    update = world.configuration["features"]["subscription_update"]
    update["schedule_at_period_end"] = {"conditions": [{"type": condition}]}
    yearly = world.subscribe(world.customer, world.yearly)
    visitor, place = Visitor.of(server), path(world, "update/confirm", yearly)
    assert "takes effect on January 15, 2028" in visitor.read(
        f"{place}?price={world.monthly['id']}"
    )
    before = feed_length(world)
    sent = visitor.post(place, {"price": world.monthly["id"]})
    assert "has been scheduled" in visitor.read(sent.headers["Location"])
    assert next(items_of(yearly))["price"]["id"] == world.yearly["id"]
    schedule = world.state.kind("subscription_schedule")[yearly["schedule"]]
    assert [each["items"][0]["price"] for each in schedule["phases"]] == [
        world.yearly["id"],
        world.monthly["id"],
    ]
    assert types(world, before)[:2] == [
        "subscription_schedule.created",
        "customer.subscription.updated",
    ]
    world.clock.time = schedule["phases"][1]["start_date"]
    billing.advance(world.state)
    assert next(items_of(yearly))["price"]["id"] == world.monthly["id"]


@pytest.mark.parametrize(
    ("behavior", "status", "due"),
    [("end_trial", "active", "$400.00"), ("continue_trial", "trialing", "$0.00")],
)
def test_a_trial_ends_or_goes_on_as_configured(
    server: Server, world: World, behavior: str, status: str, due: str
) -> None:
    update = world.configuration["features"]["subscription_update"]
    update["trial_update_behavior"] = behavior
    trial = world.subscribe(world.customer, world.monthly, trial_end=world.clock.time + 9 * DAY)
    visitor, place = Visitor.of(server), path(world, "update/confirm", trial)
    page = visitor.read(f"{place}?price={world.yearly['id']}")
    assert f"Due today {due}" in page
    assert ("free trial ends with this change" in page) is (behavior == "end_trial")
    visitor.post(place, {"price": world.yearly["id"]})
    assert trial["status"] == status


def promotion(world: World, **coupon: Any) -> Json:
    """A promotion code `WELCOME` for half the price, in a new coupon."""
    terms = {"percent_off": 50.0, "duration": "once"} | coupon
    made = world.state.create(objects.new_coupon(world.state, **terms))
    return world.state.create(objects.new_promotion_code(world.state, made["id"], "WELCOME"))


def test_a_promotion_code_lowers_what_is_due(server: Server, world: World) -> None:
    code = promotion(world)
    visitor, place = Visitor.of(server), path(world, "update/confirm")
    page = visitor.read(f"{place}?price={world.yearly['id']}&quantity=2&code=welcome")
    assert "New discount 50% off" in page
    assert "Due today $160.00" in page
    assert "$400.00" in page.partition("Next payment")[2]
    wish = {"price": world.yearly["id"], "quantity": "2", "code": "welcome"}
    before = feed_length(world)
    assert visitor.post(place, wish).status == 303
    assert "customer.discount.created" in types(world, before)
    (discount,) = [each for each in world.state.kind("discount").values() if each["promotion_code"]]
    assert discount["promotion_code"] == code["id"]


@pytest.mark.parametrize(("months", "then"), [(3, "$400.00"), (13, "$200.00")])
def test_a_discount_that_is_over_does_not_lower_the_next_payment(
    server: Server, world: World, months: int, then: str
) -> None:
    promotion(world, duration="repeating", duration_in_months=months)
    place = path(world, "update/confirm") + f"?price={world.yearly['id']}&code=welcome"
    page = Visitor.of(server).read(place)
    assert "Due today $160.00" in page
    assert then in page.partition("Next payment")[2]


@pytest.mark.parametrize("has", [(), ("forever",), ("once", "repeating")])
@pytest.mark.parametrize("code", ["", "welcome"])
def test_a_change_that_waits_costs_then_what_was_confirmed(
    server: Server, world: World, has: tuple[str, ...], code: str
) -> None:
    update = world.configuration["features"]["subscription_update"]
    update["schedule_at_period_end"] = {"conditions": [{"type": "shortening_interval"}]}
    promotion(world)
    yearly = world.subscribe(world.customer, world.yearly)
    for each in has:
        terms = {"duration": each, "duration_in_months": 5 if each == "repeating" else None}
        coupon = world.state.create(objects.new_coupon(world.state, percent_off=10.0, **terms))
        kept = [{"discount": one} for one in yearly["discounts"]]
        billing.update_subscription(
            world.state, yearly, {"discounts": [*kept, {"coupon": coupon["id"]}]}
        )
    visitor, place = Visitor.of(server), path(world, "update/confirm", yearly)
    page = visitor.read(f"{place}?price={world.monthly['id']}&code={code}")
    said = re.search(r"Next payment January 15, 2028 \$([\d.]+)", page)
    assert said, page
    sent = visitor.post(place, {"price": world.monthly["id"], "code": code})
    assert sent.status == 303
    world.clock.time = period_end(yearly) or 0
    billing.advance(world.state)
    invoice = world.state.kind("invoice")[yearly["latest_invoice"]]
    assert next(items_of(yearly))["price"]["id"] == world.monthly["id"]
    assert f"{invoice['total'] / 100:.2f}" == said[1]


@pytest.mark.parametrize(
    ("typed", "coupon", "why"),
    [
        ("NOPE", {}, "This code is invalid."),
        (
            "WELCOME",
            {"percent_off": None, "amount_off": 500, "currency": "eur"},
            "can’t be used for your subscription",
        ),
    ],
)
def test_a_code_that_does_not_fit_is_pointed_out(
    server: Server, world: World, typed: str, coupon: Json, why: str
) -> None:
    promotion(world, **coupon)
    visitor, place = Visitor.of(server), path(world, "update/confirm")
    wish = {"price": world.yearly["id"], "code": typed}
    assert why in visitor.read(f"{place}?price={world.yearly['id']}&code={typed}")
    assert visitor.post(place, wish).status == 422
    assert next(items_of(world.subscription))["price"]["id"] == world.monthly["id"]


def test_where_only_codes_are_allowed_the_page_asks_for_one(server: Server, world: World) -> None:
    promotion(world)
    world.configuration["features"]["subscription_update"]["default_allowed_updates"] = [
        "promotion_code"
    ]
    visitor = Visitor.of(server)
    assert 'name="code"' in visitor.get(path(world, "update")).text
    assert visitor.get(path(world, "update/confirm") + "?quantity=0&price=x").status == 200
    visitor.post(path(world, "update/confirm"), {"code": "WELCOME"})
    assert len(world.subscription["discounts"]) == 1


# --- pausing


def until_resumed(world: World) -> None:
    """Let pauses last until the customer ends them."""
    features(world, subscription_pause={"enabled": True, "duration": {"type": "indefinite"}})


@pytest.mark.parametrize(("chosen", "days"), [("1-month", 31), ("3-month", 90)])
def test_a_pause_lasts_as_long_as_chosen(
    server: Server, world: World, chosen: str, days: int
) -> None:
    flexible = world.subscribe(world.customer, world.monthly, billing_mode={"type": "flexible"})
    visitor, place = Visitor.of(server), path(world, "pause", flexible)
    page = visitor.read(place)
    assert "1 month Until Feb 15, 2027" in page
    assert "3 months Until Apr 15, 2027" in page
    assert visitor.post(place, {"duration": "9-year"}).status == 422
    visitor.post(place, {"duration": chosen})
    assert flexible["status"] == "paused"
    world.clock.time += days * DAY - 1
    billing.advance(world.state)
    assert flexible["status"] == "paused"
    world.clock.time += 1
    billing.advance(world.state)
    assert flexible["status"] == "active"


def test_a_later_pause_is_not_ended_by_an_earlier_choice(server: Server, world: World) -> None:
    flexible = world.subscribe(world.customer, world.monthly, billing_mode={"type": "flexible"})
    visitor = Visitor.of(server)
    visitor.post(path(world, "pause", flexible), {"duration": "1-month"})
    visitor.post(path(world, "resume", flexible))
    world.clock.time += DAY
    billing.pause_subscription(world.state, flexible, {})
    world.clock.time += 99 * DAY
    billing.advance(world.state)
    assert flexible["status"] == "paused"


def test_a_subscription_can_be_paused_and_resumed(server: Server, world: World) -> None:
    until_resumed(world)
    flexible = world.subscribe(world.customer, world.monthly, billing_mode={"type": "flexible"})
    visitor = Visitor.of(server)
    assert "won’t be charged while" in visitor.read(path(world, "pause", flexible))
    before = feed_length(world)
    visitor.post(path(world, "pause", flexible))
    assert flexible["status"] == "paused"
    assert "customer.subscription.paused" in types(world, before)
    assert "charged again" in visitor.read(path(world, "resume", flexible))
    visitor.post(path(world, "resume", flexible))
    assert flexible["status"] == "active"
    assert "customer.subscription.resumed" in types(world, before)


def test_a_card_that_declines_leaves_it_paused(server: Server, world: World) -> None:
    until_resumed(world)
    flexible = world.subscribe(world.customer, world.monthly, billing_mode={"type": "flexible"})
    world.clock.time += 25 * DAY
    visitor = Visitor.of(server)
    visitor.post(path(world, "pause", flexible))
    world.card["card"]["last4"] = "0341"
    sent = visitor.post(path(world, "resume", flexible))
    assert sent.status == 422
    assert "Your card was declined." in text_of(sent)
    assert flexible["status"] == "paused"


# --- a time of one's own


def test_a_customer_on_a_test_clock_sees_their_own_time(server: Server, world: World) -> None:
    later = world.clock.time + 100 * DAY
    made = server.request("POST", "/v1/test_helpers/test_clocks", {"frozen_time": str(later)})
    wish = {"test_clock": made.json["id"], "email": "tick@example.com"}
    world.customer = world.state.kind("customer")[
        server.request("POST", "/v1/customers", wish).json["id"]
    ]
    visitor = Visitor.of(server)
    visitor.post(
        "payment-methods/add", {"number": "4242424242424242", "expiry": "12/40", "cvc": "123"}
    )
    own = {
        "customer": world.customer["id"],
        "items[0][price]": world.monthly["id"],
    }
    subscription = server.request("POST", "/v1/subscriptions", own).json
    visitor.post(path(world, "cancel", subscription))
    found = world.state.kind("subscription")[subscription["id"]]
    assert found["canceled_at"] == later
    page = visitor.get().text
    file = page.partition(f"{world.state.base_url}/pdf/")[2].partition('"')[0]
    assert server.request("GET", f"/pdf/{file}", key=None).status == 200
