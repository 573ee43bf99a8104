"""What the panels over the journal have in common: its entries, a message, a count."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from portal_desk.services.desk import Desk
from portal_desk.ui.change_bus import ChangeBus
from portal_desk.ui.panels.activity_rows import JournalRow
from portal_desk.ui.panels.activity_table import JournalTable
from portal_desk.ui.panels.listing import Listing
from portal_desk.ui.settings_store import SettingsStore
from portal_desk.ui.tables import Column
from portal_desk.ui.tasks import Tasks
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import Banner


class JournalPanel(QWidget):
    """A list of what was done from this desk.

    Attributes:
        name: under which the columns are kept in the settings.
        links_only: portal links alone, or everything.

    Signals:
        customer_requested: the customer (id) of an entry should be shown.
    """

    name: ClassVar[str]
    links_only: ClassVar[bool] = False

    customer_requested = Signal(str)

    def __init__(
        self,
        desk: Desk,
        tasks: Tasks,
        bus: ChangeBus,
        theme: Theme,
        parent: QWidget | None = None,
        *,
        settings: SettingsStore | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tasks = tasks
        self._bus = bus
        self._theme = theme
        self.banner = Banner(theme)
        self.entries = JournalTable(
            desk,
            tasks,
            bus,
            theme,
            settings or SettingsStore(),
            self.columns(),
            name=self.name,
            links=self.links_only,
            parent=self,
        )
        self.listing = Listing(self.entries.table, self.entries.empty)
        self.listing.messages.addWidget(self.banner)
        self.count = self.listing.count
        self.fill()
        self.entries.loaded.connect(self._on_loaded)
        self.entries.chosen.connect(self.on_chosen)

    @abstractmethod
    def columns(self) -> Sequence[Column[JournalRow]]:
        """The table's columns."""

    @abstractmethod
    def count_text(self, number: int) -> str:
        """What the foot says of so many entries."""

    @abstractmethod
    def fill(self) -> None:
        """Lay the panel out around `listing`."""

    def on_chosen(self) -> None:
        """Another entry is current, or none, or it was read again."""

    def show_customer_of_entry(self) -> None:
        """Ask for the customer of the entry that is current."""
        row = self.entries.current
        if row is not None and row.entry.customer:
            self.customer_requested.emit(row.entry.customer)

    def _on_loaded(self) -> None:
        number = len(self.entries.rows)
        self.count.setText(self.count_text(number))
        self.listing.show_table(filled=bool(number))
        self.on_chosen()
