"""What would happen: the part of a dialog that shows a plan before its button can be pressed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from portal_desk.errors import DeskError, InvalidInput, NotFound, NotPossible
from portal_desk.models.actions import ActionPlan, PreviewLine
from portal_desk.models.money import Money
from portal_desk.portal.document import Tone
from portal_desk.ui import format as fmt
from portal_desk.ui.dialogs.spinner import Spinner
from portal_desk.ui.icons import pixmap
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import Button, Card, HSeparator, Text, row
from portal_desk.ui.widgets.labels import Role

_ICON, _GAP = 16, 8
_FINAL = (NotPossible, InvalidInput, NotFound)
"""What another try would not change."""


class Consequences(Card):
    """Shows that a plan is being made, the plan, or why there is none.

    Signals:
        retry_requested: there should be another try at what failed.
    """

    retry_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._draw: Callable[[], None] = self._clear
        self._spinner = Spinner(theme)
        self._waiting = Text("", "muted")
        self._contents: QWidget | None = None
        line = QHBoxLayout()
        line.addWidget(self._spinner)
        line.addWidget(self._waiting, 1)
        self.column.addLayout(line)
        self.column.addStretch(1)
        theme.changed.connect(self._on_theme_changed)

    def show_waiting(self, text: str) -> None:
        """Say that the plan is being made; meanwhile the dialog keeps its height, so that nothing jumps."""
        self._waiting.setText(text)
        self.setMinimumHeight(self.height() if self._contents else 0)
        self._show(self._clear, waiting=True)

    def show_plan(self, plan: ActionPlan) -> None:
        """Show exactly what would happen."""
        self._show(lambda: self._draw_plan(plan))

    def show_error(self, error: DeskError) -> None:
        """Say why there is no plan, and what to do."""
        self._show(lambda: self._draw_error(error))

    def show_hint(self, text: str) -> None:
        """Say what is still needed."""
        self._show(lambda: self._draw_message("neutral", "", text, ""))

    @property
    def text(self) -> str:
        """All that is shown, line by line."""
        if self._contents is None:
            return self._waiting.text()
        return "\n".join(label.text() for label in self._contents.findChildren(Text))

    def _show(self, draw: Callable[[], None], *, waiting: bool = False) -> None:
        self._spinner.setVisible(waiting)
        self._waiting.setVisible(waiting)
        self._draw = draw
        draw()
        if not waiting:
            self.setMinimumHeight(0)
        self.setAccessibleName(self.text)

    def _on_theme_changed(self) -> None:
        self._draw()

    def _clear(self) -> None:
        self._fresh(keep=False)

    def _fresh(self, *, keep: bool = True) -> QVBoxLayout:
        if self._contents is not None:
            self._contents.hide()
            self.column.removeWidget(self._contents)
            self._contents.deleteLater()
            self._contents = None
        column = QVBoxLayout()
        if keep:
            self._contents = QWidget()
            self._contents.setLayout(column)
            self.column.insertWidget(1, self._contents)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(7)
        return column

    def _draw_plan(self, plan: ActionPlan) -> None:
        column = self._fresh()
        column.addWidget(Text(plan.title, "strong", wrap=True))
        for effect in plan.effects:
            column.addWidget(self._sentence("arrow-right", "text_faint", effect))
        for warning in plan.warnings:
            column.addWidget(self._sentence("warning", "warning", warning))
        if plan.lines or plan.due_now is not None:
            column.addSpacing(2)
            column.addWidget(HSeparator())
            column.addWidget(_amounts(plan))

    def _draw_error(self, error: DeskError) -> None:
        self._draw_message("critical", error.title, error.message, error.next_step)
        layout = self._contents.layout() if self._contents else None
        if layout is not None and not isinstance(error, _FINAL):
            again = Button(_tr("Try again"))
            again.clicked.connect(self.retry_requested)
            layout.addWidget(self._indented(row(again, stretch_after=True)))

    def _draw_message(self, tone: Tone, title: str, text: str, next_step: str) -> None:
        column = self._fresh()
        icon = "info" if tone == "neutral" else "warning-circle"
        column.addWidget(self._sentence(icon, tone, title or text, "strong" if title else "muted"))
        if title:
            column.addWidget(self._indented(Text(text, wrap=True, selectable=True)))
        if next_step:
            column.addWidget(self._indented(Text(next_step, "muted", wrap=True, selectable=True)))

    def _sentence(self, icon: str, color: str, text: str, role: Role = "body") -> QWidget:
        mark = QLabel()
        mark.setPixmap(pixmap(self._theme, icon, _ICON, color))
        mark.setFixedWidth(self._icon_width)
        line = QWidget()
        layout = QHBoxLayout(line)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(_GAP)
        layout.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(Text(text, role, wrap=True, selectable=True), 1)
        return line

    def _indented(self, below: QWidget) -> QWidget:
        below.setContentsMargins(self._icon_width + _GAP, 0, 0, 0)
        return below

    @property
    def _icon_width(self) -> int:
        return round(_ICON * self._theme.text_scale)


def _amounts(plan: ActionPlan) -> QWidget:
    """Stripe's preview, line by line, amounts to the right, and what it comes to."""
    box = QWidget()
    grid = QGridLayout(box)
    grid.setContentsMargins(0, 2, 0, 0)
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(5)
    grid.setColumnStretch(0, 1)
    for line in plan.lines:
        _add_line(grid, line)
    for label, amount, role in _totals(plan):
        _add(grid, label, amount, role)
    return box


def _totals(plan: ActionPlan) -> list[tuple[str, Money, Role]]:
    found: list[tuple[str, Money, Role]] = []
    if plan.next_total is not None and plan.next_total != plan.due_now:
        found.append((_next_label(plan), plan.next_total, "body"))
    if plan.due_now is not None:
        credited = plan.due_now.amount < 0
        label = _tr("Credited") if credited else _tr("Due now")
        found.append((label, -plan.due_now if credited else plan.due_now, "strong"))
    return found


def _next_label(plan: ActionPlan) -> str:
    if plan.next_date is None or plan.invoiced_now:
        return _tr("Total")
    return _tr("Next invoice, {date}").format(date=fmt.date(plan.next_date))


def _add_line(grid: QGridLayout, line: PreviewLine) -> None:
    _add(grid, line.description, line.amount, "muted")


def _add(grid: QGridLayout, label: str, amount: Money, role: Role) -> None:
    row = grid.rowCount()
    shown = Text(fmt.money(amount.amount, amount.currency), role, selectable=True)
    shown.setFont(_tabular(shown.font()))
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
    grid.addWidget(Text(label, role, wrap=True), row, 0, Qt.AlignmentFlag.AlignTop)
    grid.addWidget(shown, row, 1, right)


def _tabular(font: QFont) -> QFont:
    """Digits of one width, so that amounts line up."""
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def _tr(text: str) -> str:
    return QCoreApplication.translate("Consequences", text)
