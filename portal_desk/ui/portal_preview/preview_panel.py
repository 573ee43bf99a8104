"""The portal of one customer, under a chosen configuration, in a chosen language."""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import QRect, QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from portal_desk.errors import DiskFull
from portal_desk.models.json import Json
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.portal.document import PortalView
from portal_desk.portal.languages import languages
from portal_desk.services.desk import Desk
from portal_desk.ui.portal_preview.customer_portal import CustomerPortal
from portal_desk.ui.tasks import Tasks
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets.buttons import Button
from portal_desk.ui.widgets.containers import ScrolledColumn
from portal_desk.ui.widgets.labels import Text

AUTO = "auto"


class PortalPreviewPanel(QWidget):
    """The portal page of the customer that is shown, with a bar to choose how it is seen.

    Signals:
        view_changed: another page is drawn (PortalView).
    """

    view_changed = Signal(object)

    def __init__(
        self, desk: Desk, tasks: Tasks, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tasks = tasks
        self._snapshot: CustomerSnapshot | None = None
        self._configurations: list[Json] | None = None
        self.configuration = _combo(self.tr("Portal configuration"))
        self.language = _combo(self.tr("Language"))
        self.width_choice = _combo(self.tr("Width"))
        self.explain = QCheckBox(self.tr("Explain what is missing"))
        self.explain.setChecked(True)
        self.save = Button(
            self.tr("Save as HTML…"), "ghost", theme=theme, icon_name="download-simple"
        )
        self.page = CustomerPortal()
        self.scrolled = ScrolledColumn()
        self._fill_choices()
        self._lay_out()
        self._connect()

    def show_customer(self, snapshot: CustomerSnapshot) -> None:
        """Draw this customer's portal."""
        self._snapshot = snapshot
        self._tasks.start(self._load_configurations(), name="read portal configurations")

    @property
    def view(self) -> PortalView | None:
        """The page that is drawn now."""
        return self.page.view

    def _fill_choices(self) -> None:
        self.language.addItem(self.tr("Customer's language"), AUTO)
        for language in languages():
            self.language.addItem(language.label, language.tag)
        self.width_choice.addItem(self.tr("Desktop"), "desktop")
        self.width_choice.addItem(self.tr("Phone"), "phone")

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(8)
        for label, choice in (
            (self.tr("Configuration"), self.configuration),
            (self.tr("Language"), self.language),
            (self.tr("Width"), self.width_choice),
        ):
            caption = Text(label, "key")
            caption.setBuddy(choice)
            pair = QVBoxLayout()
            pair.setSpacing(2)
            pair.addWidget(caption)
            pair.addWidget(choice)
            bar.addLayout(pair, 0 if choice is self.width_choice else 1)
        below = QHBoxLayout()
        below.addWidget(self.explain)
        below.addStretch(1)
        below.addWidget(self.save)
        # All of it scrolls, so that the page has the pane's whole height, however low the window is.
        self.scrolled.column.setContentsMargins(20, 12, 20, 0)
        self.scrolled.column.setSpacing(8)
        self.scrolled.column.addLayout(bar)
        self.scrolled.column.addLayout(below)
        self.scrolled.column.addWidget(self._stage(), 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.scrolled)

    def _stage(self) -> QWidget:
        """The page in the middle, where it is narrower than the pane."""
        ground = QWidget()
        around = QHBoxLayout(ground)
        around.setContentsMargins(16, 16, 16, 16)
        around.addStretch(0)
        around.addWidget(self.page, 1)
        around.addStretch(0)
        return ground

    def _connect(self) -> None:
        self.configuration.currentIndexChanged.connect(self._draw)
        self.language.currentIndexChanged.connect(self._draw)
        self.explain.toggled.connect(self._draw)
        self.width_choice.currentIndexChanged.connect(self._on_width_changed)
        self.save.clicked.connect(self._on_save)
        self.page.sheet.link_focused.connect(self._on_link_focused)

    async def _load_configurations(self) -> None:
        found = await self._desk.read(self._desk.store.configurations)
        if found != self._configurations:
            self._configurations = found
            self._offer(found)
        self._draw()

    def _offer(self, configurations: list[Json]) -> None:
        chosen = self.configuration.currentData()
        blocker = QSignalBlocker(self.configuration)
        self.configuration.clear()
        for configuration in configurations:
            self.configuration.addItem(self._name(configuration), configuration["id"])
        if not configurations:
            self.configuration.addItem(self.tr("No configuration"), None)
        self.configuration.setCurrentIndex(max(self.configuration.findData(chosen), 0))
        blocker.unblock()

    def _name(self, configuration: Json) -> str:
        name = configuration.get("name") or configuration["id"]
        if configuration.get("is_default"):
            return self.tr("{name} (default)").format(name=name)
        return (
            name if configuration.get("active") else self.tr("{name} (inactive)").format(name=name)
        )

    def _draw(self) -> None:
        if self._snapshot is None:
            return
        view = self.page.show_portal(
            self._snapshot,
            self._chosen(),
            locale=self.language.currentData(),
            now=int(time.time()),
            explain=self.explain.isChecked(),
        )
        self.view_changed.emit(view)

    def _chosen(self) -> Json | None:
        chosen = self.configuration.currentData()
        offered = self._configurations or []
        return next((each for each in offered if each["id"] == chosen), None)

    def _on_width_changed(self) -> None:
        self.page.set_width(self.width_choice.currentData())

    def _on_link_focused(self, link: QRect) -> None:
        at = self.page.sheet.mapTo(self.scrolled.inside, link.center())
        self.scrolled.ensureVisible(at.x(), at.y())

    def _on_save(self) -> None:
        if self.view is None or self._snapshot is None:
            return
        dialog = QFileDialog(self, self.tr("Save the portal page"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("html")
        dialog.selectFile(f"portal-{self._snapshot.customer['id']}-{self.view.locale}.html")
        dialog.fileSelected.connect(self.write_html)
        dialog.open()

    def write_html(self, path: str) -> None:
        """Write the page that is drawn, as a self-contained HTML file."""
        from portal_desk.portal.html import render  # noqa: PLC0415 - 110 ms, rarely needed

        if self.view is not None:
            page = render(self.view, annotated=self.explain.isChecked())
            self._tasks.start(self._desk.read(_write, path, page), name="save portal page")


def _write(path: str, text: str) -> None:
    try:
        Path(path).write_text(text, encoding="utf-8")
    except OSError as error:
        msg = f"{path} can't be written: {error.strerror}."
        raise DiskFull(msg, "Choose another folder.") from error


def _combo(name: str) -> QComboBox:
    combo = QComboBox()
    combo.setAccessibleName(name)
    # Long names of configurations and languages must not make the pane wider.
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(8)
    return combo
