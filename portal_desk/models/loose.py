"""Reading JSON that may be older, newer or damaged: what isn't of the expected type counts as not there."""

from __future__ import annotations

from typing import Any

from portal_desk.models.json import Json


def as_object(value: object) -> Json:
    """The value if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> list[Any]:
    """The value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def as_objects(value: object) -> list[Json]:
    """The JSON objects in a list, or in one of Stripe's list objects."""
    entries = value.get("data") if isinstance(value, dict) else value
    return [entry for entry in as_list(entries) if isinstance(entry, dict)]


def as_id(value: object) -> str:
    """The id behind a field that is an id or an expanded object; empty where it is neither."""
    found = value.get("id") if isinstance(value, dict) else value
    return as_text(found)


def as_text(value: object) -> str:
    """The value if it is a string, else an empty one."""
    return value if isinstance(value, str) else ""


def as_count(value: object) -> int | None:
    """The value if it is a whole number."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None
