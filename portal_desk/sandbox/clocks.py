"""Test clocks: customers whose time is their own. https://docs.stripe.com/billing/testing/test-clocks"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from portal_desk.models.json import Json
from portal_desk.sandbox.state import State

CLOCK = "test_helpers.test_clock"
_KINDS = ("customer", "subscription", "invoice", "invoiceitem", "subscription_schedule", CLOCK)
"""What can be on a test clock, and the clock itself."""


@contextmanager
def own_time(state: State, *ids: object) -> Iterator[None]:
    """For a while it is the time of the test clock that one of the objects is on, if any is."""
    clock = next(filter(None, (_clock_of(state, each) for each in ids)), None)
    if clock is None:
        yield
        return
    with state.at(clock["frozen_time"], apart=True):
        yield


def _clock_of(state: State, object_id: object) -> Json | None:
    if not isinstance(object_id, str) or not state.kind(CLOCK):
        return None
    for kind in _KINDS:
        if found := state.get(kind, object_id):
            return found if kind == CLOCK else state.get(CLOCK, found["test_clock"] or "")
    return None
