"""Cancelling a subscription on the customer's behalf."""

from __future__ import annotations

from functools import partial
from typing import Literal

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from portal_desk.models.actions import CancelRequest
from portal_desk.models.json import ends_at, period_end
from portal_desk.ui import format as fmt
from portal_desk.ui.dialogs.base import ActionDialog, Preparation
from portal_desk.ui.dialogs.fields import Choices, Field, indent_of, lines_high
from portal_desk.ui.dialogs.subjects import plan_line
from portal_desk.ui.dialogs.words import feedback_choices

When = Literal["now", "period_end"]


class CancelDialog(ActionDialog):
    """Cancels one subscription when its period ends, or now."""

    kind = "danger"

    def title(self) -> str:
        plan = plan_line(self._snapshot, self._subscription)
        return self.tr("Cancel {plan}").format(plan=plan)

    def dismiss_text(self) -> str:
        return self.tr("Keep subscription")

    def fill_inputs(self) -> None:
        self.when: Choices[When] = Choices([("period_end", "", ""), ("now", "", "")])
        self.prorate = QCheckBox(self.tr("Credit the unused time"))
        self.invoice_now = QCheckBox(self.tr("Make a final invoice"))
        self.reason = QComboBox()
        self.comment = QPlainTextEdit()
        self._options = QWidget()
        self._lay_out_inputs()
        self._fill()
        self._listen()
        self.start()

    def prepare(self) -> Preparation:
        return partial(self._desk.actions.prepare_cancel, self.request())

    def request(self) -> CancelRequest:
        """The inputs as they are now."""
        now = self.when.value == "now"
        return CancelRequest(
            subscription=self._subscription["id"],
            when=self.when.value,
            feedback=self.reason.currentData(),
            comment=self.comment.toPlainText().strip(),
            prorate=now and self.prorate.isChecked(),
            invoice_now=now and self.invoice_now.isChecked(),
        )

    def confirm_text(self) -> str:
        if self.when.value == "now":
            return self.tr("Cancel subscription now")
        return self.tr("Cancel on {date}").format(date=self._end())

    def on_snapshot_changed(self) -> None:
        self._describe()

    def _lay_out_inputs(self) -> None:
        options = QHBoxLayout(self._options)
        options.setContentsMargins(indent_of(self.when.button("now")), 0, 0, 0)
        options.setSpacing(18)
        options.addWidget(self.prorate)
        options.addWidget(self.invoice_now)
        options.addStretch(1)
        when = QVBoxLayout()
        when.setSpacing(2)
        when.addWidget(self.when)
        when.addWidget(self._options)
        self.input_column.addLayout(when)
        self.input_column.addWidget(Field(self.tr("Reason"), self.reason))
        self.input_column.addWidget(Field(self.tr("Comment"), self.comment))

    def _fill(self) -> None:
        self.reason.addItem(self.tr("No reason given"), None)
        for value, words in feedback_choices():
            self.reason.addItem(words, value)
        self.comment.setPlaceholderText(
            self.tr("In the customer’s own words; kept with the subscription")
        )
        self.comment.setTabChangesFocus(True)
        lines_high(self.comment, 2)
        self._describe()
        self._show_options()

    def _describe(self) -> None:
        obstacle = self._period_end_obstacle()
        self.when.describe(
            "period_end",
            self.tr("When the period ends, on {date}").format(date=self._end()),
            obstacle
            or self.tr("Everything stays usable until then, and the cancellation can be undone."),
        )
        self.when.describe("now", self.tr("Now"), self.tr("It ends at once and can’t be undone."))
        self.when.set_possible("period_end", possible=not obstacle)
        if obstacle:
            self.when.choose("now")

    def _period_end_obstacle(self) -> str:
        """Why only an end at once is left; empty where there is a choice."""
        scheduled = ends_at(self._subscription)
        if scheduled is not None:
            return self.tr("It is set to end on {date} already.").format(date=fmt.date(scheduled))
        if self._subscription["status"] == "incomplete":
            return self.tr("Nothing was paid yet, so there is no period to wait for.")
        return ""

    def _listen(self) -> None:
        self.when.changed.connect(self._on_when_changed)
        self.reason.currentIndexChanged.connect(self.on_input_changed)
        self.comment.textChanged.connect(self.on_input_changed)
        self.prorate.toggled.connect(self.on_input_changed)
        self.invoice_now.toggled.connect(self.on_input_changed)

    def _on_when_changed(self) -> None:
        self._show_options()
        self.on_input_changed()

    def _show_options(self) -> None:
        self._options.setVisible(self.when.value == "now")

    def _end(self) -> str:
        end = period_end(self._subscription)
        return self.tr("an unknown date") if end is None else fmt.date(end)
