"""Sends one draft at a time, and finds out what came of it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from portal_desk.errors import DeskError, OutcomeUnknown, StripeError
from portal_desk.models.json import Json
from portal_desk.services.configurations.saving import KIND, ChangedMeanwhile
from portal_desk.services.desk import Desk
from portal_desk.ui.tasks import Tasks


class Saver(QObject):
    """Saves drafts of configurations.

    Attributes:
        is_sending: whether a draft is on its way.
        is_uncertain: whether a draft was sent and no answer came: it must not be sent again.

    Signals:
        changed: one of these is different.
        saved: it is done: what came of it (`Saved`), and what the configuration was before, or None.
        overtaken: someone else was faster: what Stripe has now, and the draft.
        refused: Stripe said no (`StripeError`).
        failed: anything else was in the way (`DeskError`).
        settled: what came of a draft that had no answer (`JournalEntry`), or None where that is still not known.
    """

    changed = Signal()
    saved = Signal(object, object)
    overtaken = Signal(object, object)
    refused = Signal(object)
    failed = Signal(object)
    settled = Signal(object)

    def __init__(self, desk: Desk, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tasks = tasks
        self.is_sending = False
        self.is_uncertain = False

    def save(self, base: Json | None, draft: Json) -> None:
        """Send what differs from `base`, or a new configuration where there is none."""
        self._tasks.start(self._save(base, draft), name="save a configuration")

    def check(self) -> None:
        """Find out, by reading, what came of a draft without an answer."""
        self._tasks.start(
            self._check(), name="find out what came of saving", on_error=self.failed.emit
        )

    def reset(self) -> None:
        """Begin with another draft."""
        self.is_uncertain = False

    async def _save(self, base: Json | None, draft: Json) -> None:
        service = self._desk.configurations
        self._set_sending(True)
        try:
            saved = await (service.update(base, draft) if base else service.create(draft))
        except ChangedMeanwhile as overtaken:
            tell = partial(self.overtaken.emit, overtaken.theirs, draft)
        except StripeError as error:
            tell = partial(self.refused.emit, error)
        except DeskError as error:
            self.is_uncertain = isinstance(error, OutcomeUnknown)
            tell = partial(self.failed.emit, error)
        else:
            tell = partial(self.saved.emit, saved, base)
        finally:
            self._set_sending(False)
        tell()

    async def _check(self) -> None:
        entries = await self._desk.actions.reconcile()
        settled = next((one for one in reversed(entries) if one.kind == KIND), None)
        self.is_uncertain = settled is None
        self.changed.emit()
        self.settled.emit(settled)

    def _set_sending(self, sending: bool) -> None:
        self.is_sending = sending
        self.changed.emit()
