"""Answers and events in an older API version.

A request's answer has the shape of the version that it asks for; an event keeps the version that
the account had when it came to be, whoever reads it (https://docs.stripe.com/api/events/object).
What requests in an older version may say, `older_requests` knows.
"""

from __future__ import annotations

from typing import Any

from portal_desk.models.json import Json
from portal_desk.sandbox import older_shapes
from portal_desk.sandbox.older_fields import expanded
from portal_desk.sandbox.older_shapes import Shape
from portal_desk.sandbox.previous import narrowed, restored
from portal_desk.sandbox.state import State
from portal_desk.sandbox.versions import BASIL, CLOVER

_CHANGES = ((CLOVER, older_shapes.BEFORE_CLOVER), (BASIL, older_shapes.BEFORE_BASIL))
"""What each version changed, newest first: how kinds of objects looked until then."""


def in_version(state: State, answer: Json, version: str) -> Json:
    """An answer as `version` shows it; `answer` itself stays as it is."""
    if answer.get("object") == "event":
        return _event(state, answer)
    if answer.get("object") == "list" and answer["url"] == "/v1/events":
        return {**answer, "data": [_event(state, each) for each in answer["data"]]}
    shapes = _shapes(version)
    return _shown(state, answer, shapes) if shapes else answer


def _shapes(version: str) -> list[dict[str, Shape]]:
    return [shapes for since, shapes in _CHANGES if version < since]


def _event(state: State, event: Json) -> Json:
    shapes = _shapes(event["api_version"])
    if not shapes:
        return event
    about = event["data"]["object"]
    data = {"object": _shown(state, about, shapes)}
    if previous := event["data"].get("previous_attributes"):
        before = _shown(state, restored(about, previous), shapes)
        data["previous_attributes"] = narrowed(before, data["object"])
    return {**event, "data": data}


def _shown(state: State, value: Any, shapes: list[dict[str, Shape]]) -> Any:  # noqa: ANN401 - JSON
    """A value with every object in it in its older shape, the outer ones first."""
    if isinstance(value, list):
        return [_shown(state, each, shapes) for each in value]
    if not isinstance(value, dict):
        return value
    for each in () if value.get("deleted") else shapes:
        if shape := each.get(value.get("object", "")):
            value = shape(state, value) | expanded(value)
    return {
        name: each if name == "metadata" else _shown(state, each, shapes)
        for name, each in value.items()
    }
