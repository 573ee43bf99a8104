"""Test clocks."""

from __future__ import annotations

from typing import Any

from portal_desk.models.json import Json
from portal_desk.sandbox.objects.common import filled
from portal_desk.sandbox.state import State

_KEPT = 7 * 86_400


def new_test_clock(state: State, frozen_time: int, **fields: Any) -> Json:
    """A complete test clock that stands at `frozen_time` (seconds UTC); it is not stored yet."""
    clock: Json = {
        "id": fields.get("id") or state.new_id("clock", 24),
        "object": "test_helpers.test_clock",
        "created": state.now(),
        "deletes_after": state.now() + _KEPT,
        "frozen_time": frozen_time,
        "livemode": state.livemode,
        "name": None,
        "status": "ready",
        "status_details": {},
    }
    return filled(clock, fields, "test clock")
