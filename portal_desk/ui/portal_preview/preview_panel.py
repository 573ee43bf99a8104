"""The portal of one customer, under a chosen configuration, in a chosen language, on a chosen day."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from portal_desk.errors import DeskError
from portal_desk.models.json import Json
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.portal.document import PortalView
from portal_desk.portal.flows.document import FlowPage
from portal_desk.services.desk import Desk
from portal_desk.services.portal.subject import Subject
from portal_desk.services.portal.walk import Answer, Visit
from portal_desk.services.portal.walk.route import EXPIRED_PAGE, LOGIN_PAGE
from portal_desk.ui.portal_preview.customer_portal import CustomerPortal
from portal_desk.ui.portal_preview.portal_choices import EXPIRED, LOGIN, PortalChoices
from portal_desk.ui.portal_preview.portal_column import PortalColumn
from portal_desk.ui.tasks import Tasks
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets.buttons import Button
from portal_desk.ui.widgets.containers import ScrolledColumn

_BESIDE_FROM = 640
_PAGES = {LOGIN: LOGIN_PAGE, EXPIRED: EXPIRED_PAGE}


class PortalPreviewPanel(QWidget):
    """The portal of the customer that is shown, to walk through, with choices of how it is seen.

    Signals:
        view_changed: the home page is drawn (PortalView).
        languages_requested: this portal is wanted in all languages; the configuration's id, or None.
    """

    view_changed = Signal(object)
    languages_requested = Signal(object)

    def __init__(
        self, desk: Desk, tasks: Tasks, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tasks = tasks
        self._snapshot: CustomerSnapshot | None = None
        self._subject: Subject | None = None
        self._drawing = False
        self._since = int(time.time())
        self._answers: list[tuple[Json, Answer]] = []
        self.choices = PortalChoices()
        self.configuration = self.choices.configuration
        self.language = self.choices.language
        self.width_choice = self.choices.width_choice
        self.explain = QCheckBox(self.tr("Explain what is missing"))
        self.explain.setChecked(True)
        self.all_languages = Button(
            self.tr("All languages"), "ghost", theme=theme, icon_name="translate"
        )
        self.save = Button(
            self.tr("Save as HTML…"), "ghost", theme=theme, icon_name="download-simple"
        )
        self.first, self.second = PortalColumn(theme), PortalColumn(theme)
        self.page = self.first.portal
        self.scrolled = ScrolledColumn()
        self._lay_out()
        self._connect()

    def show_customer(self, snapshot: CustomerSnapshot) -> None:
        """Draw this customer's portal."""
        again = self._snapshot is not None and self._snapshot.customer["id"]
        self._snapshot = snapshot
        self._since = int(time.time())
        self._answers.clear()
        self.choices.offer_moments(snapshot, self._since)
        restart = again != snapshot.customer["id"]
        load = self._load(snapshot, restart=restart)
        self._tasks.start(load, name="read portal configurations")

    def ask_for_languages(self) -> None:
        """Ask for this portal in all languages."""
        self.languages_requested.emit(self.configuration.currentData())

    @property
    def view(self) -> PortalView | None:
        """The home page, while it is drawn."""
        return self.page.view

    def _lay_out(self) -> None:
        below = QHBoxLayout()
        below.setSpacing(16)
        below.addWidget(self.explain)
        below.addWidget(self.choices.more)
        below.addStretch(1)
        below.addWidget(self.all_languages)
        below.addWidget(self.save)
        ground = QWidget()
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, ground)
        self._columns.setContentsMargins(16, 8, 16, 16)
        self._columns.setSpacing(16)
        self._columns.addWidget(self.first, 1)
        self._columns.addWidget(self.second, 1)
        self.second.hide()
        # All of it scrolls, so that the page has the pane's whole height, however low the window is.
        self.scrolled.column.setContentsMargins(20, 12, 20, 0)
        self.scrolled.column.setSpacing(8)
        self.scrolled.column.addWidget(self.choices)
        self.scrolled.column.addLayout(below)
        self.scrolled.column.addWidget(ground, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.scrolled)

    def _connect(self) -> None:
        self.choices.changed.connect(self._redraw)
        self.choices.restarted.connect(self._restart)
        self.explain.toggled.connect(self._redraw)
        self.all_languages.clicked.connect(self.ask_for_languages)
        self.save.clicked.connect(self._on_save)
        for column, other in ((self.first, self.second), (self.second, self.first)):
            column.link_focused.connect(lambda at, column=column: self._on_link_focused(column, at))
            column.portal.walked.connect(
                lambda column=column, other=other: self._on_walked(column, other)
            )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() >= _BESIDE_FROM
        self._columns.setDirection(
            QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        )

    async def _load(self, snapshot: CustomerSnapshot, *, restart: bool) -> None:
        from portal_desk.services.portal.asking import read_subject  # noqa: PLC0415 - for previews alone

        store = self._desk.store
        found = await self._desk.read(store.configurations)
        if found != self.choices.known:
            self.choices.offer_configurations(found)
        subject = await self._desk.read(read_subject, store, snapshot)
        if snapshot is self._snapshot:
            self._subject = subject
            self._restart() if restart else self._redraw()

    def _restart(self) -> None:
        """Begin the walk anew."""
        address = _PAGES.get(self.choices.opens.currentData(), "")
        self._draw(
            lambda portal, visit, explain: portal.show_visit(visit, address, explain=explain)
        )

    def _redraw(self) -> None:
        """Stay on the page, and draw it as it is chosen now."""
        self._draw(lambda portal, visit, explain: portal.redraw(visit, explain=explain))

    def _draw(self, show: Callable[[CustomerPortal, Visit, bool], None]) -> None:
        """Draw the columns that are shown; the second one is on the first one's page."""
        if self._subject is None:
            return
        explain, second = self.explain.isChecked(), self.choices.second
        self._drawing = True
        self.second.setVisible(second is not None)
        portal, visit = self._prepared(self.first, self.choices.chosen, named=second is not None)
        show(portal, visit, explain)
        if self.choices.flow is not None and visit.flow is None:
            self.first.say(self.tr("There is no subscription that such a link could be about."))
        if second is not None:
            portal, visit = self._prepared(self.second, second, named=True)
            portal.show_visit(visit, self.page.address, explain=explain)
        self._drawing = False

    def _prepared(
        self, column: PortalColumn, configuration: Json | None, *, named: bool
    ) -> tuple[CustomerPortal, Visit]:
        """A column's portal, and whom it is to show."""
        assert self._subject is not None  # noqa: S101 - asked for only where there is one
        visit = self._subject.visit(configuration, self.choices.seen(self._since))
        column.set_name(_name(configuration) if named else "")
        column.portal.set_width(self.choices.width_choice.currentData())
        return column.portal, visit

    def _on_walked(self, column: PortalColumn, other: PortalColumn) -> None:
        if column is self.first and self.view is not None:
            self.view_changed.emit(self.view)
        if not self._drawing:
            self._scroll_to(column)
            if self.second.isVisibleTo(self) and other.portal.address != column.portal.address:
                other.portal.go(column.portal.address)
        self._ask(column)

    def _scroll_to(self, column: PortalColumn) -> None:
        """Show the top of a page that was walked to, as a browser does."""
        bar = self.scrolled.verticalScrollBar()
        bar.setValue(min(bar.value(), column.mapTo(self.scrolled.inside, QPoint()).y()))

    def _ask(self, column: PortalColumn) -> None:
        """Let Stripe say what the page's amounts are, where it is about the real customer as they are now.

        A question is about the moment at which the customer was read, so it is asked once.
        """
        stop = column.portal.stop
        if stop is None or stop.question is None or not self.choices.is_real:
            return
        known = next((answer for asked, answer in self._answers if asked == stop.question), None)
        if known is not None:
            column.portal.answer(known)
        else:
            task = self._answer(column, stop.question)
            self._tasks.start(task, name="preview amounts", on_error=_keep_estimate)

    async def _answer(self, column: PortalColumn, question: Json) -> None:
        from portal_desk.services.portal.asking import ask  # noqa: PLC0415 - for previews alone

        answer = await ask(self._desk.gateway, question)
        stop = column.portal.stop
        if stop is not None and stop.question == question:
            self._answers.append((question, answer))
            column.portal.answer(answer)

    def _on_link_focused(self, column: PortalColumn, link: QRect) -> None:
        at = column.mapTo(self.scrolled.inside, link.center())
        self.scrolled.ensureVisible(at.x(), at.y())

    def _on_save(self) -> None:
        if self._snapshot is None or self.page.visit is None:
            return
        dialog = QFileDialog(self, self.tr("Save the portal page"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("html")
        locale = self.page.visit.words.locale
        dialog.selectFile(f"portal-{self._snapshot.customer['id']}-{locale}.html")
        dialog.fileSelected.connect(self.write_html)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def write_html(self, path: str) -> None:
        """Write the page that is drawn, as a self-contained HTML file."""
        page = self.page.view or self.page.flow
        if page is not None:
            write = self._desk.read(_write, Path(path), page, explained=self.explain.isChecked())
            self._tasks.start(write, name="save portal page")


def _keep_estimate(error: DeskError) -> None:
    """Stripe can't be asked: the page says that its amounts are estimated."""


def _name(configuration: Json | None) -> str:
    return str((configuration or {}).get("name") or (configuration or {}).get("id") or "")


def _write(path: Path, page: PortalView | FlowPage, *, explained: bool) -> None:
    from portal_desk.services.portal.saving import write_page  # noqa: PLC0415 - 110 ms, rarely needed

    write_page(path, page, explained=explained)
