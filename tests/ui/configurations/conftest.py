"""The panel of configurations, over a cache alone."""

from __future__ import annotations

import random

import pytest
from pytestqt.qtbot import QtBot

from portal_desk.models.json import Json
from portal_desk.sandbox.objects import (
    cancel_feature,
    new_configuration,
    new_features,
    offered_product,
    update_feature,
)
from portal_desk.sandbox.state import State
from portal_desk.ui.change_bus import ChangeBus
from portal_desk.ui.configurations.panel import ConfigurationsPanel
from portal_desk.ui.tasks import Tasks
from portal_desk.ui.theme import Theme

from ..conftest import Until
from ..world import NOW, FakeDesk


def configurations(desk: FakeDesk) -> list[Json]:
    """A default one that offers a product, one for Japan, one with a future field, and one that is switched off."""
    state = State(random.Random(5), now=lambda: NOW)  # noqa: S311
    price = desk.store.prices()[0]
    features = new_features(
        customer_update=("email",),
        subscription_cancel=cancel_feature(reasons=("unused",)),
        subscription_update=update_feature(
            allowed=("price",), products=[offered_product(price["product"], [price["id"]])]
        ),
    )
    future = new_features()
    future["gift_cards"] = {"enabled": True}
    future["subscription_cancel"]["mode"] = "at_the_next_full_moon"
    made = [
        new_configuration(state, features, id="bpc_main", name="Standard", is_default=True),
        new_configuration(
            state, new_features(), id="bpc_japan", name="日本", metadata={"team": "Tokyo"}
        ),
        new_configuration(state, future, id="bpc_future", name="Future"),
        new_configuration(state, new_features(), id="bpc_old", name="Old", active=False),
    ]
    return [one | {"updated": NOW + at, "created": NOW - at} for at, one in enumerate(made)]


@pytest.fixture
async def panel(
    desk: FakeDesk, tasks: Tasks, bus: ChangeBus, theme: Theme, qtbot: QtBot, until: Until
) -> ConfigurationsPanel:
    """Four configurations; Japan's was used by two customers."""
    desk.store.apply(configurations(desk), as_of=NOW)
    for customer in ("cus_00000000000001", "cus_00000000000002"):
        entry = desk.journal.begin(
            kind="link", customer=customer, summary="Link", configuration="bpc_japan"
        )
        desk.journal.finish(entry, "done")
    panel = ConfigurationsPanel(desk, tasks, bus, theme)
    qtbot.addWidget(panel)
    panel.resize(1200, 700)
    panel.show()
    await until(lambda: len(panel.list.model.ids) == 3)
    return panel
