"""The feed of events: the last 30 days."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox.call import Call, Endpoint
from portal_desk.sandbox.lists import page
from portal_desk.sandbox.problems import invalid, missing

RETENTION = 30 * 86_400
"""How long an event can be read, in seconds."""


def _list(call: Call) -> Json:
    types = _types(call.params)
    return page(
        call,
        "event",
        keep=lambda event: types is None or event["type"] in types,
        oldest=call.state.now() - RETENTION,
    )


def _types(params: Json) -> list[str] | None:
    if "type" in params and "types" in params:
        raise invalid("You may only specify one of these parameters: type, types.", "types")
    one = params.get("type")
    return [one] if one else params.get("types")


def _retrieve(call: Call) -> Json:
    event = call.named("event")
    if event["created"] < call.state.now() - RETENTION:
        raise missing("event", event["id"])
    return event


ENDPOINTS = (
    Endpoint("GET", "/v1/events", _list, "EventListParams", "event"),
    Endpoint("GET", "/v1/events/{id}", _retrieve, "EventRetrieveParams", "event"),
)
