"""What comes due is found without a look at what does not."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from portal_desk.models.json import Json
from portal_desk.sandbox import billing
from portal_desk.sandbox.billing.resume_dates import resume_later
from portal_desk.sandbox.shelf import Shelf

from .billing_shop import START, Shop
from .http_world import DAY, World


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the objects that were read from the shelf."""
    found: list[str] = []
    body = Shelf.body

    def noted(shelf: Shelf, kind: str, object_id: str) -> bytes | None:
        found.append(object_id)
        return body(shelf, kind, object_id)

    monkeypatch.setattr(Shelf, "body", noted)
    return found


def put_away(shop: Shop) -> None:
    """Let the sandbox forget what it has at hand, as when it is started on a file."""
    with shop.state.unit():
        pass
    shop.state._at_hand.clear()


def test_a_month_that_passes_for_one_customer_costs_nothing_for_the_others(read: list[str]) -> None:
    shop = Shop()
    others = {shop.subscribe(shop.yearly, customer=shop.new_customer())["id"] for _ in range(50)}
    monthly = shop.subscribe()["id"]
    put_away(shop)
    shop.wait(days=31)
    billing.advance(shop.state)
    assert monthly in read
    assert others.isdisjoint(read)


def test_an_invoice_that_nobody_pays_is_looked_at_once(read: list[str]) -> None:
    shop = Shop()
    emailed = shop.subscribe(collection_method="send_invoice", days_until_due=3)
    invoice = emailed["latest_invoice"]
    shop.wait(days=4)
    billing.advance(shop.state)
    assert emailed["status"] == "past_due"
    put_away(shop)
    shop.wait(days=1)
    billing.advance(shop.state)
    read.clear()
    shop.wait(days=1)
    billing.advance(shop.state)
    assert invoice not in read
    assert shop.events().count("invoice.overdue") == 1


def test_an_alarm_that_was_put_off_rings_again_when_the_subscription_changes() -> None:
    shop = Shop()
    subscription = shop.subscribe()
    end = subscription["items"]["data"][0]["current_period_end"]
    billing.update_subscription(shop.state, subscription, {"trial_end": end + 10 * DAY})
    shop.now = end + DAY
    billing.advance(shop.state)
    assert subscription["status"] == "trialing"
    billing.update_subscription(shop.state, subscription, {"trial_end": end + 2 * DAY})
    shop.now = end + 3 * DAY
    billing.advance(shop.state)
    assert subscription["status"] == "active"


def test_a_pause_on_a_test_clock_ends_when_the_clock_says_so(
    client: stripe.StripeClient, world: World
) -> None:
    clock = client.v1.test_helpers.test_clocks.create({"frozen_time": START})
    customer = client.v1.customers.create(
        {"test_clock": clock.id, "payment_method": "pm_card_visa",
         "invoice_settings": {"default_payment_method": "pm_card_visa"}}
    )  # fmt: skip
    wish: Any = {
        "customer": customer.id,
        "items": [{"price": world.monthly["id"]}],
        "billing_mode": {"type": "flexible"},
    }
    made = client.v1.subscriptions.create(wish)
    subscription: Json = world.state.kind("subscription")[made.id]
    with world.state.at(START, apart=True):
        billing.pause_subscription(world.state, subscription, {})
        resume_later(world.state, subscription, START + 5 * DAY)
    billing.advance(world.state)
    assert subscription["status"] == "paused"
    client.v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": START + 6 * DAY})
    assert client.v1.subscriptions.retrieve(made.id).status == "active"


def test_a_checkout_session_that_nobody_pays_expires_by_itself(
    client: stripe.StripeClient, world: World
) -> None:
    made = client.v1.checkout.sessions.create({"mode": "setup", "currency": "usd"})
    world.clock.time += 2 * DAY
    billing.advance(world.state)
    expired = client.v1.events.list({"type": "checkout.session.expired"}).data
    assert [each.data.object["id"] for each in expired] == [made.id]
    assert expired[0].created == made.expires_at
