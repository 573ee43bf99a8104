"""The feed of events: the last 30 days. https://docs.stripe.com/api/events/list"""

from __future__ import annotations

import re
from collections.abc import Callable
from fnmatch import fnmatchcase

from portal_desk.models.json import Json
from portal_desk.sandbox.call import Call, Endpoint
from portal_desk.sandbox.lists import page
from portal_desk.sandbox.problems import invalid, missing

RETENTION = 30 * 86_400
"""How long an event can be read, in seconds on the feed's own clock."""
_MAX_TYPES = 20
_WILD = re.compile(r"[*?\[]")


def _list(call: Call) -> Json:
    is_asked_for = _asked_for(call.params)
    pattern = call.params.get("type", "*")
    state, now = call.state, call.state.feed_now()
    state.feed.was_read()
    return page(
        call,
        "event",
        keep=lambda event: is_asked_for(event) and state.feed.shows(event["id"], now),
        oldest=now - RETENTION,
        type=call.params.get("types") or (None if _WILD.search(pattern) else pattern),
    )


def _asked_for(params: Json) -> Callable[[Json], bool]:
    if "type" in params and "types" in params:
        raise invalid("You may only specify one of these parameters: type, types.", "types")
    types = params.get("types")
    if types is not None and len(types) > _MAX_TYPES:
        raise invalid(f"You can ask for {_MAX_TYPES} types of events at most.", "types")
    pattern = params.get("type", "*")
    # Nobody is told of events here, so that none is still to be delivered.
    delivered = params.get("delivery_success", True)
    return lambda event: (
        delivered
        and (types is None or event["type"] in types)
        and fnmatchcase(event["type"], pattern)
    )


def _retrieve(call: Call) -> Json:
    """An event, unless it is too old or can't be seen yet."""
    state, now = call.state, call.state.feed_now()
    state.feed.was_read()
    event = call.named("event")
    if event["created"] < now - RETENTION or not state.feed.shows(event["id"], now):
        raise missing("event", event["id"])
    return event


ENDPOINTS = (
    Endpoint("GET", "/v1/events", _list, "EventListParams", "event"),
    Endpoint("GET", "/v1/events/{id}", _retrieve, "EventRetrieveParams", "event"),
)
