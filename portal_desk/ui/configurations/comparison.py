"""Two configurations field by field: only what differs, unless all is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from portal_desk.models.json import Json
from portal_desk.services.configurations.comparing import Difference, compare
from portal_desk.ui import format as fmt
from portal_desk.ui.configuration_titles import configuration_title
from portal_desk.ui.configurations.words import Catalogue, field_name, sections, tr, value_words
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import (
    Button,
    Card,
    Heading,
    IconButton,
    ScrolledColumn,
    SectionTitle,
    Text,
    clear_layout,
)
from portal_desk.ui.widgets.labels import breakable

_FIELD_SHARE, _VALUE_SHARE = 2, 3
_GAP = 18
_OVER_THE_COLUMNS = (35, 8, 35, 4)
"""Margins that bring the choices over the values of theirs."""


class Comparison(QWidget):
    """Two configurations beside each other.

    Signals:
        left: the way back was pressed.
    """

    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._configurations: Sequence[Json] = ()
        self._catalogue = Catalogue()
        self.back = Button(self.tr("Back"), "ghost", theme=theme, icon_name="arrow-left")
        self.one, self.other = QComboBox(), QComboBox()
        self.swap = IconButton(theme, "arrows-left-right", self.tr("Swap sides"))
        self.equal_too = QCheckBox(self.tr("Equal fields too"))
        self.summary = Text("", "muted")
        self.table = ScrolledColumn()
        self._lay_out()
        self._connect()

    def show_configurations(self, configurations: Sequence[Json], catalogue: Catalogue) -> None:
        """Offer these to choose from."""
        self._configurations, self._catalogue = configurations, catalogue
        for combo in (self.one, self.other):
            chosen, blocker = combo.currentData(), QSignalBlocker(combo)
            combo.clear()
            for configuration in configurations:
                combo.addItem(configuration_title(configuration), configuration["id"])
            combo.setCurrentIndex(max(combo.findData(chosen), 0))
            blocker.unblock()
        self._show()

    def choose(self, one: str, other: str) -> None:
        """Compare these two (ids)."""
        for combo, wanted in ((self.one, one), (self.other, other)):
            combo.setCurrentIndex(max(combo.findData(wanted), 0))
        self.one.setFocus()

    def differences(self) -> list[Difference]:
        """What the two on show differ in."""
        return [one for one in self._compared() if not one.is_equal]

    def _compared(self) -> list[Difference]:
        known = {one["id"]: one for one in self._configurations}
        return compare(
            known.get(self.one.currentData(), {}), known.get(self.other.currentData(), {})
        )

    def _show(self) -> None:
        clear_layout(self.table.column)
        found = self._compared()
        different = sum(not one.is_equal for one in found)
        self.summary.setText(
            fmt.counted(different, self.tr("1 field differs"), self.tr("{n} fields differ"))
            if different
            else self.tr("No field differs")
        )
        shown = [one for one in found if self.equal_too.isChecked() or not one.is_equal]
        for title, fields in _by_section(shown):
            self.table.column.addWidget(self._section(title, fields))
        self.table.column.addStretch(1)

    def _section(self, title: str, fields: Sequence[Difference]) -> QWidget:
        card = Card()
        card.column.addWidget(SectionTitle(title))
        grid = QGridLayout()
        grid.setHorizontalSpacing(_GAP)
        grid.setVerticalSpacing(7)
        _share_width(grid)
        for line, one in enumerate(fields):
            self._add_line(grid, line, one)
        card.column.addLayout(grid)
        return card

    def _add_line(self, grid: QGridLayout, line: int, one: Difference) -> None:
        name = field_name(one.path, self._catalogue)
        values = [value_words(one.path, value, self._catalogue) for value in (one.left, one.right)]
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(Text(breakable(name), "key", wrap=True), line, 0, top)
        for column, words in enumerate(values, 1):
            label = Text(
                breakable(words), "muted" if one.is_equal else "body", wrap=True, selectable=True
            )
            label.setAccessibleName(f"{name}: {words}")
            grid.addWidget(label, line, column, top)

    def _on_swap(self) -> None:
        one, other = self.one.currentData(), self.other.currentData()
        self.choose(other, one)

    def _connect(self) -> None:
        self.back.clicked.connect(self.left)
        inside = Qt.ShortcutContext.WidgetWithChildrenShortcut
        QShortcut("Esc", self, self.left.emit, context=inside)
        self.swap.clicked.connect(self._on_swap)
        self.one.currentIndexChanged.connect(self._show)
        self.other.currentIndexChanged.connect(self._show)
        self.equal_too.toggled.connect(self._show)

    def _lay_out(self) -> None:
        self.one.setAccessibleName(self.tr("First configuration"))
        self.other.setAccessibleName(self.tr("Second configuration"))
        for combo in (self.one, self.other):
            combo.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            combo.setMinimumContentsLength(8)
        head = QHBoxLayout()
        head.setContentsMargins(12, 8, 20, 0)
        head.setSpacing(12)
        head.addWidget(self.back)
        head.addWidget(Heading(self.tr("Compare")), 1)
        head.addWidget(self.summary)
        head.addWidget(self.equal_too)
        which = QGridLayout()
        which.setContentsMargins(*_OVER_THE_COLUMNS)
        which.setHorizontalSpacing(_GAP)
        which.addWidget(self.swap, 0, 0, Qt.AlignmentFlag.AlignRight)
        which.addWidget(self.one, 0, 1)
        which.addWidget(self.other, 0, 2)
        _share_width(which)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(head)
        outer.addLayout(which)
        outer.addWidget(self.table, 1)
        self.setObjectName("surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)


def _share_width(grid: QGridLayout) -> None:
    """The same three columns everywhere, whatever is in them."""
    for column, share in enumerate((_FIELD_SHARE, _VALUE_SHARE, _VALUE_SHARE)):
        grid.setColumnStretch(column, share)
        grid.setColumnMinimumWidth(column, 1)


def _by_section(fields: Iterable[Difference]) -> list[tuple[str, list[Difference]]]:
    known = [one for one in fields if one.known]
    unknown = [one for one in fields if not one.known]
    found = [
        (title, [one for one in known if one.path.startswith(begins)])
        for title, begins in sections()
    ]
    found.append((tr("Not known to this version of Portal Desk"), unknown))
    return [(title, some) for title, some in found if some]
