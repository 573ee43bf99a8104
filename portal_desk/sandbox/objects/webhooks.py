"""Where events are sent to."""

from __future__ import annotations

from typing import Any

from portal_desk.models.json import Json
from portal_desk.sandbox.objects.common import filled
from portal_desk.sandbox.state import State


def new_webhook_endpoint(state: State, url: str, events: list[str], **fields: Any) -> Json:
    """A complete webhook endpoint, whose secret Stripe shows once; it is not stored yet."""
    endpoint: Json = {
        "id": fields.get("id") or state.new_id("we", 24),
        "object": "webhook_endpoint",
        "api_version": None,
        "application": None,
        "created": state.feed_now(),
        "description": None,
        "enabled_events": events,
        "livemode": state.livemode,
        "metadata": {},
        "status": "enabled",
        "url": url,
    }
    return filled(endpoint, fields, "webhook endpoint")
