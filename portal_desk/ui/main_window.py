"""The window: band, rail, search, and one panel at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from portal_desk.errors import CacheDamaged, DeskError, NotFound
from portal_desk.models.account import Account
from portal_desk.models.progress import Progress
from portal_desk.ui.change_bus import ChangeBus
from portal_desk.ui.command_palette import CommandPalette
from portal_desk.ui.main_window_actions import add_actions
from portal_desk.ui.main_window_panels import Panels, panel_titles
from portal_desk.ui.main_window_top import TopBar
from portal_desk.ui.settings_store import SettingsStore
from portal_desk.ui.shortcuts import Shortcuts
from portal_desk.ui.tasks import Tasks
from portal_desk.ui.theme import Theme
from portal_desk.ui.unsaved import ask_to_discard
from portal_desk.ui.widgets import Banner, EmptyState, LiveTestBand
from portal_desk.ui.widgets.rail import NavigationRail
from portal_desk.ui.widgets.toast import Toast

if TYPE_CHECKING:
    from portal_desk.services.desk import Desk
    from portal_desk.ui.panels.customers import CustomersPanel

_LEAST = (640, 400)
"""A screen of 1280 × 800 pixels at twice the usual size."""
_TITLE_BAR = 40
"""What window managers draw above a window, at most."""
_ROOMY = (860, 480)
"""From here on the rail has room for words, with text of the usual size."""


class MainWindow(QWidget):
    """The one window. It is shown before an account is open, and keeps what is typed until one is.

    Signals:
        account_requested: open the account with this key.
        connect_requested: connect another account.
        retry_requested: try again to open what could not be opened.
        rebuild_requested: delete the cache and read everything again.
        verify_requested: compare the cache with Stripe.
        closed: the user closed the window.
    """

    account_requested = Signal(str)
    connect_requested = Signal()
    retry_requested = Signal()
    rebuild_requested = Signal()
    verify_requested = Signal()
    closed = Signal()

    def __init__(
        self, tasks: Tasks, theme: Theme, settings: SettingsStore, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle("Portal Desk")
        self.tasks = tasks
        self.theme = theme
        self.settings = settings
        self.desk: Desk | None = None
        self.customers: CustomersPanel | None = None
        self._accounts: Callable[[], Sequence[Account]] = tuple
        self._way_out = self.connect_requested
        self.bus = ChangeBus(self)
        self._factory: Panels | None = None
        self._panels: dict[str, QWidget] = {}
        self._asks_before_closing = True
        self.band = LiveTestBand()
        self.rail = NavigationRail(theme)
        self.top = TopBar(theme)
        self.banner = Banner(theme)
        self.waiting = EmptyState(theme)
        self.stack = QStackedWidget()
        self.shortcuts = Shortcuts(self)
        self.palette_popup = CommandPalette(theme, self)
        self.toast = Toast(theme, self)
        self._lay_out()
        add_actions(self)
        self._connect()
        self._restore()

    def say_waiting(self, text: str) -> None:
        """Say what the window is waiting for, before an account is open."""
        self.waiting.say("hourglass", text)
        self.stack.setCurrentWidget(self.waiting)

    def say_welcome(self) -> None:
        """Say what to do where no account is connected."""
        self._way_out = self.connect_requested
        self.waiting.say(
            "link",
            self.tr("No account is open"),
            self.tr("Connect a Stripe account, or look around in the demo."),
            self.tr("Connect…"),
        )
        self.stack.setCurrentWidget(self.waiting)

    def say_failure(self, error: DeskError) -> None:
        """Say why the account could not be opened, with a button that may help."""
        text = str(error)
        if isinstance(error, CacheDamaged):
            self._way_out, action = self.rebuild_requested, self.tr("Rebuild the cache")
            lost = self.tr(
                "Nothing is lost: it is read again from Stripe, and the journal is kept."
            )
            text = f"{error.message} {lost}"
        elif isinstance(error, NotFound):
            self._way_out, action = self.connect_requested, self.tr("Connect…")
        else:
            self._way_out, action = self.retry_requested, self.tr("Try again")
        self.waiting.say("warning-circle", error.title, text, action)
        self.stack.setCurrentWidget(self.waiting)

    def open_desk(
        self, desk: Desk, panels: Panels, accounts: Callable[[], Sequence[Account]]
    ) -> None:
        """Show an account; what was typed meanwhile is searched for.

        Args:
            desk: the account's services.
            panels: makes its panels.
            accounts: tells which accounts there are to change to.
        """
        self.close_desk()
        self.desk = desk
        self._accounts = accounts
        self._factory = panels
        self.band.set_account(desk.account)
        self.band.show()
        self.setWindowTitle(f"{desk.account.name} — Portal Desk")
        self.customers = self._factory.customers()
        self._add("customers", self.customers)
        self._connect_customers(self.customers)
        if self.top.search.text():
            self.customers.set_text(self.top.search.text())
        self.go("customers")

    def close_desk(self) -> None:
        """Take the account's panels away."""
        for panel in self._panels.values():
            self.stack.removeWidget(panel)
            panel.deleteLater()
        self._panels.clear()
        self.customers = None
        self.desk = None
        self._factory = None
        self.band.hide()
        self.banner.clear()

    def go(self, name: str) -> None:
        """Turn to a panel."""
        if self._factory is None:
            return
        if name not in self._panels:
            self._add(name, self._factory.make(name))
        self.stack.setCurrentWidget(self._panels[name])
        self.rail.mark(name)
        self._tell_customer(self._panels[name])
        if name == "customers":
            self.focus_search()
        else:
            self._panels[name].setFocus()

    def _tell_customer(self, panel: QWidget) -> None:
        """Let a panel that shows any customer's portal begin with the one who is open."""
        suggest = getattr(panel, "suggest_customer", None)
        pane = self.customers.pane_if_made if self.customers is not None else None
        if suggest is not None and pane is not None and pane.snapshot is not None:
            suggest(pane.snapshot)

    def show_customer(self, customer_id: str) -> None:
        """Turn to a customer."""
        self.go("customers")
        if self.customers is not None:
            self.customers.show_customer(customer_id)

    def focus_search(self) -> None:
        """Give the keyboard to the search."""
        self.top.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.top.search.selectAll()

    def show_palette(self) -> None:
        """Offer every action by name."""
        self.palette_popup.popup(self.shortcuts.all())

    def show_accounts(self) -> None:
        """Offer the other accounts."""
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        for account in self._accounts():
            mode = self.tr("LIVE") if account.livemode else self.tr("TEST")
            action = menu.addAction(f"{account.name} · {mode}".replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(self._is_open(account))
            action.triggered.connect(partial(self._on_account, account))
        menu.addSeparator()
        menu.addAction(self.tr("Connect another account…"), self.connect_requested.emit)
        corner = QPoint(self.width() - menu.sizeHint().width() - 8, self.band.height() + 2)
        menu.popup(self.mapToGlobal(corner))

    def on_progress(self, progress: Progress) -> None:
        """The sync said how far it is."""
        self.top.freshness.set_progress(progress)
        self.read_freshness()

    def on_sync_changed(self) -> None:
        """The sync wrote to the cache."""
        self.bus.tail_advanced.emit()

    def read_freshness(self) -> None:
        """Ask the cache how fresh it is."""
        if self.desk is not None:
            self.tasks.start(self._read_freshness(self.desk), name="read freshness")

    def show_error(self, error: DeskError) -> None:
        """Show a known problem across the top."""
        if isinstance(error, CacheDamaged):
            rebuild = self.tr("Rebuild the cache")
            self.banner.say_error(error, action=rebuild, on_action=self._on_rebuild)
        else:
            self.banner.say_error(error)

    def show_notice(self, sentence: str) -> None:
        """Tell across the top what is good to know and needs nothing done."""
        self.banner.say("info", sentence)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_rail()

    def _fit_rail(self) -> None:
        roomy = QSize(*_ROOMY) * self.theme.text_scale
        self.rail.set_compact(self.width() < roomy.width() or self.height() < roomy.height())

    def unless_unsaved(self, leave: Callable[[], object]) -> None:
        """Do what takes the panels away; where one has something that is not saved, ask first."""
        if unsaved := self._unsaved():
            ask_to_discard(self, unsaved, leave)
        else:
            leave()

    def close_at_once(self) -> None:
        """Close without asking about what is not saved: the session ends."""
        self._asks_before_closing = False
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._asks_before_closing and self._unsaved():
            event.ignore()
            self.unless_unsaved(self.close_at_once)
            return
        self.settings.set_state("window", self.saveGeometry())
        self.closed.emit()
        super().closeEvent(event)

    async def _read_freshness(self, desk: Desk) -> None:
        freshness = await desk.read(desk.store.freshness)
        if desk is self.desk:
            self.top.freshness.set_freshness(freshness)

    def _add(self, name: str, panel: QWidget) -> None:
        self._panels[name] = panel
        self.stack.addWidget(panel)
        wishes = {
            "customer_requested": self.show_customer,
            "account_requested": self.account_requested,
            "connect_requested": self.connect_requested,
            "rebuild_requested": self.rebuild_requested,
            "verify_requested": self.verify_requested,
        }
        for wish, answer in wishes.items():
            requested: SignalInstance | None = getattr(panel, wish, None)
            if requested is not None:
                requested.connect(answer)

    def _connect_customers(self, panel: CustomersPanel) -> None:
        panel.search_requested.connect(self.focus_search)
        panel.clear_requested.connect(self.top.search.clear)
        panel.text_requested.connect(self.top.search.setText)
        panel.customer_shown.connect(self._on_customer_shown)
        panel.action_completed.connect(self._on_completed)
        panel.invoices_requested.connect(self._on_invoices_requested)
        panel.languages_requested.connect(self._on_languages_requested)

    def _on_typed(self, text: str) -> None:
        if self.customers is None:
            return
        if self.stack.currentWidget() is not self.customers:
            self.stack.setCurrentWidget(self.customers)
            self.rail.mark("customers")
        self.customers.set_text(text)

    def _on_customer_shown(self, _customer_id: str) -> None:
        self._enable_actions()

    def _enable_actions(self) -> None:
        pane = self.customers.pane_if_made if self.customers is not None else None
        possible = pane.actions_menu.possible if pane is not None else frozenset()
        for name in ("link", "cancel", "resume", "switch"):
            self.shortcuts.get(name).setEnabled(name in possible)
        there = pane is not None and pane.snapshot is not None
        for name in ("refresh", "preview", "languages", "copy_id", "copy_email"):
            self.shortcuts.get(name).setEnabled(there)

    def _on_completed(self, _customer_id: str, sentence: str) -> None:
        self.toast.say(sentence)

    def _on_invoices_requested(self, customer_id: str) -> None:
        self.go("invoices")
        show = getattr(self._panels["invoices"], "show_customer", None)
        if show is not None:
            show(customer_id)

    def _on_languages_requested(self, customer_id: str, configuration_id: str | None) -> None:
        self.go("languages")
        show = getattr(self._panels["languages"], "show_customer", None)
        if show is not None:
            show(customer_id, configuration_id)

    def _on_rebuild(self) -> None:
        self.banner.clear()
        self.rebuild_requested.emit()

    def _is_open(self, account: Account) -> bool:
        return self.desk is not None and account.is_same(self.desk.account)

    def _on_account(self, account: Account, _checked: object = None) -> None:
        if self._is_open(account):
            return
        self.unless_unsaved(partial(self.account_requested.emit, account.key))

    def _unsaved(self) -> str:
        """What a panel has that is not saved; empty for nothing."""
        found = (str(getattr(panel, "unsaved", "")) for panel in self._panels.values())
        return next(filter(None, found), "")

    def _on_waiting_action(self) -> None:
        self._way_out.emit()

    def _on_search_moved_down(self) -> None:
        if self.customers is not None:
            self.customers.go_to_results()

    def _on_search_entered(self) -> None:
        if self.customers is not None:
            self.customers.open_first()

    def _on_theme_changed(self) -> None:
        self._fit_rail()
        self.settings.mode = self.theme.mode
        self.settings.text_scale = self.theme.text_scale

    def _connect(self) -> None:
        self.rail.chosen.connect(self.go)
        self.top.search.textChanged.connect(self._on_typed)
        self.top.search.moved_down.connect(self._on_search_moved_down)
        self.top.search.entered.connect(self._on_search_entered)
        self.top.palette_requested.connect(self.show_palette)
        self.waiting.action_requested.connect(self._on_waiting_action)
        self.tasks.failed.connect(self.show_error)
        self.theme.changed.connect(self._on_theme_changed)
        self._enable_actions()

    def _restore(self) -> None:
        room = self.screen().availableGeometry().size() - QSize(0, _TITLE_BAR)
        self.resize(QSize(1280, 800).boundedTo(room))
        self.setMinimumSize(*_LEAST)
        state = self.settings.state("window")
        if state is not None:
            self.restoreGeometry(state)
        self.focus_search()

    def _lay_out(self) -> None:
        accounts = QToolButton()
        accounts.setText(self.tr("Accounts ▾"))
        accounts.setAccessibleName(self.tr("Accounts"))
        accounts.clicked.connect(self.show_accounts)
        self.band.add_button(accounts)
        self.band.hide()
        for number, (name, title, icon_name) in enumerate(panel_titles(), 1):
            self.rail.add(name, title, icon_name, f"Ctrl+{number}", foot=name == "settings")
        around = QVBoxLayout()
        around.setContentsMargins(12, 0, 12, 0)
        around.addWidget(self.banner)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.top)
        right.addLayout(around)
        right.addWidget(self.stack, 1)
        self.stack.addWidget(self.waiting)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.rail)
        middle.addLayout(right, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.band)
        column.addLayout(middle, 1)
