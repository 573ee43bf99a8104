"""The editor: the form, the portal as it will look beside it, and saving."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from portal_desk.errors import DeskError, StripeError
from portal_desk.models.actions import JournalEntry
from portal_desk.models.json import Json
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.services.configurations.checks import Problem, check, refusal
from portal_desk.services.configurations.comparing import changed, merge
from portal_desk.services.configurations.drafts import blank
from portal_desk.services.configurations.saving import Saved
from portal_desk.services.configurations.selecting import name_of
from portal_desk.services.desk import Desk
from portal_desk.ui import format as fmt
from portal_desk.ui.configurations.conflict import ConflictDialog
from portal_desk.ui.configurations.form import ConfigurationForm, blocking
from portal_desk.ui.configurations.live_preview import LivePreview
from portal_desk.ui.configurations.saver import Saver
from portal_desk.ui.configurations.words import Catalogue
from portal_desk.ui.tasks import Tasks
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import Banner, Button, Heading, HSeparator, ScrolledColumn, Text

_LEAST_FOR_BOTH = 860
_AROUND = 60
"""Pixels that stay in sight around a field that is gone to."""


class Editor(QWidget):
    """Edits one configuration, or makes one.

    Signals:
        saved: what came of it, and what it was before (`Saved`, the configuration or None).
        found_saved: an earlier attempt, of which nothing was known, turns out to have worked.
        left: the editor can go: nothing is unsaved, or it was discarded.
        leave_requested: somebody wants to go, and something is unsaved.
    """

    saved = Signal(object, object)
    found_saved = Signal()
    left = Signal()
    leave_requested = Signal()

    def __init__(
        self,
        desk: Desk,
        tasks: Tasks,
        theme: Theme,
        form: ConfigurationForm,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tasks = tasks
        self._theme = theme
        self._catalogue = Catalogue()
        self._base: Json | None = None
        self._opened: Json = {}
        self._refused: Problem | None = None
        self._saver = Saver(desk, tasks, self)
        self.back = Button(self.tr("Back"), "ghost", theme=theme, icon_name="arrow-left")
        self.heading = Heading()
        self.state = Text("", "muted")
        self.show_preview = Button(self.tr("Preview"), theme=theme, icon_name="eye")
        self.save = Button(self.tr("Save"), "primary")
        self.banner = Banner(theme)
        self.form = form
        self.preview = LivePreview(desk, tasks, theme)
        self._scrolled = ScrolledColumn()
        self._lay_out()
        self._connect()

    @property
    def is_editing(self) -> bool:
        """Whether a draft is open that was neither saved nor discarded."""
        return bool(self._opened)

    @property
    def is_dirty(self) -> bool:
        """Whether anything is not saved."""
        return self.is_editing and bool(changed(self._opened, self.form.draft()))

    @property
    def unsaved(self) -> str:
        """The name of what is not saved; empty where everything is."""
        if not self.is_dirty:
            return ""
        return name_of(self.form.draft()) or self.tr("New configuration")

    def set_account(self, account: Json, catalogue: Catalogue) -> None:
        """Whose configurations these are, and what can be offered."""
        self._catalogue = catalogue
        self.preview.set_account(account, catalogue)

    def edit(self, base: Json | None, draft: Json | None = None) -> None:
        """Edit a configuration, or make one.

        Args:
            base: the configuration as Stripe has it; None for a new one.
            draft: what to begin with, which is not saved; `base` itself, or an empty form, where not given.
        """
        self._base, self._opened = base, base or draft or blank()
        self._refused = None
        self._saver.reset()
        self.banner.clear()
        self.form.set_catalogue(self._catalogue)
        self.form.show_draft(draft or self._opened, is_new=base is None)
        name = name_of(base) if base else self.tr("New configuration")
        self.heading.setText(self.tr("Edit {name}").format(name=name) if base else name)
        self._scrolled.verticalScrollBar().setValue(0)
        self._on_changed()
        self._tasks.start(self._warn(), name="look up permissions")

    def start_typing(self) -> None:
        """Take the keyboard to the first field."""
        self._go_to("name")

    def suggest_customer(self, snapshot: CustomerSnapshot) -> None:
        """Preview this customer's portal."""
        self.preview.show_customer(snapshot)

    def problems(self) -> list[Problem]:
        """What is wrong with the draft, and what Stripe refused of it."""
        found = check(self.form.draft(), self._catalogue.prices)
        return [*found, *([self._refused] if self._refused else [])]

    def save_now(self) -> None:
        """Save, where nothing is in the way; else go to what is."""
        wrong = [one for one in blocking(self.problems()) if one is not self._refused]
        if wrong:
            self._go_to(wrong[0].path)
        elif self.save.isEnabled():
            self._saver.save(self._base, self.form.draft())

    def discard(self) -> None:
        """Leave, whatever is unsaved."""
        self._opened = {}
        self.left.emit()

    def leave(self) -> None:
        """Leave, or ask to."""
        if self._saver.is_sending:
            return
        (self.leave_requested if self.is_dirty else self.left).emit()

    async def _warn(self) -> None:
        refused = await self._desk.read(self._desk.configurations.refused)
        if refused:
            self.banner.say("warning", self.tr("The key may lack a permission"), refused)

    def _on_saved(self, saved: Saved, base: Json | None) -> None:
        self._opened = {}
        self.saved.emit(saved, base)

    def _on_refused(self, error: StripeError) -> None:
        """Say it at the field that Stripe names, and keep what was typed."""
        self._refused = refusal(error)
        self.banner.say_error(error)
        self._judge()
        self._go_to(self._refused.path)

    def _resolve(self, theirs: Json, mine: Json) -> None:
        if self._base is None:
            return
        merged = merge(self._base, mine, theirs)
        dialog = ConflictDialog(self._desk.account, merged, self._catalogue, self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.resolved.connect(lambda draft: self._go_on_from(theirs, draft))
        dialog.theirs_chosen.connect(lambda: self._go_on_from(theirs, theirs))
        dialog.open()

    def _go_on_from(self, theirs: Json, draft: Json) -> None:
        self.edit(theirs, draft)
        title = self.tr("Now based on what Stripe has")
        self.banner.say("info", title, self.tr("Look at the form again, then save."))

    def _on_failed(self, error: DeskError) -> None:
        if self._saver.is_uncertain:
            self._say_uncertain(error.title, str(error))
        else:
            self.banner.say_error(error)

    def _say_uncertain(self, title: str, text: str) -> None:
        again = self.tr("Check again")
        self.banner.say(
            "warning", title, text, action=again, on_action=self._saver.check, closable=False
        )

    def _on_settled(self, entry: JournalEntry | None) -> None:
        """With its outcome known, a draft is saved, or can be saved again."""
        if entry is None:
            self._say_uncertain(
                self.tr("Still not known"),
                self.tr("Stripe can’t tell yet whether it took effect. Check again in a minute."),
            )
        elif entry.state == "done":
            self._opened = {}
            self._show_state()
            self.found_saved.emit()
        else:
            self.banner.say(
                "info", self.tr("It was not saved"), self.tr("Save again when you are ready.")
            )

    def _on_changed(self, path: str = "") -> None:
        if self._refused and path and f"{self._refused.path}.".startswith(f"{path}."):
            self._refused = None
            self.banner.clear()
        self._judge()
        self.preview.show_draft(self.form.draft())

    def _judge(self) -> None:
        self.form.show_problems(self.problems())
        self._show_state()

    def _show_state(self) -> None:
        wrong = len(blocking(self.problems()))
        if wrong:
            text = fmt.counted(wrong, self.tr("1 thing to mend"), self.tr("{n} things to mend"))
        else:
            text = self.tr("Not saved yet") if self.is_dirty else ""
        self.state.setText(text)
        something = self.is_dirty or self._base is None
        waiting = self._saver.is_sending or self._saver.is_uncertain
        self.save.setEnabled(something and not waiting)
        self.save.setText(self.tr("Saving…") if self._saver.is_sending else self.tr("Save"))

    def _go_to(self, path: str) -> None:
        """Take keyboard and eyes to a field."""
        if (field := self.form.field_of(path)) is not None:
            self.form.inputs[field].focus()
            self._scrolled.ensureWidgetVisible(self.form.fields[field], 0, _AROUND)

    def _on_saver_changed(self) -> None:
        self.form.setEnabled(not self._saver.is_sending)
        self.back.setEnabled(not self._saver.is_sending)
        self._show_state()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(320, super().minimumSizeHint().height())

    def _fit(self) -> None:
        """Form and preview beside each other, or one of them where there is no room for both."""
        both = self.width() >= _LEAST_FOR_BOTH * self._theme.text_scale
        other = self.tr("Form") if self.show_preview.isChecked() else self.tr("Preview")
        self.show_preview.setText(other)
        self.show_preview.setAccessibleName(other)
        self.show_preview.setVisible(not both)
        self._scrolled.setVisible(both or not self.show_preview.isChecked())
        self.preview.setVisible(both or self.show_preview.isChecked())

    def _connect(self) -> None:
        self.back.clicked.connect(self.leave)
        self.save.clicked.connect(self.save_now)
        self.show_preview.toggled.connect(self._fit)
        self._theme.changed.connect(self._fit)
        self.form.changed.connect(self._on_changed)
        self._saver.changed.connect(self._on_saver_changed)
        self._saver.saved.connect(self._on_saved)
        self._saver.overtaken.connect(self._resolve)
        self._saver.refused.connect(self._on_refused)
        self._saver.failed.connect(self._on_failed)
        self._saver.settled.connect(self._on_settled)
        inside = Qt.ShortcutContext.WidgetWithChildrenShortcut
        for keys in ("Ctrl+Return", "Ctrl+Enter", "Ctrl+S"):
            QShortcut(keys, self, self.save_now, context=inside)
        QShortcut("Esc", self, self.leave, context=inside)

    def _lay_out(self) -> None:
        self.setObjectName("surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.show_preview.setCheckable(True)
        self._scrolled.column.addWidget(self.form)
        self._scrolled.column.setContentsMargins(16, 12, 16, 16)
        bar = QFrame()
        head = QHBoxLayout(bar)
        head.setContentsMargins(12, 8, 12, 8)
        head.addWidget(self.back)
        head.addWidget(self.heading, 1)
        for widget in (self.state, self.show_preview, self.save):
            head.addWidget(widget)
        messages = QVBoxLayout()
        messages.setContentsMargins(12, 0, 12, 8)
        messages.addWidget(self.banner)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self._scrolled)
        splitter.addWidget(self.preview)
        splitter.setSizes([480, 560])
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(bar)
        outer.addLayout(messages)
        outer.addWidget(HSeparator())
        outer.addWidget(splitter, 1)
