"""Which events are still to be sent to which webhook endpoints, and when.

An event is addressed in the same unit of work that makes it: a request that fails sends nothing, and
a sandbox in a file goes on where it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from portal_desk.models.json import Json

if TYPE_CHECKING:
    from portal_desk.sandbox.state import State

ENDPOINT = "webhook_endpoint"
DELIVERY = "webhook_delivery"
SECRET = "signing_secret"  # noqa: S105 - the name of a field
"""What an endpoint's secret is stored as: Stripe shows it once, when the endpoint is made."""

_HOUR = 3600
_RETRIES = {
    False: (_HOUR // 12, _HOUR // 2, 2 * _HOUR),
    True: tuple(hours * _HOUR for hours in (1, 2, 4, 8, 12, 21, 24)),
}
"""How long after each failure it is tried again: three times over a few hours in test mode, for three
days in live mode (https://docs.stripe.com/webhooks#automatic-retries). In seconds."""


def address(state: State, event: Json) -> int:
    """Note to whom a new event is to be sent; returns to how many."""
    wanting = [each for each in state.where(ENDPOINT, status="enabled") if _wants(each, event)]
    for endpoint in wanting:
        state.create(
            {
                "id": f"{event['id']}-{endpoint['id']}",
                "object": DELIVERY,
                "answered": None,
                "attempts": 0,
                "created": state.feed_now(),
                "due": state.feed_now(),
                "endpoint": endpoint["id"],
                "event": event["id"],
            }
        )
    return len(wanting)


def _wants(endpoint: Json, event: Json) -> bool:
    return not {"*", event["type"]}.isdisjoint(endpoint["enabled_events"])


def due_now(state: State) -> Iterator[Json]:
    """What is to be sent now, oldest first; no event before its readers can see it."""
    now = state.feed_now()
    for each in state.kind(DELIVERY).values():
        if each["due"] <= now and state.feed.shows(each["event"], now):
            yield each


def settle(state: State, delivery_id: str, answered: int | str | None) -> None:
    """Note what came of an attempt: done, to be tried again, or given up.

    Args:
        state: the sandbox.
        delivery_id: which.
        answered: the HTTP status, or why there is none; None where nobody wants it any more.
    """
    delivery = state.get(DELIVERY, delivery_id)
    if delivery is None:
        return
    attempts, retries = delivery["attempts"] + 1, _RETRIES[state.livemode]
    taken = isinstance(answered, int) and 200 <= answered < 300  # noqa: PLR2004 - successes
    event = state.get("event", delivery["event"])
    if taken and event:
        state.update(event, {"pending_webhooks": max(event["pending_webhooks"] - 1, 0)})
    if taken or answered is None or attempts > len(retries):
        state.forget(DELIVERY, delivery_id)
        return
    due = state.feed_now() + retries[attempts - 1]
    state.update(delivery, {"answered": answered, "attempts": attempts, "due": due})


def undelivered(state: State) -> list[Json]:
    """What endpoints haven't taken yet, and how they answered the last attempt."""
    names = ("answered", "attempts", "due", "endpoint", "event")
    return [{name: each[name] for name in names} for each in state.kind(DELIVERY).values()]
