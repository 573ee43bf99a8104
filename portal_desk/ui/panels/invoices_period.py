"""The chip that says when an invoice was created."""

from __future__ import annotations

from typing import Literal, get_args

from PySide6.QtCore import QDate, QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDateEdit, QHBoxLayout, QMenu, QToolButton, QWidget

from portal_desk.ui.icons import icon
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import Text, set_style

Period = Literal[
    "any", "this_month", "last_month", "this_quarter", "this_year", "last_year", "custom"
]
Days = tuple[QDate | None, QDate | None]

_QUARTER = 3
_DATE_WIDTH = 124


class PeriodChip(QWidget):
    """A choice of usual periods, or of any two days.

    Signals:
        changed: another period is meant.
    """

    changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._period: Period = "any"
        self.chip = QToolButton()
        self.first = _day_edit(self.tr("First day"))
        self.last = _day_edit(self.tr("Last day"))
        self._until = Text("–", "muted")
        self._menu = QMenu(self)
        self._lay_out()
        self.chip.clicked.connect(self._open_menu)
        self.first.dateChanged.connect(self.changed)
        self.last.dateChanged.connect(self.changed)
        self._describe()

    @property
    def period(self) -> Period:
        """What is chosen."""
        return self._period

    @property
    def days(self) -> Days:
        """The first and the last day, in this time zone; None for no limit."""
        if self._period == "custom":
            return self.first.date(), self.last.date()
        return days_of(self._period, QDate.currentDate())

    @property
    def seconds(self) -> tuple[int | None, int | None]:
        """When the period begins and when it is over (seconds UTC)."""
        first, last = self.days
        begins = int(first.startOfDay().toSecsSinceEpoch()) if first else None
        over = int(last.addDays(1).startOfDay().toSecsSinceEpoch()) if last else None
        return begins, over

    def choose(self, period: Period) -> None:
        """Mean another period; the first time, two days of one's own begin as the last 30 days."""
        if period != self._period:
            self._period = period
            self._describe()
            self.changed.emit()

    def _lay_out(self) -> None:
        self.first.setDate(QDate.currentDate().addDays(-29))
        self.last.setDate(QDate.currentDate())
        self.chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.chip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        set_style(self.chip, kind="chip", on="false")
        for period in get_args(Period):
            action = QAction(self._words(period), self._menu)
            action.triggered.connect(lambda _on=False, chosen=period: self.choose(chosen))
            self._menu.addAction(action)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        for widget in (self.chip, self.first, self._until, self.last):
            line.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)

    def _open_menu(self) -> None:
        self._menu.popup(self.chip.mapToGlobal(QPoint(0, self.chip.height() + 2)))

    def _describe(self) -> None:
        chosen, custom = self._period != "any", self._period == "custom"
        title = self.tr("Created")
        text = f"{title}: {self._words(self._period)}" if chosen and not custom else title
        self.chip.setText(text)
        self.chip.setAccessibleName(text)
        self.chip.setIcon(icon(self._theme, "caret-down", "link" if chosen else "text_muted"))
        set_style(self.chip, on="true" if chosen else "false")
        for widget in (self.first, self._until, self.last):
            widget.setVisible(custom)

    def _words(self, period: Period) -> str:
        return {
            "any": self.tr("Any time"),
            "this_month": self.tr("This month"),
            "last_month": self.tr("Last month"),
            "this_quarter": self.tr("This quarter"),
            "this_year": self.tr("This year"),
            "last_year": self.tr("Last year"),
            "custom": self.tr("Choose days…"),
        }[period]


def days_of(period: Period, today: QDate) -> Days:
    """The first and the last day of a usual period; no limits for any other."""
    month = QDate(today.year(), today.month(), 1)
    quarter = QDate(today.year(), (today.month() - 1) // _QUARTER * _QUARTER + 1, 1)
    year = QDate(today.year(), 1, 1)
    found: dict[str, Days] = {
        "this_month": (month, month.addMonths(1).addDays(-1)),
        "last_month": (month.addMonths(-1), month.addDays(-1)),
        "this_quarter": (quarter, quarter.addMonths(_QUARTER).addDays(-1)),
        "this_year": (year, year.addYears(1).addDays(-1)),
        "last_year": (year.addYears(-1), year.addDays(-1)),
    }
    return found.get(period, (None, None))


def _day_edit(name: str) -> QDateEdit:
    edit = QDateEdit()
    edit.setAccessibleName(name)
    edit.setCalendarPopup(True)
    edit.setFixedWidth(_DATE_WIDTH)
    # The style sheet's padding does not reach the text inside.
    edit.lineEdit().setTextMargins(6, 0, 0, 0)
    return edit
