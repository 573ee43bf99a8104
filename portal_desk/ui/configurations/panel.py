"""The portal configurations of the account: a list with details, two compared, or one in the editor."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from portal_desk.models.changes import ChangeSet
from portal_desk.models.json import Json, default_configuration
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.services.configurations.drafts import blank, duplicate, with_settings_of
from portal_desk.services.configurations.fields import with_value
from portal_desk.services.configurations.saving import Saved
from portal_desk.services.configurations.selecting import name_of
from portal_desk.services.desk import Desk
from portal_desk.ui.change_bus import ChangeBus
from portal_desk.ui.configurations.comparison import Comparison
from portal_desk.ui.configurations.detail import ConfigurationDetail
from portal_desk.ui.configurations.editor import Editor
from portal_desk.ui.configurations.form import ConfigurationForm
from portal_desk.ui.configurations.listing import ConfigurationList
from portal_desk.ui.configurations.reading import AccountRead, read_account
from portal_desk.ui.settings_store import SettingsStore
from portal_desk.ui.tasks import Tasks
from portal_desk.ui.theme import Theme
from portal_desk.ui.unsaved import ask_to_discard
from portal_desk.ui.widgets.list_and_detail import ListAndDetail

_SETTLE_MS = 300


class ConfigurationsPanel(QWidget):
    """List, detail, comparison and editor.

    Signals:
        customer_requested: a customer (id) who uses a configuration should be shown.
    """

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
        self._read = AccountRead()
        self._shown = ""
        self._outdated = False
        self._settling = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._ahead = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self.list = ConfigurationList(tasks, theme, settings or SettingsStore())
        self.detail = ConfigurationDetail(theme)
        self.comparison = Comparison(theme)
        self._form: ConfigurationForm | None = None
        self._editor: Editor | None = None
        self._customer: CustomerSnapshot | None = None
        self._theme = theme
        self.pages = QStackedWidget()
        self.splitter = ListAndDetail(self.list, self.detail, theme, least=(420, 400))
        self._lay_out()
        self._connect()
        self.reload()

    @property
    def unsaved(self) -> str:
        """What would be lost if the panel went away; empty for nothing."""
        return self._editor.unsaved if self._editor is not None else ""

    @property
    def editor(self) -> Editor:
        """The editor; made ahead, step by step, or now."""
        while self._editor is None or self.pages.indexOf(self._editor) < 0:
            self._make_editor()
        return self._editor

    def _make_editor(self) -> None:
        """Make the form; the next time, the editor around it; then dress it. Each step takes tens of milliseconds."""
        if self._form is None:
            self._form = ConfigurationForm(self._theme)
            return
        if self._editor is not None:
            self.pages.addWidget(self._editor)
            return
        self._editor = Editor(self._desk, self._tasks, self._theme, self._form)
        self._editor.set_account(self._read.account, self._read.catalogue)
        self._editor.left.connect(self._leave)
        self._editor.leave_requested.connect(self._on_leave_requested)
        self._editor.saved.connect(self._on_saved)
        self._editor.found_saved.connect(self._on_found_saved)
        if self._customer is not None:
            self._editor.suggest_customer(self._customer)

    def _on_settled(self) -> None:
        """Something changed: read again, or once somebody looks."""
        if self.isVisible():
            self.reload()
        else:
            self._outdated = True

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._outdated:
            self._outdated = False
            self.reload()

    def _on_idle(self) -> None:
        if self._editor is None or self.pages.indexOf(self._editor) < 0:
            self._make_editor()
            self._ahead.start()

    def suggest_customer(self, snapshot: CustomerSnapshot) -> None:
        """Preview this customer's portal in the editor."""
        before = self._customer.customer["id"] if self._customer else ""
        self._customer = snapshot
        if snapshot.customer["id"] == before:
            return  # somebody may have chosen another one meanwhile
        if self._editor is not None:
            self._editor.suggest_customer(snapshot)

    def new(self) -> None:
        """Make a configuration from nothing."""
        self._edit(None, blank())

    def reload(self) -> None:
        """Read everything again."""
        self._tasks.start(self._reload(), name="read portal configurations")

    async def _reload(self) -> None:
        self._read = await self._desk.read(read_account, self._desk)
        if self._editor is not None:
            self._editor.set_account(self._read.account, self._read.catalogue)
        self.list.show_overviews(self._read.overviews)
        configurations = [one.configuration for one in self._read.overviews]
        self.comparison.show_configurations(configurations, self._read.catalogue)
        self._ahead.start()

    @property
    def _is_editing(self) -> bool:
        """Whether somebody is at a draft, who is not to be taken away from it."""
        editor = self._editor
        return editor is not None and self.pages.currentWidget() is editor and editor.is_editing

    @property
    def _current(self) -> Json | None:
        overview = self.list.current
        return overview.configuration if overview else None

    def _edit(self, base: Json | None, draft: Json | None = None) -> None:
        if self.editor.is_dirty:
            self.pages.setCurrentWidget(self.editor)
            return
        self.editor.edit(base, draft)
        self.pages.setCurrentWidget(self.editor)
        self.editor.start_typing()

    def _on_chosen(self) -> None:
        shown = (self._current or {}).get("id", "")
        if shown != self._shown:
            self._shown = shown
            self.detail.banner.clear()
        self.detail.show_overview(self.list.current, self._read.catalogue, self._read.names)

    def edit(self) -> None:
        """Edit the configuration that is current."""
        if (current := self._current) is not None:
            self._edit(current)

    def _on_duplicate(self) -> None:
        if (current := self._current) is not None:
            name = self.tr("Copy of {name}").format(name=name_of(current))
            self._edit(None, duplicate(current, name))

    def _on_default(self) -> None:
        """Stripe's API can't make another one the default; it can have the same settings."""
        default = default_configuration(one.configuration for one in self._read.overviews)
        if (current := self._current) is None or default is None:
            return
        self._edit(default, with_settings_of(default, current))
        self.editor.banner.say(
            "info",
            self.tr("The default stays the default"),
            self.tr(
                "Stripe’s API can’t make another configuration the default. Save to give the default "
                "the settings of “{name}”; its name, metadata and login page stay."
            ).format(name=name_of(current)),
        )

    def compare(self) -> None:
        """Compare the configuration that is current with the default, or another one."""
        others = [one.configuration["id"] for one in self._read.overviews]
        if (current := self._current) is None:
            return
        other = next((one for one in others if one != current["id"]), current["id"])
        self.comparison.choose(current["id"], other)
        self.pages.setCurrentWidget(self.comparison)

    def _on_active(self, active: bool) -> None:
        if (current := self._current) is not None:
            self._change(self._set_active(current, active=active))

    def _on_login_page(self, on: bool) -> None:
        if (current := self._current) is not None:
            self._change(self._update(current, with_value(current, "login_page.enabled", on)))

    async def _set_active(self, configuration: Json, *, active: bool) -> None:
        saved = await self._desk.configurations.set_active(configuration, active=active)
        done = self.tr("Activated") if active else self.tr("Deactivated")
        await self._show_saved(saved)
        self.detail.banner.say(
            "positive",
            done,
            action=self.tr("Undo"),
            on_action=lambda: self._change(
                self._set_active(saved.configuration, active=not active)
            ),
        )

    async def _update(self, base: Json, draft: Json) -> None:
        self._on_saved(await self._desk.configurations.update(base, draft), base)

    def _change(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.start(
            work, name="change a configuration", on_error=self.detail.banner.say_error
        )

    def _on_saved(self, saved: Saved, before: Json | None) -> None:
        self._tasks.start(self._tell_saved(saved, before), name="show what was saved")

    def _on_found_saved(self) -> None:
        self._leave()
        title = self.tr("It was saved after all")
        self.detail.banner.say("positive", title, self.tr("The list shows it in a moment."))

    async def _tell_saved(self, saved: Saved, before: Json | None) -> None:
        await self._show_saved(saved)
        name = name_of(saved.configuration)
        if before is None:
            self.detail.banner.say("positive", self.tr("Made “{name}”").format(name=name))
            return
        self.detail.banner.say(
            "positive",
            self.tr("Saved “{name}”").format(name=name),
            action=self.tr("Undo"),
            on_action=lambda: self._change(self._update(saved.configuration, before)),
        )

    async def _show_saved(self, saved: Saved) -> None:
        self._tell_others(saved.changes)
        await self._reload()
        self.list.show_configuration(saved.configuration["id"])
        if not self._is_editing:
            self._leave()

    def _tell_others(self, changes: ChangeSet) -> None:
        self._bus.changed.emit(changes)
        self._bus.journal_changed.emit("")

    def _on_leave_requested(self) -> None:
        ask_to_discard(self, self.unsaved, self.editor.discard)

    def _leave(self) -> None:
        self.pages.setCurrentWidget(self.splitter)
        self.list.table.setFocus()

    def _connect(self) -> None:
        self._settling.timeout.connect(self._on_settled)
        self._ahead.timeout.connect(self._on_idle)
        for changed in (self._bus.changed, self._bus.tail_advanced, self._bus.journal_changed):
            changed.connect(self._settling.start)
        self.list.chosen.connect(self._on_chosen)
        self.list.opened.connect(self.edit)
        self.list.new.clicked.connect(self.new)
        self.list.table.clicked.connect(self.splitter.show_detail)
        self.splitter.left.connect(self.list.table.setFocus)
        self.detail.edit_requested.connect(self.edit)
        self.detail.duplicate_requested.connect(self._on_duplicate)
        self.detail.compare_requested.connect(self.compare)
        self.detail.default_requested.connect(self._on_default)
        self.detail.active_requested.connect(self._on_active)
        self.detail.login_page_requested.connect(self._on_login_page)
        self.detail.customer_requested.connect(self.customer_requested)
        self.comparison.left.connect(self._leave)

    def _lay_out(self) -> None:
        self.splitter.setSizes([720, 480])
        self.splitter.setStretchFactor(0, 1)
        for page in (self.splitter, self.comparison):
            self.pages.addWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.pages)
        self.setFocusProxy(self.list.search)
