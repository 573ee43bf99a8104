"""Undoing a cancellation that has not happened yet."""

from __future__ import annotations

from functools import partial

from portal_desk.models.actions import ResumeRequest
from portal_desk.models.json import ends_at
from portal_desk.ui import format as fmt
from portal_desk.ui.dialogs.base import ActionDialog, Preparation
from portal_desk.ui.dialogs.subjects import plan_line
from portal_desk.ui.widgets import Text


class ResumeDialog(ActionDialog):
    """Keeps a subscription that is scheduled to be cancelled."""

    def title(self) -> str:
        return self.tr("Keep {plan}").format(plan=plan_line(self._snapshot, self._subscription))

    def dismiss_text(self) -> str:
        return self.tr("Leave it cancelled")

    def fill_inputs(self) -> None:
        self._explanation = Text("", wrap=True)
        self.input_column.addWidget(self._explanation)
        self._describe()
        self.start()

    def prepare(self) -> Preparation:
        return partial(self._desk.actions.prepare_resume, ResumeRequest(self._subscription["id"]))

    def confirm_text(self) -> str:
        return self.tr("Undo cancellation")

    def on_snapshot_changed(self) -> None:
        self._describe()

    def _describe(self) -> None:
        end = ends_at(self._subscription)
        self._explanation.setText(
            self.tr("This subscription is set to end on {date}.").format(date=fmt.date(end or 0))
        )
        self._explanation.setVisible(end is not None)
