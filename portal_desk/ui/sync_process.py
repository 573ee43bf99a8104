"""Runs the sync as a child process, and listens to what it says."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

from portal_desk.config import HOME_VARIABLE
from portal_desk.errors import CacheBusy, InvalidInput, KeyRejected
from portal_desk.models.account import Account
from portal_desk.models.progress import Progress

_log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds before a sync that ended is started again; each time twice as long."""
_BUSY_PAUSE = 20.0
_STEADY = 60.0
"""Seconds after which a sync that then ends counts as having worked."""
_QUIT_MS = 3_000
_WRITING = {"tail", "backfill", "verify"}
_HOPELESS = {KeyRejected.exit_code, InvalidInput.exit_code}


def sync_command(account: Account, *, key_by_stdin: bool) -> list[str]:
    """The command of the sync of one account."""
    command = [sys.executable, "-m", "portal_desk", "sync", "--follow", "--json", "--listen"]
    command += ["--account", account.key]
    return [*command, "--key-stdin"] if key_by_stdin else command


class SyncProcess(QObject):
    """The sync of the open account; started again, with growing pauses, when it ends by itself.

    Signals:
        progress: a Progress that the child reported, or one of phase `failed` when it ended.
        changed: the child wrote something new to the cache.
    """

    progress = Signal(object)
    changed = Signal()

    def __init__(
        self,
        command: Sequence[str],
        *,
        key: str = "",
        home: Path | None = None,
        parent: QObject | None = None,
    ) -> None:
        """Don't start yet.

        Args:
            command: the program and its arguments.
            key: the API key that the child reads from its input, where it can't look it up itself.
            home: another place for all files than the usual one.
        """
        super().__init__(parent)
        self._command = list(command)
        self._key = key
        self._pause = FIRST_PAUSE
        self._started = 0.0
        self._stopping = False
        self._last: Progress | None = None
        self._focused = False
        self._process = QProcess(self)
        if home is not None:
            environment = QProcessEnvironment.systemEnvironment()
            environment.insert(HOME_VARIABLE, str(home))
            self._process.setProcessEnvironment(environment)
        self._process.setProcessChannelMode(QProcess.ProcessChannelMode.SeparateChannels)
        self._process.started.connect(self._on_started)
        self._process.readyReadStandardOutput.connect(self._on_output)
        self._process.readyReadStandardError.connect(self._on_error_output)
        self._process.finished.connect(self._on_finished)
        self._process.errorOccurred.connect(self._on_error)
        self._again = QTimer(self, singleShot=True)
        self._again.timeout.connect(self.start)

    @property
    def running(self) -> bool:
        """Whether the child is there."""
        return self._process.state() != QProcess.ProcessState.NotRunning

    @property
    def pausing(self) -> bool:
        """Whether the child ended and will be started again."""
        return self._again.isActive()

    def start(self) -> None:
        """Start the child, unless it runs already."""
        if not self.running:
            self._stopping = False
            self._process.start(self._command[0], self._command[1:])

    def stop(self) -> None:
        """End the child and wait for it, three seconds at most."""
        self._stopping = True
        self._again.stop()
        if self.running:
            self._process.terminate()
            if not self._process.waitForFinished(_QUIT_MS):
                self._process.kill()
                self._process.waitForFinished(_QUIT_MS)

    def set_focused(self, focused: bool) -> None:
        """Say whether somebody looks: the child asks Stripe more often then."""
        if focused != self._focused:
            self._focused = focused
            self._say_focus()

    def look(self) -> None:
        """Have the events looked at now, because something was just done."""
        self._say("now")

    def verify(self) -> None:
        """Have the cache compared with Stripe."""
        self._say("verify")

    def _say_focus(self) -> None:
        self._say("focus" if self._focused else "idle")

    def _say(self, word: str) -> None:
        if self.running:
            self._process.write(f"{word}\n".encode())

    def _on_started(self) -> None:
        self._started = time.monotonic()
        self._last = None
        if self._key:
            # The key goes through the pipe alone: arguments and environments can be read by others.
            self._process.write(f"{self._key}\n".encode())

    def _on_output(self) -> None:
        while self._process.canReadLine():
            line = bytes(self._process.readLine().data())
            try:
                progress = Progress.from_json(line)
            except ValueError:
                _log.warning("The sync said something unexpected: %r", line[:200])
                continue
            before, self._last = self._last, progress
            if before is None:
                self._say_focus()  # not before: what reads the key might read further
            self.progress.emit(progress)
            if _has_written(progress, before):
                self.changed.emit()

    def _on_error_output(self) -> None:
        text = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace")
        if text.strip():
            _log.info("sync: %s", text.strip())

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._report(self._process.errorString())
            self._start_again(self._pause)

    def _on_finished(self, code: int, _status: QProcess.ExitStatus) -> None:
        self._on_output()
        if self._stopping:
            return
        _log.info("The sync ended with %s", code)
        if code in _HOPELESS:
            self._report()
        elif code == CacheBusy.exit_code:
            self._start_again(_BUSY_PAUSE)
        else:
            self._report()
            self._start_again(self._pause)

    def _report(self, message: str = "") -> None:
        last, now = self._last, int(time.time())
        said = message or (last.message if last else "") or self.tr("The sync ended unexpectedly.")
        reason = last.reason if last else ""
        self.progress.emit(
            Progress("failed", "", done=0, total=None, at=now, message=said, reason=reason)
        )

    def _start_again(self, pause: float) -> None:
        if self._started and time.monotonic() - self._started > _STEADY:
            pause = self._pause = FIRST_PAUSE
        self._again.start(int(pause * 1000))
        self._pause = min(self._pause * 2, LONGEST_PAUSE)


def _has_written(progress: Progress, before: Progress | None) -> bool:
    """Whether the cache has something new; search learns of the last of a first sync when that is over."""
    if progress.phase == "verified" or (progress.done and progress.phase in _WRITING):
        return True
    return before is not None and before.phase == "backfill" != progress.phase
