"""Tells the panels which mirrored objects are different now."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class ChangeBus(QObject):
    """Each panel listens and decides for itself whether to refresh.

    Signals:
        changed: a `models.changes.ChangeSet`, from an action or a refresh of this desk.
        tail_advanced: the sync process wrote to the cache; which objects is not known.
        journal_changed: the id of the customer about whom something was journaled.
    """

    changed = Signal(object)
    tail_advanced = Signal()
    journal_changed = Signal(str)
