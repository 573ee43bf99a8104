"""A desk on the sandbox's own business, and its preview."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from portal_desk.sandbox.state import State
from portal_desk.services.desk import Desk
from portal_desk.ui.portal_preview.preview_panel import PortalPreviewPanel
from portal_desk.ui.tasks import Tasks
from portal_desk.ui.theme import Theme

from ..world import sandbox_desk, sandbox_state


@pytest.fixture(scope="module")
def world() -> State:
    """The sandbox's own business."""
    return sandbox_state(40)


@pytest.fixture
async def desk(tmp_path: Path, tasks: Tasks, world: State) -> AsyncIterator[Desk]:
    """A desk whose cache holds that business."""
    desk = sandbox_desk(tmp_path, world)
    yield desk
    await tasks.close()
    await desk.close()


@pytest.fixture
async def panel(desk: Desk, tasks: Tasks, theme: Theme, qtbot: QtBot) -> PortalPreviewPanel:
    """The preview, 900 pixels wide."""
    panel = PortalPreviewPanel(desk, tasks, theme)
    qtbot.addWidget(panel)
    panel.resize(900, 900)
    panel.show()
    return panel
