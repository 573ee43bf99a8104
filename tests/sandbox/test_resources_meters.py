"""Meters, and the usage that is reported to them."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from .http_shapes import complaints
from .http_world import Server


def new_meter(client: stripe.StripeClient) -> stripe.billing.Meter:
    return client.v1.billing.meters.create(
        {
            "display_name": "API calls",
            "event_name": "api_call",
            "default_aggregation": {"formula": "sum"},
        }
    )


def test_a_meter_is_made_renamed_and_switched_off_and_on(client: stripe.StripeClient) -> None:
    meter = new_meter(client)
    assert not complaints(meter)
    with pytest.raises(stripe.InvalidRequestError, match="already"):
        new_meter(client)
    assert client.v1.billing.meters.update(meter.id, {"display_name": "Calls"}).display_name == (
        "Calls"
    )
    off = client.v1.billing.meters.deactivate(meter.id)
    assert (off.status, bool(off.status_transitions.deactivated_at)) == ("inactive", True)
    assert client.v1.billing.meters.list({"status": "active"}).data == []
    assert client.v1.billing.meters.reactivate(meter.id).status == "active"


def test_usage_is_reported_once(server: Server, client: stripe.StripeClient) -> None:
    new_meter(client)
    payload = {"stripe_customer_id": server.world.customer["id"], "value": "25"}
    event = client.v1.billing.meter_events.create(
        {"event_name": "api_call", "payload": payload, "identifier": "one"}
    )
    assert event.identifier == "one"
    assert not complaints(event)
    with pytest.raises(stripe.InvalidRequestError, match="already exists"):
        client.v1.billing.meter_events.create(
            {"event_name": "api_call", "payload": payload, "identifier": "one"}
        )


@pytest.mark.parametrize(
    ("name", "customer", "timestamp", "message"),
    [
        ("no_such", "own", 0, "No active meter found"),
        ("api_call", "cus_none", 0, "must name a customer"),
        ("api_call", "own", -36 * 86_400, "within the past 35 days"),
    ],
)
def test_usage_that_cannot_be_is_refused(
    server: Server, name: str, customer: str, timestamp: int, message: str
) -> None:
    client, own = server.client(), server.world.customer["id"]
    new_meter(client)
    with pytest.raises(stripe.InvalidRequestError, match=message):
        client.v1.billing.meter_events.create(
            {
                "event_name": name,
                "payload": {"stripe_customer_id": own if customer == "own" else customer},
                "timestamp": server.world.clock.time + timestamp,
            }
        )


def test_a_price_is_billed_by_a_meter_that_there_is(server: Server) -> None:
    client = server.client()
    params: Any = {"currency": "usd", "unit_amount": 3, "product_data": {"name": "Calls"}}

    def price(meter: str) -> stripe.Price:
        terms = {"interval": "month", "usage_type": "metered", "meter": meter}
        return client.v1.prices.create({**params, "recurring": terms})

    with pytest.raises(stripe.InvalidRequestError, match="No such") as refusal:
        price("mtr_none")
    assert refusal.value.param == "recurring[meter]"
    meter = new_meter(client)
    made = price(meter.id).recurring
    assert made
    assert made.meter == meter.id
