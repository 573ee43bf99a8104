"""A page full size, with what is worth a look pointed out, and explained beneath the mouse."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollBar, QToolTip, QVBoxLayout, QWidget

from portal_desk.portal.languages import Language
from portal_desk.services.portal.own_words import OwnWords
from portal_desk.ui.language_wall.easel import PAGE_WIDTHS, draw_mark
from portal_desk.ui.language_wall.mark_words import explained
from portal_desk.ui.language_wall.marks import Inspector, Mark
from portal_desk.ui.language_wall.tiles import Tile
from portal_desk.ui.portal_preview.page import PortalPage, Width
from portal_desk.ui.widgets import ScrolledColumn, Text

_SETTLED = QEvent.Type.LayoutRequest


class MarkedPage(QWidget):
    """The language's name, what there is to say about its page, and the page.

    Signals:
        scrolled: how far down it is now, from 0 to 1.
    """

    scrolled = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._own: Sequence[OwnWords] = ()
        self._language: Language | None = None
        self._inspector = Inspector()
        self.page = PortalPage()
        self.words = Text("", "small", wrap=True)
        self._scroll = ScrolledColumn()
        self._overlay = _Overlay(self.page)
        self.page.installEventFilter(self)
        self._lay_out()
        self.bar.valueChanged.connect(self._on_scrolled)

    def show_tile(self, tile: Tile, width: Width, own: Sequence[OwnWords]) -> None:
        """Show a language's page."""
        if tile.view is None:
            return
        self._language, self._own = tile.language, own
        self.page.set_width(width)
        self.page.setFixedWidth(PAGE_WIDTHS["phone"]) if width == "phone" else self._loosen()
        self.page.set_view(tile.view, explain=False)
        self.page.setAccessibleName(tile.language.label)
        self._look()

    @property
    def bar(self) -> QScrollBar:
        """What it scrolls by."""
        return self._scroll.verticalScrollBar()

    def scroll_to(self, share: float) -> None:
        """Scroll down to this share of the way."""
        self.bar.setValue(round(share * self.bar.maximum()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, _SETTLED):
            self._look()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._look()

    def _loosen(self) -> None:
        self.page.setMinimumWidth(0)
        self.page.setMaximumWidth(PAGE_WIDTHS["desktop"])

    def _look(self) -> None:
        if self._language is None or not self.isVisible():
            return
        marks = self._inspector.inspect(self.page, self._own)
        self._overlay.show_marks(marks, self._language)
        said = "\n".join(explained(marks, self._language))
        if said != self.words.text():
            self.words.setText(said)
            self.words.setVisible(bool(said))

    def _on_scrolled(self, value: int) -> None:
        most = self.bar.maximum()
        self.scrolled.emit(value / most if most else 0.0)

    def _lay_out(self) -> None:
        ground = QHBoxLayout()
        ground.addStretch(0)
        ground.addWidget(self.page, 1)
        ground.addStretch(0)
        self.words.hide()
        self.words.setContentsMargins(16, 6, 16, 6)
        # A phone's page is as wide as a phone, however narrow the window is.
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._scroll.column.setContentsMargins(16, 8, 16, 16)
        self._scroll.column.addLayout(ground)
        self._scroll.column.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.words)
        column.addWidget(self._scroll, 1)


class _Overlay(QWidget):
    """Lies over the page, lets the mouse through, and draws the marks."""

    def __init__(self, page: PortalPage) -> None:
        super().__init__(page)
        self._page = page
        self._marks: Sequence[Mark] = ()
        self._language: Language | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        page.sheet.viewport().installEventFilter(self)

    def show_marks(self, marks: Sequence[Mark], language: Language) -> None:
        """Point these out."""
        self._marks, self._language = marks, language
        self.setGeometry(self._page.rect())
        self.raise_()
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and isinstance(watched, QWidget):
            at = watched.mapTo(self._page, event.pos())
            if text := self._said_at(at):
                QToolTip.showText(event.globalPos(), text, watched)
                return True
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for mark in self._marks:
            draw_mark(painter, mark)
        painter.end()

    def _said_at(self, at: QPoint) -> str:
        found = [mark for mark in self._marks if mark.rect.contains(at.toPointF())]
        return "\n".join(explained(found, self._language)) if self._language else ""
