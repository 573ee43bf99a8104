"""One language full size, or two side by side that scroll together."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.services.portal.own_words import own_words
from portal_desk.ui.language_wall.marked_page import MarkedPage
from portal_desk.ui.language_wall.tiles import Tile, TileModel
from portal_desk.ui.portal_preview.page import Width
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import Button, HSeparator, IconButton, VSeparator

_NONE = ""
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class Reader(QFrame):
    """What the wall opens.

    Signals:
        left: back to the wall.
        export_requested: the languages on show (tags) are wanted as files.
    """

    left = Signal()
    export_requested = Signal(list)

    def __init__(self, model: TileModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("surface")
        self._model = model
        self._width: Width = "phone"
        self._snapshot: CustomerSnapshot | None = None
        self.pages = (MarkedPage(), MarkedPage())
        self.choices = (QComboBox(), QComboBox())
        self.back = Button(self.tr("All languages"), "ghost", theme=theme, icon_name="caret-left")
        self.before = IconButton(theme, "caret-left", self.tr("Previous language (Left)"))
        self.after = IconButton(theme, "caret-right", self.tr("Next language (Right)"))
        self.export = Button(self.tr("Export…"), theme=theme, icon_name="download-simple")
        self._line = VSeparator()
        self._fill_choices()
        self._lay_out()
        self._connect()

    @property
    def tags(self) -> list[str]:
        """The languages on show."""
        return [tag for choice in self.choices if (tag := choice.currentData()) != _NONE]

    def show_languages(self, tags: Sequence[str], width: Width, snapshot: CustomerSnapshot) -> None:
        """Show one language, or two."""
        self._width, self._snapshot = width, snapshot
        wanted = [*tags, _NONE][:2]
        for choice, tag in zip(self.choices, wanted, strict=True):
            choice.blockSignals(True)
            choice.setCurrentIndex(choice.findData(tag))
            choice.blockSignals(False)
        self.refresh()
        self.setFocus()

    def refresh(self) -> None:
        """Show what the wall has now."""
        snapshot = self._snapshot
        if snapshot is None:
            return
        for page, choice in zip(self.pages, self.choices, strict=True):
            tag = choice.currentData()
            page.setVisible(tag != _NONE)
            if tag != _NONE:
                tile = self._model.tile(tag)
                own = own_words(tile.view, snapshot) if tile.view else ()
                page.show_tile(tile, self._width, own)
        self._line.setVisible(len(self.tags) > 1)

    def step(self, by: int) -> None:
        """Turn the first page to the language before or after."""
        first = self.choices[0]
        first.setCurrentIndex((first.currentIndex() + by) % first.count())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            self.left.emit()
        elif key in _STEPS:
            self.step(_STEPS[key])
        else:
            super().keyPressEvent(event)

    def _fill_choices(self) -> None:
        first, second = self.choices
        second.addItem(self.tr("Compare with…"), _NONE)
        for choice in self.choices:
            for tile in self._model.tiles:
                choice.addItem(_name(tile), tile.language.tag)
            choice.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            choice.setMinimumContentsLength(16)
        first.setAccessibleName(self.tr("Language"))
        second.setAccessibleName(self.tr("Compare with"))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(12, 8, 12, 8)
        head.setSpacing(6)
        for widget in (self.back, self.before, self.choices[0], self.after, self.choices[1]):
            head.addWidget(widget)
        head.addStretch(1)
        head.addWidget(self.export)
        pages = QHBoxLayout()
        pages.setSpacing(0)
        pages.addWidget(self.pages[0], 1)
        pages.addWidget(self._line)
        pages.addWidget(self.pages[1], 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(HSeparator())
        column.addLayout(pages, 1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def _connect(self) -> None:
        first, second = self.pages
        first.scrolled.connect(second.scroll_to)
        second.scrolled.connect(first.scroll_to)
        for choice in self.choices:
            choice.currentIndexChanged.connect(self.refresh)
        self.back.clicked.connect(self.left)
        self.before.clicked.connect(lambda: self.step(-1))
        self.after.clicked.connect(lambda: self.step(1))
        self.export.clicked.connect(lambda: self.export_requested.emit(self.tags))


def _name(tile: Tile) -> str:
    return f"{tile.language.label} · {tile.language.tag}"
