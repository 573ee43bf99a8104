"""The panels of an open account, each imported and made when it is first turned to."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from portal_desk.config import Paths
from portal_desk.ui.change_bus import ChangeBus
from portal_desk.ui.settings_store import SettingsStore
from portal_desk.ui.tasks import Tasks
from portal_desk.ui.theme import Theme

if TYPE_CHECKING:
    from portal_desk.services.accounts import Accounts
    from portal_desk.services.desk import Desk
    from portal_desk.ui.panels.customers import CustomersPanel


class Panels:
    """Makes the panels of one open account.

    Args:
        accounts: the list of accounts that the settings show.
        paths: the folders that the settings show.
    """

    def __init__(
        self,
        desk: Desk,
        tasks: Tasks,
        bus: ChangeBus,
        theme: Theme,
        settings: SettingsStore,
        *,
        accounts: Accounts | None = None,
        paths: Paths | None = None,
    ) -> None:
        self._parts = (desk, tasks, bus, theme)
        self._settings = settings
        self._accounts = accounts
        self._paths = paths
        self._makers: dict[str, Callable[[], QWidget]] = {
            "customers": self.customers,
            "invoices": self._invoices,
            "links": self._links,
            "languages": self._languages,
            "configurations": self._configurations,
            "activity": self._activity,
            "settings": self._settings_panel,
        }

    def make(self, name: str) -> QWidget:
        """A panel by its name in `panel_titles`."""
        return self._makers[name]()

    def customers(self) -> CustomersPanel:
        """The customers' panel."""
        from portal_desk.ui.panels.customers import CustomersPanel  # noqa: PLC0415 - see above

        return CustomersPanel(*self._parts, settings=self._settings)

    def _invoices(self) -> QWidget:
        from portal_desk.ui.panels.invoices import InvoicesPanel  # noqa: PLC0415 - see above

        return InvoicesPanel(*self._parts, settings=self._settings)

    def _links(self) -> QWidget:
        from portal_desk.ui.panels.links import LinksPanel  # noqa: PLC0415 - see above

        return LinksPanel(*self._parts, settings=self._settings)

    def _languages(self) -> QWidget:
        from portal_desk.ui.language_wall.panel import LanguageWallPanel  # noqa: PLC0415 - see above

        return LanguageWallPanel(*self._parts, settings=self._settings)

    def _configurations(self) -> QWidget:
        from portal_desk.ui.configurations.panel import ConfigurationsPanel  # noqa: PLC0415 - see above

        return ConfigurationsPanel(*self._parts, settings=self._settings)

    def _activity(self) -> QWidget:
        from portal_desk.ui.panels.activity import ActivityPanel  # noqa: PLC0415 - see above

        return ActivityPanel(*self._parts, settings=self._settings)

    def _settings_panel(self) -> QWidget:
        from portal_desk.ui.panels.settings import SettingsPanel  # noqa: PLC0415 - see above

        return SettingsPanel(
            *self._parts, settings=self._settings, accounts=self._accounts, paths=self._paths
        )


def panel_titles() -> list[tuple[str, str, str]]:
    """Name, title and icon of every panel, in the rail's order."""
    translate = QCoreApplication.translate
    return [
        ("customers", translate("Panels", "Customers"), "users"),
        ("invoices", translate("Panels", "Invoices"), "receipt"),
        ("links", translate("Panels", "Links"), "link-simple"),
        ("languages", translate("Panels", "Languages"), "translate"),
        ("configurations", translate("Panels", "Configurations"), "faders-horizontal"),
        ("activity", translate("Panels", "Activity"), "clock-counter-clockwise"),
        ("settings", translate("Panels", "Settings"), "gear-six"),
    ]
