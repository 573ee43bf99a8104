"""The list of configurations: found as you type, sorted, unused ones marked, inactive ones put aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from portal_desk.services.configurations.selecting import Selection, Sort, select
from portal_desk.services.configurations.uses import Overview
from portal_desk.ui import format as fmt
from portal_desk.ui.configurations.columns import ConfigurationRow, configuration_columns
from portal_desk.ui.panels.listing import Listing
from portal_desk.ui.settings_store import SettingsStore
from portal_desk.ui.tables import DeskTable, LazyTableModel
from portal_desk.ui.tasks import Tasks
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import Button, EmptyState
from portal_desk.ui.widgets.chips import ToggleChip
from portal_desk.ui.widgets.flow import FlowLayout
from portal_desk.ui.widgets.search_box import SearchBox

_TEXT_WIDTH = 230
_DESCENDING_FIRST = frozenset({"customers", "last", "updated"})


class ConfigurationList(QWidget):
    """All configurations in a table, with a search and two filters above it.

    Signals:
        chosen: another configuration is current, or none.
        opened: Enter or a double click on a configuration.
    """

    chosen = Signal()
    opened = Signal()

    def __init__(
        self, tasks: Tasks, theme: Theme, settings: SettingsStore, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._overviews: Sequence[Overview] = ()
        self._selection = Selection()
        self.search = SearchBox(theme, self.tr("Name, id or metadata"))
        self.unused = ToggleChip(self.tr("Unused only"))
        self.inactive = ToggleChip(self.tr("Inactive too"))
        self.new = Button(self.tr("New…"), theme=theme, icon_name="plus")
        self.model: LazyTableModel[ConfigurationRow] = LazyTableModel(
            configuration_columns(), self._load, lambda row: row.number, tasks, self
        )
        self.table = DeskTable(self.model, theme, settings, "configurations")
        self.empty = EmptyState(theme)
        self.frame = Listing(self.table, self.empty)
        self._lay_out()
        self._connect()

    @property
    def current(self) -> Overview | None:
        """The configuration that is current."""
        number = self.table.current_id
        return self._overviews[number] if 0 <= number < len(self._overviews) else None

    def show_overviews(self, overviews: Sequence[Overview]) -> None:
        """Show other configurations; the one that was current stays so."""
        before = self.current
        self._overviews = overviews
        self._select()
        if before is not None:
            self.show_configuration(before.configuration["id"])
        self.table.select_first()

    def show_configuration(self, configuration: str) -> None:
        """Make a configuration current, whatever is filtered."""
        ids = [one.configuration["id"] for one in self._overviews]
        if configuration not in ids:
            return
        if not self.table.select_id(ids.index(configuration)):
            self.clear()
            self.inactive.setChecked(True)
            self.table.select_id(ids.index(configuration))

    def clear(self) -> None:
        """Filter nothing but the inactive ones."""
        self.search.clear()
        self.unused.setChecked(False)

    async def _load(self, numbers: Sequence[int]) -> list[ConfigurationRow]:
        there = range(len(self._overviews))
        return [ConfigurationRow(one, self._overviews[one]) for one in numbers if one in there]

    def _select(self) -> None:
        found = select(self._overviews, self._selection)
        numbers = {id(one): number for number, one in enumerate(self._overviews)}
        rows = [ConfigurationRow(numbers[id(one)], one) for one in found]
        self.model.set_rows(rows)
        self.frame.show_table(filled=bool(rows))
        self._say_emptiness()
        self._count(len(rows))
        self.chosen.emit()

    def _count(self, shown: int) -> None:
        text = fmt.counted(shown, self.tr("1 configuration"), self.tr("{n} configurations"))
        hidden = sum(one.configuration.get("active") is False for one in self._overviews)
        if hidden and not self._selection.inactive:
            more = fmt.counted(
                hidden, self.tr("1 inactive not shown"), self.tr("{n} inactive not shown")
            )
            text = f"{text} · {more}"
        self.frame.count.setText(text)

    def _say_emptiness(self) -> None:
        if self._overviews:
            self.empty.say(
                "faders-horizontal",
                self.tr("No configuration matches"),
                self.tr("Part of a name, an id or of metadata will do."),
                self.tr("Clear filters"),
            )
        else:
            self.empty.say(
                "faders-horizontal",
                self.tr("No portal configuration yet"),
                self.tr(
                    "Make one here, or save the customer portal settings in Stripe’s Dashboard."
                ),
            )

    def _on_filtered(self) -> None:
        self._selection = replace(
            self._selection,
            text=self.search.text(),
            unused=self.unused.isChecked(),
            inactive=self.inactive.isChecked(),
        )
        self._select()

    def _on_sort_requested(self, key: str) -> None:
        sort: Sort = next(one for one in get_args(Sort) if one == key)
        again = self._selection.sort == sort
        descending = not self._selection.descending if again else key in _DESCENDING_FIRST
        self._selection = replace(self._selection, sort=sort, descending=descending)
        self.table.mark_sort(key, descending=descending)
        self._select()

    def _on_moved_down(self) -> None:
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self.table.select_first()

    def _connect(self) -> None:
        self.search.textChanged.connect(self._on_filtered)
        self.search.moved_down.connect(self._on_moved_down)
        self.search.entered.connect(self._on_moved_down)
        self.unused.toggled.connect(self._on_filtered)
        self.inactive.toggled.connect(self._on_filtered)
        self.table.sort_requested.connect(self._on_sort_requested)
        self.table.selected.connect(lambda _number: self.chosen.emit())
        self.table.opened.connect(lambda _number: self.opened.emit())
        self.table.left_upwards.connect(self.search.setFocus)
        self.empty.action_requested.connect(self.clear)

    def _lay_out(self) -> None:
        self.search.setObjectName("")
        self.search.setFixedWidth(_TEXT_WIDTH)
        self.table.setAccessibleName(self.tr("Portal configurations"))
        above = QFrame()
        above.setObjectName("chips")
        line = FlowLayout(above)
        line.setContentsMargins(12, 8, 12, 8)
        for widget in (self.search, self.unused, self.inactive):
            line.addWidget(widget)
        self.frame.above.addWidget(above)
        self.frame.add_buttons(self.new)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.frame)
