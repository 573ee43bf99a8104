"""One configuration: what customers can do, who uses it, its login page, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from portal_desk.models.json import Json
from portal_desk.models.loose import as_object
from portal_desk.services.configurations.checks import check
from portal_desk.services.configurations.fields import contents, unknown_fields
from portal_desk.services.configurations.selecting import name_of
from portal_desk.services.configurations.uses import Overview
from portal_desk.ui import format as fmt
from portal_desk.ui.configurations.columns import state_pills, uses_words
from portal_desk.ui.configurations.words import (
    Catalogue,
    field_name,
    problem_sentence,
    sections,
    value_words,
)
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import (
    Banner,
    Button,
    Card,
    EmptyState,
    Heading,
    KeyValueGrid,
    Pill,
    ScrolledColumn,
    SectionTitle,
    Text,
    clear_layout,
    set_style,
)
from portal_desk.ui.widgets.chips import ChipButton
from portal_desk.ui.widgets.flow import FlowLayout

NAMED = 12
"""How many customers are named."""

_EMPTY = {"–", ""}
_SHOWN_ABOVE = {"name", "login_page.enabled"}


class ConfigurationDetail(QStackedWidget):
    """Shows one configuration, or says that none is chosen.

    Signals:
        edit_requested, duplicate_requested, compare_requested, default_requested: do that with it.
        active_requested: let links use it, or not any more (bool).
        login_page_requested: switch its login page on or off (bool).
        customer_requested: a customer (id) who uses it should be shown.
    """

    edit_requested = Signal()
    duplicate_requested = Signal()
    compare_requested = Signal()
    default_requested = Signal()
    active_requested = Signal(bool)
    login_page_requested = Signal(bool)
    customer_requested = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._configuration: Json = {}
        self.heading = Heading()
        self.pills = QHBoxLayout()
        self.edit = Button(self.tr("Edit…"), "primary", theme=theme, icon_name="pencil-simple")
        self.duplicate = Button(self.tr("Duplicate…"), theme=theme, icon_name="copy")
        self.compare = Button(self.tr("Compare…"), theme=theme, icon_name="columns")
        self.more = Button(self.tr("More"), theme=theme, icon_name="dots-three")
        self.more_menu = QMenu(self.more)
        self.activate = self.more_menu.addAction("")
        self.make_default = self.more_menu.addAction(self.tr("Give these settings to the default…"))
        self.copy_id = self.more_menu.addAction(self.tr("Copy the id"))
        self.banner = Banner(theme)
        self.problems = Banner(theme)
        self.login = Button(self.tr("Switch on"))
        self.login_facts = KeyValueGrid(theme)
        self.uses = KeyValueGrid(theme)
        self.customers = FlowLayout(spacing=6)
        self._fields = QVBoxLayout()
        self._page = ScrolledColumn()
        self._nothing = EmptyState(
            theme,
            "faders-horizontal",
            self.tr("Choose a configuration"),
            self.tr("to see what customers can do with it, and who uses it."),
        )
        self._lay_out()
        self._connect()

    def show_overview(
        self, overview: Overview | None, catalogue: Catalogue, names: Mapping[str, str]
    ) -> None:
        """Show a configuration.

        Args:
            catalogue: what the account sells.
            names: what the latest customers who use it are called, by id.
        """
        self.setCurrentIndex(0 if overview is None else 1)
        if overview is None:
            return
        self._configuration = overview.configuration
        self.heading.setText(name_of(self._configuration))
        clear_layout(self.pills)
        for words, tone in state_pills(overview):
            self.pills.addWidget(Pill(words, tone))
        self.pills.addStretch(1)
        self._show_possible()
        self._show_problems(catalogue)
        self._show_login()
        self._show_uses(overview, names)
        self._show_fields(catalogue)

    def _show_possible(self) -> None:
        default = bool(self._configuration.get("is_default"))
        active = self._configuration.get("active") is not False
        self.activate.setText(self.tr("Deactivate") if active else self.tr("Activate"))
        self.activate.setEnabled(not (default and active))
        tooltip = self.tr("The default one can’t be deactivated.") if default else ""
        self.activate.setToolTip(tooltip)
        self.make_default.setVisible(not default)

    def _show_problems(self, catalogue: Catalogue) -> None:
        found = check(self._configuration, catalogue.prices)
        said = "\n".join(problem_sentence(one, catalogue) for one in found)
        if found:
            title = fmt.counted(
                len(found), self.tr("1 thing to mend"), self.tr("{n} things to mend")
            )
            self.problems.say("warning", title, said, closable=False)
        else:
            self.problems.clear()

    def _show_login(self) -> None:
        page = as_object(self._configuration.get("login_page"))
        on = page.get("enabled") is True
        self.login.setText(self.tr("Switch off") if on else self.tr("Switch on"))
        self.login.setAccessibleName(self.tr("Login page: {do}").format(do=self.login.text()))
        self.login_facts.clear()
        url = str(page.get("url") or "")
        if on and url:
            self.login_facts.add(self.tr("Link"), url, copy=True)
        else:
            self.login_facts.add(self.tr("State"), self.tr("On") if on else self.tr("Off"))

    def _show_uses(self, overview: Overview, names: Mapping[str, str]) -> None:
        uses = overview.uses
        self.uses.clear()
        clear_layout(self.customers)
        if uses.last is None:
            self.uses.add(self.tr("Known uses"), self.tr("None"))
            return
        self.uses.add(self.tr("Known uses"), uses_words(overview))
        self.uses.add(self.tr("Last used"), fmt.relative(uses.last), tooltip=fmt.exact(uses.last))
        self.uses.add(self.tr("Customers"), fmt.count(len(uses.customers)))
        for customer in uses.customers[:NAMED]:
            button = ChipButton(names.get(customer, customer).replace("&", "&&"))
            set_style(button, quiet="false")
            button.clicked.connect(partial(self.customer_requested.emit, customer))
            self.customers.addWidget(button)
        more = len(uses.customers) - NAMED
        if more > 0:
            self.customers.addWidget(
                Text(self.tr("and {n} more").format(n=fmt.count(more)), "faint")
            )

    def _show_fields(self, catalogue: Catalogue) -> None:
        found, unknown = contents(self._configuration), unknown_fields(self._configuration)
        clear_layout(self._fields)
        for title, begins in sections():
            values = {
                path: value
                for path, value in found.items()
                if path.startswith(begins) and path not in _SHOWN_ABOVE
            }
            lines = [
                (field_name(path, catalogue), value_words(path, value, catalogue))
                for path, value in values.items()
            ]
            self._add_section(title, [one for one in lines if one[1] not in _EMPTY])
        self._add_section(
            self.tr("Not known to this version of Portal Desk"),
            [(path, str(value)) for path, value in unknown.items()],
        )
        dates = (("created", self.tr("Created")), ("updated", self.tr("Changed")))
        told = [
            (name, fmt.date_time(self._configuration[key]))
            for key, name in dates
            if self._configuration.get(key)
        ]
        self._add_section(self.tr("At Stripe"), [(self.tr("Id"), self._configuration["id"]), *told])

    def _add_section(self, title: str, lines: Sequence[tuple[str, str]]) -> None:
        if not lines:
            return
        grid = KeyValueGrid(self._theme)
        for name, words in lines:
            grid.add(name, words, copy=name == self.tr("Id"))
        card = Card()
        card.column.addWidget(SectionTitle(title))
        card.column.addWidget(grid)
        self._fields.addWidget(card)

    def _on_login(self) -> None:
        page = as_object(self._configuration.get("login_page"))
        self.login_page_requested.emit(page.get("enabled") is not True)

    def _on_active(self) -> None:
        self.active_requested.emit(self._configuration.get("active") is False)

    def _on_copy_id(self) -> None:
        QGuiApplication.clipboard().setText(str(self._configuration["id"]))

    def _connect(self) -> None:
        self.edit.clicked.connect(self.edit_requested)
        self.duplicate.clicked.connect(self.duplicate_requested)
        self.compare.clicked.connect(self.compare_requested)
        self.make_default.triggered.connect(self.default_requested)
        self.activate.triggered.connect(self._on_active)
        self.copy_id.triggered.connect(self._on_copy_id)
        self.login.clicked.connect(self._on_login)

    def _lay_out(self) -> None:
        self.more.setMenu(self.more_menu)
        self.more_menu.setToolTipsVisible(True)
        column = self._page.column
        buttons = FlowLayout(spacing=8)
        for button in (self.edit, self.duplicate, self.compare, self.more):
            buttons.addWidget(button)
        login, uses = Card(), Card()
        head = QHBoxLayout()
        head.addWidget(SectionTitle(self.tr("Login page")), 1)
        head.addWidget(self.login)
        login.column.addLayout(head)
        login.column.addWidget(self.login_facts)
        uses.column.addWidget(SectionTitle(self.tr("Who uses it")))
        uses.column.addWidget(self.uses)
        uses.column.addLayout(self.customers)
        column.addWidget(self.heading)
        column.addLayout(self.pills)
        column.addLayout(buttons)
        for widget in (self.banner, self.problems, uses, login):
            column.addWidget(widget)
        self._fields.setSpacing(10)
        column.addLayout(self._fields)
        column.addStretch(1)
        self.addWidget(self._nothing)
        self.addWidget(self._page)
