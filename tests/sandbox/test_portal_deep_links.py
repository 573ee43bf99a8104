"""Sessions that lead straight to a task, and where they end."""

from __future__ import annotations

import re

import pytest

from portal_desk.models.json import items_of
from portal_desk.portal.words import Words
from portal_desk.sandbox import objects

from .http_world import Server, World
from .portal_visitor import Visitor, feed_length, field, text_of, types

RETURN = "https://lumen.example/account"
MINUTE = 60


def flow(world: World, kind: str, **more: str) -> dict[str, str]:
    """The parameters of a session with a flow."""
    params = {"flow_data[type]": kind, "return_url": RETURN}
    if kind.startswith("subscription"):
        params[f"flow_data[{kind}][subscription]"] = world.subscription["id"]
    return params | more


def after(kind: str, **more: str) -> dict[str, str]:
    """What follows a flow."""
    named = {f"flow_data[after_completion][{name}]": value for name, value in more.items()}
    return {"flow_data[after_completion][type]": kind, **named}


def confirming(world: World) -> dict[str, str]:
    """A flow that asks to confirm five seats."""
    item = next(items_of(world.subscription))
    place = "flow_data[subscription_update_confirm][items][0]"
    wish = {f"{place}[id]": item["id"], f"{place}[quantity]": "5"}
    return flow(world, "subscription_update_confirm", **wish)


STARTS = {
    "customer_update": ("/customer/update", "Billing information"),
    "payment_method_update": ("/payment-methods/add", "Add payment method"),
    "subscription_cancel": ("/cancel", "Cancel subscription"),
    "subscription_pause": ("/pause", "Pause subscription"),
    "subscription_update": ("/update", "Update subscription"),
}


@pytest.mark.parametrize("kind", STARTS)
def test_a_flow_starts_at_its_page_and_keeps_to_it(server: Server, world: World, kind: str) -> None:
    flexible = world.subscribe(world.customer, world.monthly, billing_mode={"type": "flexible"})
    world.subscription = flexible
    visitor = Visitor.of(server, **flow(world, kind))
    first = visitor.get()
    place, title = STARTS[kind]
    assert first.status == 303
    assert first.headers["Location"].endswith(place)
    page = visitor.get(first.headers["Location"])
    assert f"<h1>{title}</h1>" in page.text
    assert f'href="{RETURN}"' in page.text
    elsewhere = visitor.get(f"subscriptions/{flexible['id']}/renew")
    assert elsewhere.headers["Location"] == first.headers["Location"]


def test_a_confirmation_flow_asks_for_nothing_else(server: Server, world: World) -> None:
    visitor = Visitor.of(server, **confirming(world))
    place = visitor.get().headers["Location"]
    page = visitor.get(f"{place}?quantity=9")
    assert "Team × 5 $100.00 per month" in text_of(page)
    visitor.post(place, {"quantity": "9", "at": field(page, "at")})
    assert next(items_of(world.subscription))["quantity"] == 5


def test_a_flows_discount_comes_along(server: Server, world: World) -> None:
    coupon = world.state.create(objects.new_coupon(world.state, percent_off=25.0))
    discount = {"flow_data[subscription_update_confirm][discounts][0][coupon]": coupon["id"]}
    visitor = Visitor.of(server, **confirming(world), **discount)
    place = visitor.get().headers["Location"]
    page = visitor.get(place)
    assert "New discount 25% off" in text_of(page)
    assert 'name="code"' not in page.text
    visitor.post(place, {"at": field(page, "at")})
    assert len(world.subscription["discounts"]) == 1


def test_a_completed_flow_ends_with_the_businesss_words(server: Server, world: World) -> None:
    message = {"hosted_confirmation][custom_message": "Come <b>back</b> soon."}
    params = flow(world, "subscription_cancel", **after("hosted_confirmation", **message))
    visitor = Visitor.of(server, **params)
    sent = visitor.post(visitor.get().headers["Location"])
    page = visitor.get(sent.headers["Location"])
    text = text_of(page)
    assert "Your subscription will be canceled at the end of the billing period." in text
    assert "Come <b>back</b> soon." in text
    assert "<b>" not in page.text
    assert "Return to Lumen Ltd" in text
    assert visitor.get().status == 200, "it stays there"


def test_a_completed_flow_redirects(server: Server, world: World) -> None:
    goal = "https://lumen.example/thanks?from=portal"
    params = flow(world, "customer_update", **after("redirect", **{"redirect][return_url": goal}))
    visitor = Visitor.of(server, **params)
    page = visitor.get(visitor.get().headers["Location"])
    assert "form-action 'self' https://lumen.example;" in page.headers["Content-Security-Policy"]
    sent = visitor.post("customer/update", {"email": "ada@king.example"})
    assert (sent.status, sent.headers["Location"]) == (303, goal)


def test_a_completed_flow_opens_the_portal(server: Server, world: World) -> None:
    visitor = Visitor.of(server, **flow(world, "payment_method_update"))
    card = {"number": "4242424242424242", "expiry": "01/35", "cvc": "123"}
    sent = visitor.post("payment-methods/add", card)
    page = visitor.read(sent.headers["Location"])
    assert "Your payment method has been added." in page
    assert "Current subscription" in page
    default = world.customer["invoice_settings"]["default_payment_method"]
    assert default != world.card["id"], "the flow replaces the default"


def test_a_tax_id_does_not_end_the_flow_for_details(server: Server, world: World) -> None:
    visitor = Visitor.of(server, **flow(world, "customer_update"))
    tax_id = {"tax_type": "eu_vat", "tax_value": "DE123456789"}
    sent = visitor.post("customer/add-tax-id", tax_id)
    assert "has been updated" in visitor.read(sent.headers["Location"])
    assert visitor.get().headers["Location"].endswith("/customer/update")


def test_a_flow_whose_task_is_gone_says_so(server: Server, world: World) -> None:
    visitor = Visitor.of(server, **flow(world, "subscription_cancel"))
    Visitor.of(server).post(f"subscriptions/{world.subscription['id']}/cancel")
    page = visitor.get(visitor.get().headers["Location"])
    assert page.status == 404
    assert "Return to Lumen Ltd" in text_of(page)


RETENTION = "flow_data[subscription_cancel][retention]"


def retaining(world: World) -> dict[str, str]:
    """A flow to cancel, with an offer to stay."""
    coupon = objects.new_coupon(world.state, id="STAY", name="Stay", percent_off=20.0)
    world.state.create(coupon)
    offer = {f"{RETENTION}[type]": "coupon_offer", f"{RETENTION}[coupon_offer][coupon]": "STAY"}
    return flow(world, "subscription_cancel", **offer)


def test_the_offer_to_stay_can_be_taken(server: Server, world: World) -> None:
    visitor = Visitor.of(server, **retaining(world))
    place = visitor.get().headers["Location"]
    assert "Our offer Stay (20% off)" in visitor.read(place)
    before = feed_length(world)
    sent = visitor.post(place, {"offer": "accepted"})
    assert "Your discount has been applied." in visitor.read(sent.headers["Location"])
    assert types(world, before) == [
        "customer.discount.created",
        "coupon.updated",
        "customer.subscription.updated",
    ]
    assert world.subscription["cancel_at"] is None


def test_the_offer_to_stay_can_be_declined(server: Server, world: World) -> None:
    visitor = Visitor.of(server, **retaining(world))
    place = visitor.get().headers["Location"]
    assert "Subscription ends" in visitor.read(f"{place}?offer=declined")
    visitor.post(place)
    assert world.subscription["cancel_at"] is not None
    assert not world.subscription["discounts"]


@pytest.mark.parametrize("locale", ["de", "ja"])
def test_a_flow_speaks_the_sessions_language(server: Server, world: World, locale: str) -> None:
    visitor = Visitor.of(server, **flow(world, "subscription_cancel", locale=locale))
    page = visitor.get(visitor.get().headers["Location"])
    assert Words(locale).gettext("Subscription ends") in text_of(page)
    assert f'<html lang="{locale}"' in page.text


def test_every_page_keeps_a_used_session_alive_and_none_revives_it(
    server: Server, world: World
) -> None:
    visitor, place = Visitor.of(server), f"subscriptions/{world.subscription['id']}/cancel"
    for _ in range(2):
        world.clock.time += 4 * MINUTE
        assert visitor.get(place).status == 200
        world.clock.time += 56 * MINUTE
        assert visitor.get("customer/update").status == 200
    world.clock.time += 61 * MINUTE
    gone = visitor.post(place)
    assert gone.status == 410
    assert world.subscription["cancel_at"] is None


def test_pages_let_nothing_in_and_nothing_frame_them(server: Server, world: World) -> None:
    visitor = Visitor.of(server)
    for place in ("", "customer/update", "payment-methods/add", "nowhere-at-all"):
        page = visitor.get(place)
        if page.status == 404:
            continue
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "script" not in policy
        assert page.headers["X-Frame-Options"] == "DENY"
        assert page.headers["Referrer-Policy"] == "no-referrer"


def test_hostile_texts_stay_texts(server: Server, world: World) -> None:
    hostile = "<script>alert(1)</script>"
    world.state.update(world.customer, {"name": hostile})
    world.state.update(world.team, {"name": hostile})
    world.configuration["features"]["customer_update"]["allowed_updates"] = ["name", "email"]
    visitor, sub = Visitor.of(server), world.subscription["id"]
    for place in (
        "",
        "customer/update",
        f"subscriptions/{sub}/cancel",
        f"subscriptions/{sub}/update",
        f"subscriptions/{sub}/update/confirm?quantity=3&code={hostile}",
        f"subscriptions/{sub}/update?price=%22%3E{hostile}",
    ):
        page = visitor.get(place.replace("<", "%3C").replace(">", "%3E"))
        assert page.status == 200
        assert not re.search("<script", page.text)
