"""Appearance, accounts, the cache, folders, and what this program is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from portal_desk.config import Paths
from portal_desk.services.desk import Desk
from portal_desk.ui.change_bus import ChangeBus
from portal_desk.ui.panels.settings_about import AboutSection
from portal_desk.ui.panels.settings_accounts import AccountsSection
from portal_desk.ui.panels.settings_cache import CacheSection
from portal_desk.ui.panels.settings_look import FoldersSection, LookSection
from portal_desk.ui.settings_store import SettingsStore
from portal_desk.ui.tasks import Tasks
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import Heading, ScrolledColumn

if TYPE_CHECKING:
    from portal_desk.services.accounts import Accounts

_WIDEST = 680
"""Device-independent pixels where a line of text is `_LINE` high; more where it is higher."""

_LINE = 16


class SettingsPanel(QWidget):
    """One column of sections.

    Args:
        accounts, paths: this installation's, where not given.

    Signals:
        account_requested: the account with this key should be opened.
        connect_requested: another account should be connected.
        rebuild_requested: the cache should be deleted and read from Stripe again.
        verify_requested: the cache should be compared with Stripe.
    """

    account_requested = Signal(str)
    connect_requested = Signal()
    rebuild_requested = Signal()
    verify_requested = Signal()

    def __init__(
        self,
        desk: Desk,
        tasks: Tasks,
        bus: ChangeBus,
        theme: Theme,
        parent: QWidget | None = None,
        *,
        settings: SettingsStore | None = None,
        accounts: Accounts | None = None,
        paths: Paths | None = None,
    ) -> None:
        super().__init__(parent)
        from portal_desk.services.accounts import Accounts  # noqa: PLC0415 - not needed to show a window

        paths = paths or Paths.default()
        settings = settings or SettingsStore()
        self.look = LookSection(theme, settings)
        self.accounts = AccountsSection(desk, accounts or Accounts(paths), tasks, theme)
        self.cache = CacheSection(desk, tasks, bus, theme)
        self.folders = FoldersSection(settings, paths.log)
        self.about = AboutSection(desk, theme)
        self._lay_out()
        self.accounts.account_requested.connect(self.account_requested)
        self.accounts.connect_requested.connect(self.connect_requested)
        self.cache.rebuild_requested.connect(self.rebuild_requested)
        self.cache.verify_requested.connect(self.verify_requested)

    def _lay_out(self) -> None:
        page = ScrolledColumn()
        inside = QWidget()
        widest = int(_WIDEST * max(self.fontMetrics().height() / _LINE, 1))
        inside.setMaximumWidth(widest)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(18)
        column.addWidget(Heading(self.tr("Settings")))
        for section in (self.look, self.accounts, self.cache, self.folders, self.about):
            column.addWidget(section)
        # Heights that follow from widths come out right only where the narrower column is a line's part.
        line = QHBoxLayout()
        line.addWidget(inside, widest)
        line.addStretch(1)
        page.column.setContentsMargins(28, 22, 28, 28)
        page.column.addLayout(line)
        page.column.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(page)
