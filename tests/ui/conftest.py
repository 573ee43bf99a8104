"""The window's tests run on Qt's own event loop, as the window does."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import Protocol, TypeVar

import pytest
import qasync
from PySide6.QtWidgets import QApplication

from portal_desk.ui.change_bus import ChangeBus
from portal_desk.ui.settings_store import SettingsStore
from portal_desk.ui.tasks import Tasks
from portal_desk.ui.theme import Theme

from .world import FakeDesk, make_desk

Result = TypeVar("Result")

_loops: list[asyncio.AbstractEventLoop] = []
"""Kept to the end: a closed loop has Qt timers, which a worker thread's garbage collection would free there."""


class _Loop(qasync.QEventLoop):  # type: ignore[misc] - qasync has no types
    """qasync's loop. After its end it lets Qt's timers fire once more: tasks that go on then look for their loop."""

    def run_forever(self) -> int:
        try:
            return int(super().run_forever())
        finally:
            asyncio._set_running_loop(self)

    def run_until_complete(self, future: Awaitable[Result]) -> Result:
        try:
            done: Result = super().run_until_complete(future)
        finally:
            asyncio._set_running_loop(None)
        return done


def _qt_loop() -> asyncio.AbstractEventLoop:
    loop = _Loop(QApplication.instance() or QApplication([]))
    _loops.append(loop)
    return loop


@pytest.hookimpl
def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Asynchronous tests of the window run on qasync's loop."""
    return {"qt": _qt_loop}


@pytest.fixture(autouse=True)
def _garbage_is_collected_on_the_main_thread() -> Iterator[None]:
    """A Qt object that Python destroys on another thread leaves timers behind, which crash later."""
    gc.disable()
    yield
    gc.collect(1)


@pytest.fixture(autouse=True)
def _qt_works_only_while_the_loop_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between a fixture and its test pytest-qt lets Qt's timers fire, and asyncio's loop stands still."""
    monkeypatch.setattr("pytestqt.plugin._process_events", lambda: None)


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    """The light theme."""
    theme = Theme("light")
    theme.apply(qapp)
    return theme


@pytest.fixture
def tasks(qapp: QApplication) -> Tasks:
    """The window's tasks."""
    return Tasks()


@pytest.fixture
def bus(qapp: QApplication) -> ChangeBus:
    """The window's change bus."""
    return ChangeBus()


@pytest.fixture
def settings() -> SettingsStore:
    """Settings that are kept in memory alone."""
    return SettingsStore()


class Until(Protocol):
    """Waits until something holds."""

    async def __call__(self, condition: Callable[[], object], *, seconds: float = 5.0) -> None: ...


async def until(condition: Callable[[], object], *, seconds: float = 5.0) -> None:
    """Let the loop run until `condition` holds; fails where it never does."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - most of what Qt does sets no asyncio.Event
            await asyncio.sleep(0.005)


@pytest.fixture(name="until")
def _until() -> Until:
    """See `until`."""
    return until


@pytest.fixture
async def desk(tmp_path: Path, tasks: Tasks) -> AsyncIterator[FakeDesk]:
    """A desk over a cache with 60 customers; at the end, tasks have stopped and it is closed."""
    desk = make_desk(tmp_path)
    yield desk
    await tasks.close()
    await desk.close()
