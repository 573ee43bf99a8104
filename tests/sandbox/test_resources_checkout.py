"""Checkout sessions and payment links, and what a customer makes of them in a browser."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from .http_shapes import complaints
from .http_world import DAY, Answer, Server
from .portal_visitor import Visitor, feed_length, text_of, types

CARD = {"number": "4242 4242 4242 4242", "expiry": "12/40", "cvc": "123"}
FORM = {"email": "grace@example.com", "name": "Grace Hopper", **CARD}
DONE = "https://example.com/done?session={CHECKOUT_SESSION_ID}"


def session_of(server: Server, **params: Any) -> stripe.checkout.Session:
    wish: Any = {
        "mode": "subscription",
        "line_items": [{"price": server.world.monthly["id"], "quantity": 3}],
        "success_url": DONE,
        **params,
    }
    return server.client().v1.checkout.sessions.create(wish)


def pay(server: Server, session: stripe.checkout.Session, **fields: str) -> Answer:
    return Visitor(server, str(session.url)).post("", {**FORM, **fields})


def test_a_paid_session_has_made_a_customer_a_subscription_and_an_invoice(server: Server) -> None:
    client, session = server.client(), session_of(server)
    assert (session.status, session.payment_status, session.amount_total) == (
        "open",
        "unpaid",
        6000,
    )
    assert not complaints(session)
    since = feed_length(server.world)
    answer = pay(server, session)
    assert answer.status == 303
    assert answer.headers["Location"] == DONE.replace("{CHECKOUT_SESSION_ID}", session.id)
    paid = client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["line_items", "customer", "subscription", "invoice"]}
    )
    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
    assert not complaints(paid)
    assert isinstance(paid.subscription, stripe.Subscription)
    assert isinstance(paid.invoice, stripe.Invoice)
    assert paid.subscription.status == "active"
    assert (paid.invoice.status, paid.invoice.amount_paid) == ("paid", paid.amount_total)
    assert types(server.world, since)[-1] == "checkout.session.completed"
    assert "customer.created" in types(server.world, since)


def test_a_session_for_a_known_customer_saves_the_card_with_them(server: Server) -> None:
    customer = server.world.customer["id"]
    session = session_of(server, customer=customer, subscription_data={"trial_period_days": 14})
    assert session.amount_total == 0
    assert "Ada Lovelace" in Visitor(server, str(session.url)).get().text
    assert pay(server, session).status == 303
    done = server.client().v1.checkout.sessions.retrieve(session.id, {"expand": ["subscription"]})
    assert done.payment_status == "no_payment_required"
    assert isinstance(done.subscription, stripe.Subscription)
    assert (done.subscription.customer, done.subscription.status) == (customer, "trialing")


def test_a_payment_is_taken_once_for_a_price_made_on_the_way(server: Server) -> None:
    data = {"currency": "eur", "unit_amount": 1_500, "product_data": {"name": "Workshop"}}
    session = session_of(server, mode="payment", line_items=[{"price_data": data, "quantity": 2}])
    assert pay(server, session).status == 303
    paid = server.client().v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert isinstance(paid.payment_intent, stripe.PaymentIntent)
    assert (paid.payment_intent.amount_received, paid.customer) == (3_000, None)
    assert not complaints(paid)
    assert pay(server, session).status == 410


def test_a_card_is_set_up_without_a_payment(server: Server) -> None:
    customer = server.world.customer["id"]
    session = server.client().v1.checkout.sessions.create(
        {"mode": "setup", "customer": customer, "success_url": DONE, "currency": "usd"}
    )
    assert pay(server, session).status == 303
    done = server.client().v1.checkout.sessions.retrieve(session.id, {"expand": ["setup_intent"]})
    assert isinstance(done.setup_intent, stripe.SetupIntent)
    assert (done.setup_intent.status, done.setup_intent.customer) == ("succeeded", customer)
    assert not complaints(done)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"number": "4000 0000 0000 0341"}, "Your card was declined"),
        ({"number": "4000 0000 0000 9995"}, "insufficient funds"),
        ({"email": "nobody"}, "Enter a valid email address"),
        ({"expiry": "01/20"}, "expiration date is in the past"),
        ({"promotion_code": "NOSUCH"}, "This code is invalid"),
    ],
)
def test_what_fails_leaves_the_session_open_and_says_why(
    server: Server, fields: dict[str, str], message: str
) -> None:
    session = session_of(server, allow_promotion_codes=True)
    answer = pay(server, session, **fields)
    assert answer.status in {402, 422}
    assert message in text_of(answer)
    assert fields.get("number", "4242 4242") not in answer.text
    assert server.client().v1.checkout.sessions.retrieve(session.id).status == "open"


def test_a_promotion_code_that_is_typed_lowers_what_is_paid(server: Server) -> None:
    client = server.client()
    coupon = client.v1.coupons.create({"percent_off": 50, "duration": "once"})
    client.v1.promotion_codes.create(
        {"code": "HALF", "promotion": {"type": "coupon", "coupon": coupon.id}}
    )
    session = session_of(server, allow_promotion_codes=True)
    assert pay(server, session, promotion_code="half").status == 303
    paid = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["invoice"]})
    assert isinstance(paid.invoice, stripe.Invoice)
    assert (paid.amount_total, paid.invoice.amount_paid) == (3_000, 3_000)


def test_a_session_expires_after_a_day_or_when_it_is_told_to(server: Server) -> None:
    client, first, second = server.client(), session_of(server), session_of(server)
    assert client.v1.checkout.sessions.expire(first.id).status == "expired"
    with pytest.raises(stripe.InvalidRequestError, match="can be expired"):
        client.v1.checkout.sessions.expire(first.id)
    server.world.clock.time += DAY
    since = feed_length(server.world)
    listed = client.v1.checkout.sessions.list({"status": "expired"}).data
    assert {each.id for each in listed} == {first.id, second.id}
    assert types(server.world, since) == ["checkout.session.expired"]
    assert Visitor(server, str(second.url)).get().status == 410


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"mode": "payment"}, "passed a recurring price"),
        ({"line_items": []}, "Missing required param: line_items"),
        ({"expires_at": 1}, "between 30 minutes and 24 hours"),
        ({"payment_intent_data": {"description": "x"}}, "can not pass `payment_intent_data`"),
        ({"automatic_tax": {"enabled": True}}, "does not support"),
    ],
)
def test_a_session_that_cannot_be_is_refused(
    server: Server, params: dict[str, Any], message: str
) -> None:
    with pytest.raises(stripe.StripeError, match=message):
        session_of(server, **params)


def test_a_payment_link_opens_a_session_for_whoever_follows_it(server: Server) -> None:
    client = server.client()
    link = client.v1.payment_links.create(
        {
            "line_items": [{"price": server.world.monthly["id"], "quantity": 1}],
            "after_completion": {
                "type": "hosted_confirmation",
                "hosted_confirmation": {"custom_message": "Welcome aboard!"},
            },
            "restrictions": {"completed_sessions": {"limit": 1}},
            "metadata": {"campaign": "autumn"},
        }
    )
    assert not complaints(link)
    visitor = Visitor(server, link.url)
    opened = visitor.get("?prefilled_email=grace%40example.com").headers["Location"]
    page = Visitor(server, opened)
    assert 'value="grace@example.com"' in page.get().text
    done = page.post("", FORM)
    assert "Welcome aboard!" in text_of(server.request("GET", done.headers["Location"]))
    session = client.v1.checkout.sessions.list({"payment_link": link.id}).data[0]
    assert session.status == "complete"
    assert session.metadata is not None
    assert session.metadata["campaign"] == "autumn"
    assert visitor.get().status == 410
    ended = client.v1.payment_links.retrieve(link.id, {"expand": ["line_items"]})
    assert not ended.active
    assert not complaints(ended)


def test_a_payment_link_can_be_changed_and_listed(server: Server) -> None:
    client = server.client()
    line: Any = [{"price": server.world.monthly["id"], "quantity": 1}]
    link = client.v1.payment_links.create({"line_items": line})
    client.v1.payment_links.update(
        link.id, {"active": False, "inactive_message": "Sold out", "metadata": {"a": "b"}}
    )
    assert [each.id for each in client.v1.payment_links.list({"active": False}).data] == [link.id]
    assert "Sold out" in text_of(Visitor(server, link.url).get())
    lines = client.v1.payment_links.line_items.list(link.id)
    assert [(each.quantity, each.amount_total) for each in lines.data] == [(1, 2_000)]


def test_links_to_checkouts_lead_to_where_the_sandbox_is_now(server: Server) -> None:
    client = server.client()
    line: Any = {"line_items": [{"price": server.world.monthly["id"], "quantity": 1}]}
    session, link = session_of(server), client.v1.payment_links.create(line)
    server.world.state.base_url = "http://127.0.0.1:4321"
    for url in (
        client.v1.checkout.sessions.retrieve(session.id).url,
        client.v1.payment_links.retrieve(link.id).url,
    ):
        assert str(url).startswith("http://127.0.0.1:4321/")
