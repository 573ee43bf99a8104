"""A wall of the sandbox's own business."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from portal_desk.sandbox.state import State
from portal_desk.services.desk import Desk
from portal_desk.ui.change_bus import ChangeBus
from portal_desk.ui.language_wall.panel import LanguageWallPanel
from portal_desk.ui.settings_store import SettingsStore
from portal_desk.ui.tasks import Tasks
from portal_desk.ui.theme import Theme

from ..conftest import Until
from ..world import sandbox_desk, sandbox_state


@pytest.fixture(scope="module")
def world() -> State:
    """The sandbox's own business."""
    return sandbox_state(20)


@pytest.fixture
async def desk(tmp_path: Path, tasks: Tasks, world: State) -> AsyncIterator[Desk]:
    """A desk whose cache holds that business."""
    desk = sandbox_desk(tmp_path, world)
    yield desk
    await tasks.close()
    await desk.close()


@pytest.fixture
async def wall(
    desk: Desk, tasks: Tasks, bus: ChangeBus, theme: Theme, qtbot: QtBot, until: Until
) -> LanguageWallPanel:
    """The wall, with every language drawn."""
    panel = LanguageWallPanel(desk, tasks, bus, theme, settings=SettingsStore())
    qtbot.addWidget(panel)
    panel.resize(1180, 700)
    panel.show()
    await until(lambda: all(tile.picture for tile in panel.model.tiles), seconds=20)
    await until(lambda: not tasks.running)
    return panel
