"""What an agent can do for the customer that is shown: the dialogs, imported when first asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QMenu, QWidget

from portal_desk.models.json import Json
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.services.desk import Desk
from portal_desk.ui.panels.customer_subscription_card import can_cancel, can_resume, can_switch
from portal_desk.ui.panels.customer_words import subscription_title
from portal_desk.ui.tasks import Tasks
from portal_desk.ui.theme import Theme

if TYPE_CHECKING:
    from portal_desk.ui.dialogs.base import ActionDialog
    from portal_desk.ui.dialogs.link import LinkDialog


class CustomerActions(QObject):
    """Opens the dialogs.

    Signals:
        completed: something was done for the customer with this id; a sentence for people.
        failed: something was refused, or has no known outcome, for the customer with this id.
    """

    completed = Signal(str, str)
    failed = Signal(str)

    def __init__(self, desk: Desk, tasks: Tasks, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tasks = tasks
        self._theme = theme
        self._widget = parent
        self._snapshot: CustomerSnapshot | None = None

    def set_snapshot(self, snapshot: CustomerSnapshot | None) -> None:
        """Act for this customer from now on, or for none."""
        self._snapshot = snapshot

    @property
    def possible(self) -> frozenset[str]:
        """Which of `link`, `cancel`, `resume`, `switch` make sense now."""
        if self._snapshot is None:
            return frozenset()
        kinds = {kind for kind in _FITS if self._candidates(kind)}
        return frozenset(kinds | {"link"})

    def ask_which(self, kind: str) -> None:
        """Open the dialog of a kind; with several subscriptions that it fits, ask for which one."""
        candidates = self._candidates(kind)
        if len(candidates) == 1:
            self.open(kind, candidates[0]["id"])
        elif candidates:
            self._ask(kind, candidates)

    def open(self, kind: str, subscription_id: str | None = None) -> None:
        """Open the dialog of a kind for one subscription, or for the customer."""
        if self._snapshot is None:
            return
        dialog = _dialog(kind)(
            self._desk, self._tasks, self._snapshot, subscription_id, self._theme, self._widget
        )
        done = self._done(kind)
        dialog.completed.connect(lambda customer: self.completed.emit(customer, done))
        dialog.failed.connect(self.failed)
        dialog.open()

    def _candidates(self, kind: str) -> list[Json]:
        fits = _FITS.get(kind)
        if self._snapshot is None or fits is None:
            return []
        return [one for one in self._snapshot.subscriptions if fits(one)]

    def _ask(self, kind: str, candidates: list[Json]) -> None:
        snapshot = self._snapshot
        if snapshot is None:
            return
        menu = QMenu(self._widget)
        menu.aboutToHide.connect(menu.deleteLater)
        for one in candidates:
            action = menu.addAction(subscription_title(snapshot, one).replace("&", "&&"))
            action.triggered.connect(lambda _on=False, at=one["id"]: self.open(kind, at))
        menu.popup(self._widget.mapToGlobal(QPoint(20, 90)))
        menu.setActiveAction(menu.actions()[0])

    def _done(self, kind: str) -> str:
        return {
            "cancel": self.tr("The subscription was cancelled as shown."),
            "resume": self.tr("The scheduled cancellation was undone."),
            "switch": self.tr("The plan was switched as shown."),
            "link": self.tr("A portal link was issued."),
        }[kind]


_FITS: dict[str, Callable[[Json], bool]] = {
    "cancel": can_cancel,
    "resume": can_resume,
    "switch": can_switch,
}


def _dialog(kind: str) -> Callable[..., ActionDialog | LinkDialog]:
    # Each is imported with its services when it is first opened: none is needed to show the window.
    if kind == "cancel":
        from portal_desk.ui.dialogs.cancel import CancelDialog  # noqa: PLC0415

        return CancelDialog
    if kind == "resume":
        from portal_desk.ui.dialogs.resume import ResumeDialog  # noqa: PLC0415

        return ResumeDialog
    if kind == "switch":
        from portal_desk.ui.dialogs.switch import SwitchDialog  # noqa: PLC0415

        return SwitchDialog
    from portal_desk.ui.dialogs.link import LinkDialog  # noqa: PLC0415

    return LinkDialog
