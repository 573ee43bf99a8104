"""A customer with more subscriptions than fit on a screen, in Stripe's own shapes."""

from __future__ import annotations

import copy
import random
from itertools import cycle, islice

from benchmarks.desk_process import CROWDED, SUBSCRIPTIONS
from portal_desk.models.json import Json, items_of
from portal_desk.sandbox.objects.customers import new_customer
from portal_desk.sandbox.seed import seed
from portal_desk.sandbox.state import State

LONG_AGO = 1_500_000_000


def objects(chance: random.Random) -> list[Json]:
    """The sandbox's own business, its portal configurations, and `CROWDED` among its customers."""
    state = State(chance)
    seed(state, customers=40)
    business = [one for kind in state.objects.values() for one in kind.values()]
    # Not the newest customer, who is the first that is opened.
    owner = new_customer(
        state, id=CROWDED, name="Crowded House", email="owner@crowded.example", created=LONG_AGO
    )
    running = [one for one in state.kind("subscription").values() if one["status"] == "active"]
    models = islice(cycle(running), SUBSCRIPTIONS)
    return [*business, owner, *(_copy(one, number) for number, one in enumerate(models))]


def _copy(subscription: Json, number: int) -> Json:
    own = {"id": f"sub_crowded{number:02}", "customer": CROWDED, "schedule": None}
    copied = copy.deepcopy(subscription) | own
    for place, item in enumerate(items_of(copied)):
        item |= {"id": f"si_crowded{number:02}_{place}", "subscription": own["id"]}
    return copied
