"""No task of the window is lost, and none fails unseen."""

from __future__ import annotations

import asyncio
import logging

import pytest
from PySide6.QtCore import QObject

from portal_desk.errors import DeskError, Offline
from portal_desk.ui.tasks import Tasks

from .conftest import Until


async def _fail(error: Exception) -> None:
    await asyncio.sleep(0)
    raise error


async def test_a_known_problem_is_announced(tasks: Tasks, until: Until) -> None:
    told: list[DeskError] = []
    tasks.failed.connect(told.append)
    error = Offline("No answer.")
    tasks.start(_fail(error), name="read")
    await until(lambda: told)
    assert told == [error]


async def test_whoever_asked_can_take_care_of_a_problem_alone(tasks: Tasks, until: Until) -> None:
    told: list[DeskError] = []
    mine: list[DeskError] = []
    tasks.failed.connect(told.append)
    tasks.start(_fail(Offline("No answer.")), name="read", on_error=mine.append)
    await until(lambda: mine)
    assert told == []


async def test_a_bug_leaves_its_traceback_in_the_log(
    tasks: Tasks, until: Until, caplog: pytest.LogCaptureFixture
) -> None:
    found: list[BaseException] = []
    tasks.bug.connect(found.append)
    with caplog.at_level(logging.ERROR):
        tasks.start(_fail(ZeroDivisionError("oh")), name="divide")
        await until(lambda: found)
    assert isinstance(found[0], ZeroDivisionError)
    assert "divide" in caplog.text
    assert "Traceback" in caplog.text


async def test_closing_stops_what_runs_and_waits_for_it(tasks: Tasks) -> None:
    ended: list[str] = []

    async def run() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("tidied up")

    tasks.start(run(), name="wait")
    await asyncio.sleep(0)
    assert tasks.running == ["wait"]
    await tasks.close()
    assert ended == ["tidied up"]
    assert tasks.running == []


async def test_a_cancelled_task_is_no_problem(tasks: Tasks, until: Until) -> None:
    told: list[object] = []
    tasks.failed.connect(told.append)
    tasks.bug.connect(told.append)
    task = tasks.start(asyncio.sleep(60), name="wait")
    task.cancel()
    await until(lambda: not tasks.running)
    assert told == []
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_nothing_starts_in_a_window_that_is_going_away(tasks: Tasks, until: Until) -> None:
    ran: list[bool] = []

    async def run() -> None:
        ran.append(True)

    await tasks.close()
    task = tasks.start(run(), name="late")
    await until(task.cancelled)
    assert ran == []


async def test_what_works_on_a_widget_ends_with_it(tasks: Tasks, until: Until) -> None:
    owner = QObject()
    task = tasks.start(asyncio.sleep(60), name="draw", owner=owner)
    owner.deleteLater()
    await until(task.done)
    assert task.cancelled()


async def test_what_has_ended_does_not_mind_that_its_widget_goes(
    tasks: Tasks, until: Until
) -> None:
    owner = QObject()
    task = tasks.start(asyncio.sleep(0), name="draw", owner=owner)
    await task
    gone: list[bool] = []
    owner.destroyed.connect(lambda: gone.append(True))
    owner.deleteLater()
    await until(lambda: gone)
    assert not task.cancelled()
