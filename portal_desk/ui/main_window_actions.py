"""Every action of the window, with its shortcut."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from portal_desk.ui.main_window_panels import panel_titles

if TYPE_CHECKING:
    from portal_desk.ui.main_window import MainWindow
    from portal_desk.ui.panels.customer_pane import CustomerPane
    from portal_desk.ui.panels.customers import CustomersPanel

_SCALE_STEP = 0.1


def add_actions(window: MainWindow) -> None:
    """Give the window its actions."""
    _add_navigation(window)
    _add_customer_actions(window)
    _add_configuration_actions(window)
    _add_filters(window)
    _add_appearance(window)
    add = window.shortcuts.add
    add("accounts", _tr("Switch account…"), "Ctrl+Shift+A", window.show_accounts)
    add("connect", _tr("Connect an account…"), "Ctrl+Shift+N", window.connect_requested.emit)
    add("quit", _tr("Quit"), "Ctrl+Q", window.close)


def _add_navigation(window: MainWindow) -> None:
    add = window.shortcuts.add
    add("search", _tr("Search customers"), ["Ctrl+K", "Ctrl+F"], lambda: _search(window))
    add("palette", _tr("Commands"), ["Ctrl+P", "Ctrl+Shift+P"], window.show_palette)
    for number, (name, title, _icon) in enumerate(panel_titles(), 1):
        text = _tr("Go to {panel}").format(panel=title)
        add(f"go_{name}", text, f"Ctrl+{number}", partial(window.go, name))


def _add_customer_actions(window: MainWindow) -> None:
    add = window.shortcuts.add

    def on_pane(act: Callable[[CustomerPane], object]) -> Callable[[], None]:
        return lambda: _with_pane(window, act)

    add(
        "link",
        _tr("Issue a portal link…"),
        "Ctrl+L",
        on_pane(lambda p: p.actions_menu.open("link")),
    )
    add("preview", _tr("Preview the portal"), "Ctrl+Shift+V", on_pane(lambda p: p.preview_portal()))
    add(
        "languages", _tr("Show the customer’s portal in all languages"), "Ctrl+Shift+L",
        on_pane(lambda p: p.ask_for_languages()),
    )  # fmt: skip
    add(
        "switch", _tr("Switch plan…"), "Ctrl+Shift+S",
        on_pane(lambda p: p.actions_menu.ask_which("switch")),
    )  # fmt: skip
    add(
        "cancel", _tr("Cancel a subscription…"), "Ctrl+Shift+X",
        on_pane(lambda p: p.actions_menu.ask_which("cancel")),
    )  # fmt: skip
    add(
        "resume", _tr("Undo a scheduled cancellation…"), "Ctrl+Shift+U",
        on_pane(lambda p: p.actions_menu.ask_which("resume")),
    )  # fmt: skip
    add(
        "refresh",
        _tr("Refresh the customer from Stripe"),
        ["F5", "Ctrl+R"],
        on_pane(lambda p: p.refresh()),
    )
    add("copy_id", _tr("Copy the customer's id"), "Ctrl+Shift+I", on_pane(lambda p: _copy(p, "id")))
    add(
        "copy_email",
        _tr("Copy the email address"),
        "Ctrl+Shift+E",
        on_pane(lambda p: _copy(p, "email")),
    )
    titles = (_tr("Show overview"), _tr("Show invoices"), _tr("Show timeline"), _tr("Show portal"))
    for number, title in enumerate(titles):
        show = on_pane(partial(_show_tab, number))
        add(f"tab_{number}", title, f"Alt+{number + 1}", show)


def _add_configuration_actions(window: MainWindow) -> None:
    add = window.shortcuts.add
    add(
        "configuration_new",
        _tr("New portal configuration…"),
        "",
        lambda: _on_configurations(window, "new"),
    )
    add(
        "configuration_edit", _tr("Edit the portal configuration…"), "",
        lambda: _on_configurations(window, "edit"),
    )  # fmt: skip
    add(
        "configuration_compare", _tr("Compare portal configurations…"), "",
        lambda: _on_configurations(window, "compare"),
    )  # fmt: skip


def _on_configurations(window: MainWindow, do: str) -> None:
    window.go("configurations")
    panel = window.stack.currentWidget()
    act = getattr(panel, do, None)
    if act is not None:
        act()


def _add_filters(window: MainWindow) -> None:
    add = window.shortcuts.add

    def on_list(act: Callable[[CustomersPanel], object]) -> Callable[[], None]:
        return lambda: _with_list(window, act)

    add(
        "filter_status",
        _tr("Filter by status"),
        "Alt+S",
        on_list(lambda c: c.filters.status.open_menu()),
    )
    add(
        "filter_plan", _tr("Filter by plan"), "Alt+P", on_list(lambda c: c.filters.plan.open_menu())
    )
    add(
        "filter_currency", _tr("Filter by currency"), "Alt+C",
        on_list(lambda c: c.filters.currency.open_menu()),
    )  # fmt: skip
    add(
        "filter_delinquent", _tr("Delinquent customers only"), "Alt+D",
        on_list(lambda c: c.filters.delinquent.toggle()),
    )  # fmt: skip
    add(
        "filter_open", _tr("Customers with an open invoice only"), "Alt+O",
        on_list(lambda c: c.filters.open_invoice.toggle()),
    )  # fmt: skip
    add("clear", _tr("Clear search and filters"), "Ctrl+Shift+K", on_list(lambda c: c.clear()))


def _add_appearance(window: MainWindow) -> None:
    add, theme = window.shortcuts.add, window.theme

    def scale(by: float) -> None:
        theme.set_text_scale(round(theme.text_scale + by, 1))

    add("light", _tr("Light colours"), "", lambda: theme.set_mode("light"))
    add("dark", _tr("Dark colours"), "", lambda: theme.set_mode("dark"))
    add("system", _tr("The system's colours"), "", lambda: theme.set_mode("system"))
    add(
        "toggle", _tr("Switch between light and dark"), "Ctrl+Shift+D",
        lambda: theme.set_mode("light" if theme.is_dark else "dark"),
    )  # fmt: skip
    add("larger", _tr("Larger text"), ["Ctrl++", "Ctrl+="], lambda: scale(_SCALE_STEP))
    add("smaller", _tr("Smaller text"), "Ctrl+-", lambda: scale(-_SCALE_STEP))
    add("usual", _tr("Usual text size"), "Ctrl+0", lambda: theme.set_text_scale(1.0))


def _search(window: MainWindow) -> None:
    if window.customers is not None and window.stack.currentWidget() is not window.customers:
        window.go("customers")
    window.focus_search()


def _with_list(window: MainWindow, act: Callable[[CustomersPanel], object]) -> None:
    if window.customers is not None:
        window.go("customers")
        act(window.customers)


def _with_pane(window: MainWindow, act: Callable[[CustomerPane], object]) -> None:
    if window.customers is not None:
        _turn_to(window, window.customers)
        window.customers.splitter.show_detail()
        act(window.customers.pane)


def _turn_to(window: MainWindow, panel: QWidget) -> None:
    if window.stack.currentWidget() is not panel:
        window.go("customers")


def _show_tab(number: int, pane: CustomerPane) -> None:
    pane.tabs.setCurrentIndex(number)


def _copy(pane: CustomerPane, field: str) -> None:
    if pane.snapshot is not None:
        QGuiApplication.clipboard().setText(str(pane.snapshot.customer.get(field) or ""))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Actions", text)
