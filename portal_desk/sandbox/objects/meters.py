"""Meters, and the events that they count."""

from __future__ import annotations

from typing import Any

from portal_desk.models.json import Json
from portal_desk.sandbox.objects.common import filled
from portal_desk.sandbox.state import State

INVENTED = "mtr_test_api_calls"
"""The seed's own meter: what customers used before anything was reported to it is made up."""


def new_meter(state: State, event_name: str, display_name: str, **fields: Any) -> Json:
    """A complete meter that adds up what its events say; it is not stored yet."""
    now = state.now()
    meter: Json = {
        "id": fields.get("id") or state.new_id("mtr", 24),
        "object": "billing.meter",
        "created": now,
        "customer_mapping": {"event_payload_key": "stripe_customer_id", "type": "by_id"},
        "default_aggregation": {"formula": "sum"},
        "display_name": display_name,
        "event_name": event_name,
        "event_time_window": None,
        "livemode": state.livemode,
        "status": "active",
        "status_transitions": {"deactivated_at": None},
        "updated": now,
        "value_settings": {"event_payload_key": "value"},
    }
    return filled(meter, fields, "meter")


def new_meter_event(state: State, event_name: str, payload: Json, **fields: Any) -> Json:
    """A complete meter event; it is not stored yet. Its `id`, which is its identifier, and its
    `customer`, who is in the payload, are not shown."""
    identifier = fields.get("identifier") or state.new_id("mev", 24)
    event: Json = {
        "id": identifier,
        "object": "billing.meter_event",
        "created": state.now(),
        "customer": None,
        "event_name": event_name,
        "identifier": identifier,
        "livemode": state.livemode,
        "payload": payload,
        "timestamp": state.now(),
    }
    return filled(event, fields, "meter event")
