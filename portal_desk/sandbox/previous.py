"""What an event tells of how its object was before.

Of a hash only the keys that changed are told, one that is new as null; of a list everything.
https://docs.stripe.com/api/events/object#event_object-data-previous_attributes
"""

from __future__ import annotations

import copy
from typing import Any

from portal_desk.models.json import Json


def narrowed(before: Json, after: Json) -> Json:
    """What is otherwise in `before` than in `after`."""
    return {
        name: _told(before.get(name), after.get(name))
        for name in (*before, *(new for new in after if new not in before))
        if before.get(name) != after.get(name)
    }


def _told(old: Any, new: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(old, dict) and isinstance(new, dict):
        return narrowed(old, new)
    return copy.deepcopy(old)


def restored(after: Json, previous: Json) -> Json:
    """An object as it was before, from what an event tells; `after` stays as it is."""
    return {**after, **{name: _undone(after.get(name), old) for name, old in previous.items()}}


def _undone(new: Any, old: Any) -> Any:  # noqa: ANN401 - JSON
    return restored(new, old) if isinstance(old, dict) and isinstance(new, dict) else old
