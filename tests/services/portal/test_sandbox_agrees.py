"""The desk foresees what the portal does: its rules and the sandbox's own, written apart, come to the same."""

from __future__ import annotations

import random

import pytest

from portal_desk.portal.document import Capability, Verdict
from portal_desk.sandbox import portal_judgement
from portal_desk.sandbox.portal_page import snapshot_of
from portal_desk.sandbox.seed import seed
from portal_desk.sandbox.state import State
from portal_desk.services.portal.rules import judge

from .world import NOW


@pytest.fixture(scope="module")
def world() -> State:
    state = State(random.Random(7), now=lambda: NOW)  # noqa: S311 - a seeded world, no secrets
    seed(state, customers=120)
    return state


def enabled(judged: dict[Capability, Verdict], among: dict[Capability, Verdict]) -> set[Capability]:
    return {each for each in among if judged[each].availability == "enabled"}


def test_the_desk_foresees_what_the_sandboxs_portal_offers(world: State) -> None:
    seen: set[str] = set()
    for customer in world.kind("customer").values():
        snapshot = snapshot_of(world, customer)
        for configuration in world.kind("billing_portal.configuration").values():
            foreseen = judge(snapshot, configuration, now=NOW)
            actual = portal_judgement.judge(snapshot, configuration)
            assert enabled(foreseen.portal, actual.portal) == enabled(actual.portal, actual.portal)
            for subscription, offered in actual.subscriptions.items():
                judged = foreseen.subscriptions[subscription]
                assert enabled(judged, offered) == enabled(offered, offered), subscription
                seen |= {reason.rule for verdict in judged.values() for reason in verdict.reasons}
    assert {"R1", "R2", "R3", "R5", "R11", "R12"} <= seen
