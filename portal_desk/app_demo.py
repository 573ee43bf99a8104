"""The demo: a sandbox process of its own, with caches and journals that vanish with it."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QObject, QProcess

from portal_desk.config import Paths
from portal_desk.errors import DeskError
from portal_desk.models.account import Account
from portal_desk.services.accounts import Accounts

READY = "Sandbox ready at "
_LONGEST_START = 60.0
_QUIT_MS = 3_000


class DemoError(DeskError):
    """The sandbox did not start."""

    title = "The demo can't start"


class Demo(QObject):
    """Runs the sandbox, and connects to it as to any account.

    Nothing of a demo is kept: another one begins with the same customers, untouched.

    Attributes:
        paths: the demo's own folders, deleted by `stop`.
        accounts: the demo's own list of accounts.
    """

    def __init__(self, customers: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = tempfile.TemporaryDirectory(prefix="portal-desk-demo-")
        home = Path(self._folder.name)
        self.home = home
        self.paths = Paths(home / "data", home / "config", home / "log")
        self.accounts = Accounts(self.paths)
        self._customers = customers
        self._process = QProcess(self)
        self._ready: asyncio.Future[str] | None = None
        self._process.readyReadStandardOutput.connect(self._on_output)
        self._process.finished.connect(self._on_ended)
        self._process.errorOccurred.connect(self._on_ended)

    async def start(self) -> Account:
        """Start the sandbox and connect to it.

        Raises:
            DemoError: it ended, or said nothing for a minute.
        """
        from portal_desk.sandbox.keys import FULL_KEY  # noqa: PLC0415 - only a demo needs it

        url = await self._start_sandbox()
        return await self.accounts.connect(FULL_KEY, api_base=url, key_place="session")

    def stop(self) -> None:
        """End the sandbox, three seconds at most, and delete what the demo kept."""
        self._process.blockSignals(True)
        if self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.terminate()
            if not self._process.waitForFinished(_QUIT_MS):
                self._process.kill()
                self._process.waitForFinished(_QUIT_MS)
        self._folder.cleanup()

    async def _start_sandbox(self) -> str:
        self._ready = asyncio.get_running_loop().create_future()
        arguments = ["-m", "portal_desk.sandbox", "--port", "0"]
        arguments += ["--customers", str(self._customers), "--seed", "1"]
        self._process.start(sys.executable, arguments)
        try:
            async with asyncio.timeout(_LONGEST_START):
                return await self._ready
        except TimeoutError as error:
            raise _failed("It did not answer within a minute.") from error

    def _on_output(self) -> None:
        while self._process.canReadLine():
            line = bytes(self._process.readLine().data()).decode().strip()
            if line.startswith(READY) and self._ready is not None and not self._ready.done():
                self._ready.set_result(line.removeprefix(READY))

    def _on_ended(self) -> None:
        if self._ready is not None and not self._ready.done():
            said = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace")
            last = said.strip().splitlines()[-1:] or [self._process.errorString()]
            self._ready.set_exception(_failed(last[0]))


def _failed(why: str) -> DemoError:
    return DemoError(f"The sandbox process ended: {why}", "Look into the log for more.")
