"""The panels of an open account, each imported and made when it is first turned to."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from portal_desk.ui.change_bus import ChangeBus
from portal_desk.ui.settings_store import SettingsStore
from portal_desk.ui.tasks import Tasks
from portal_desk.ui.theme import Theme

if TYPE_CHECKING:
    from portal_desk.services.desk import Desk
    from portal_desk.ui.panels.customers import CustomersPanel

Factory = Callable[..., QWidget]


class Panels:
    """Makes the panels of one open account."""

    def __init__(
        self, desk: Desk, tasks: Tasks, bus: ChangeBus, theme: Theme, settings: SettingsStore
    ) -> None:
        self._desk = desk
        self._tasks = tasks
        self._bus = bus
        self._theme = theme
        self._settings = settings

    def customers(self) -> CustomersPanel:
        """The customers' panel."""
        from portal_desk.ui.panels.customers import CustomersPanel  # noqa: PLC0415 - see above

        return CustomersPanel(
            self._desk, self._tasks, self._bus, self._theme, settings=self._settings
        )

    def make(self, name: str) -> QWidget:
        """Any other panel, by its name in `PANELS`."""
        return _factory(name)(self._desk, self._tasks, self._bus, self._theme)


def panel_titles() -> list[tuple[str, str, str]]:
    """Name, title and icon of every panel, in the rail's order."""
    translate = QCoreApplication.translate
    return [
        ("customers", translate("Panels", "Customers"), "users"),
        ("invoices", translate("Panels", "Invoices"), "receipt"),
        ("links", translate("Panels", "Links"), "link-simple"),
        ("activity", translate("Panels", "Activity"), "clock-counter-clockwise"),
        ("settings", translate("Panels", "Settings"), "gear-six"),
    ]


def _factory(name: str) -> Factory:
    if name == "invoices":
        from portal_desk.ui.panels.invoices import InvoicesPanel  # noqa: PLC0415 - see above

        return InvoicesPanel
    if name == "links":
        from portal_desk.ui.panels.links import LinksPanel  # noqa: PLC0415 - see above

        return LinksPanel
    if name == "activity":
        from portal_desk.ui.panels.activity import ActivityPanel  # noqa: PLC0415 - see above

        return ActivityPanel
    from portal_desk.ui.panels.settings import SettingsPanel  # noqa: PLC0415 - see above

    return SettingsPanel
