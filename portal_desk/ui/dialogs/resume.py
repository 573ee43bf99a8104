"""Undoing a cancellation that has not happened yet."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from portal_desk.models.actions import ResumeRequest
from portal_desk.models.json import ends_at
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.services.actions.wording import date
from portal_desk.ui.dialogs.base import ActionDialog, Preparation
from portal_desk.ui.dialogs.subjects import plan_line, subscription_of
from portal_desk.ui.dialogs.words import tr
from portal_desk.ui.tasks import Tasks
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import Text

if TYPE_CHECKING:
    from portal_desk.services.desk import Desk


class ResumeDialog(ActionDialog):
    """Keeps a subscription that is scheduled to be cancelled.

    Raises:
        NotFound: the customer has no such subscription.
    """

    def __init__(
        self,
        desk: Desk,
        tasks: Tasks,
        snapshot: CustomerSnapshot,
        subscription_id: str | None,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        subscription = subscription_of(snapshot, subscription_id)
        super().__init__(
            desk,
            tasks,
            snapshot,
            subscription,
            theme,
            title=tr("Keep {plan}").format(plan=plan_line(snapshot, subscription)),
            dismiss=tr("Leave it cancelled"),
            kind="primary",
            parent=parent,
        )
        self._explanation = Text("", wrap=True)
        column = QVBoxLayout(self.inputs)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._explanation)
        self._describe()
        self.start()

    def prepare(self) -> Preparation:
        return partial(self._desk.actions.prepare_resume, ResumeRequest(self._subscription["id"]))

    def confirm_text(self) -> str:
        return self.tr("Undo cancellation")

    def on_snapshot_changed(self) -> None:
        self._subscription = subscription_of(self._snapshot, self._subscription["id"])
        self._describe()

    def _describe(self) -> None:
        end = ends_at(self._subscription)
        self._explanation.setText(
            self.tr("This subscription is set to end on {date}.").format(date=date(end or 0))
        )
        self._explanation.setVisible(end is not None)
