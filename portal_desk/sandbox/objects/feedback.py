"""A business's own reasons to cancel."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox.state import State

FEEDBACK_OPTION = "billing.feedback_option"


def new_feedback_option(state: State, description: str) -> Json:
    """A complete feedback option; it is not stored yet."""
    return {
        "id": state.new_id("fdbkopt", 24),
        "object": FEEDBACK_OPTION,
        "description": description,
        "livemode": state.livemode,
        "status": "active",
        "status_transitions": {"deactivated_at": None},
    }
