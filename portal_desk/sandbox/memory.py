"""What a sandbox in a file remembers besides its objects: chance, its clock, settings and faults."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from portal_desk.sandbox.state import State


def remember(state: State) -> None:
    """Note down how things stand, with everything else that is about to be kept."""
    notes = {
        "random": state.random.getstate(),
        "ahead": state.now() - int(time.time()),
        "settings": state.settings.as_json(),
        "faults": state.faults.kept(),
        "feed": state.feed.kept(state.feed_now()),
        "livemode": state.livemode,
    }
    for name, value in notes.items():
        state.shelf.write_note(name, orjson.dumps(value))


def recall(state: State) -> None:
    """Go on from what was noted down last; the time in between has passed."""
    version, numbers, spare = _read(state, "random")
    state.random.setstate((version, tuple(numbers), spare))
    ahead = _read(state, "ahead")
    state.now = lambda: int(time.time()) + ahead
    state.settings.change(_read(state, "settings"))
    state.faults.recall(_read(state, "faults"))
    state.feed.recall(_read(state, "feed"))
    state.livemode = _read(state, "livemode")


def _read(state: State, name: str) -> Any:  # noqa: ANN401 - whatever was noted
    return orjson.loads(state.shelf.note(name) or b"null")
