"""The window's asyncio tasks: none is lost, none fails unseen, all end with the window."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from portal_desk.errors import DeskError

T = TypeVar("T")
OnError = Callable[[DeskError], None]

_log = logging.getLogger(__name__)


class Tasks(QObject):
    """Owns every task that the window starts.

    Signals:
        failed: a DeskError that nobody else takes care of.
        bug: any other exception; its traceback is in the log.
    """

    failed = Signal(object)
    bug = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._running: dict[asyncio.Task[Any], OnError | None] = {}
        self._closed = False

    def start(
        self,
        coroutine: Coroutine[Any, Any, T],
        *,
        name: str,
        on_error: OnError | None = None,
        owner: QObject | None = None,
    ) -> asyncio.Task[T]:
        """Run `coroutine` on the window's loop.

        `on_error` gets a DeskError instead of the signal `failed`; bugs are logged in either case.
        With `owner`, the task is cancelled when that is destroyed: what it works on is no longer there.
        Once this is closed, nothing is run any more: the task is cancelled from the start.
        """
        task = asyncio.get_running_loop().create_task(coroutine, name=name)
        if owner is not None:
            gone = owner.destroyed.connect(lambda _owner=None: task.cancel())
            task.add_done_callback(lambda _task: QObject.disconnect(gone))
        self._running[task] = on_error
        task.add_done_callback(self._on_done)
        if self._closed:
            task.cancel()
        return task

    @property
    def closed(self) -> bool:
        """Whether the window is going away; whoever starts tasks by a timer asks first."""
        return self._closed

    @property
    def running(self) -> list[str]:
        """The names of the tasks that are not done."""
        return [task.get_name() for task in self._running]

    async def close(self) -> None:
        """Stop every task, wait until all have ended, and let no other one run."""
        self._closed = True
        own = asyncio.current_task()
        others = [task for task in self._running if task is not own]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _on_done(self, task: asyncio.Task[Any]) -> None:
        on_error = self._running.pop(task, None)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, DeskError):
            _log.info("%s: %s: %s", task.get_name(), type(error).__name__, error.title)
            (on_error or self.failed.emit)(error)
        elif error is not None:
            _log.error("bug in %s", task.get_name(), exc_info=error)
            self.bug.emit(error)
