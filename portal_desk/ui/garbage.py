"""Python's garbage collector, on the window's thread alone.

Collecting starts wherever the next allocation happens to be, so also on the threads that read the
cache. A Qt object that dies there keeps its timers, and Qt crashes when they fire.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

INTERVAL = 500
"""Milliseconds between two looks: short, since what has piled up is looked through in one go."""


class GarbageCollector(QObject):
    """Collects from a timer, as far as Python itself would have."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, interval=INTERVAL)
        self._timer.timeout.connect(self.collect)

    def start(self) -> None:
        """Take over from Python."""
        gc.disable()
        # Modules and classes stay for ever: looking through them would stall the window.
        gc.freeze()
        self._timer.start()

    def stop(self) -> None:
        """Give back to Python."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    def collect(self) -> None:
        """Collect the oldest generation that is due, and with it the younger ones."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        due = [age for age in range(3) if counts[age] > thresholds[age]]
        if due:
            gc.collect(due[-1])
