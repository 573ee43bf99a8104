"""The content of the portal page: a text document on white paper, with buttons and boxes painted behind its words."""

from __future__ import annotations

import math
from typing import cast

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QDesktopServices,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QTextLine,
    QTextTable,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QTextBrowser, QWidget

from portal_desk.portal.document import PortalView, Row, Section
from portal_desk.portal.explain import drawn
from portal_desk.ui.portal_preview.paper import HAIRLINE, Box
from portal_desk.ui.portal_preview.writing import Painted, write

_DOCS = "docs.stripe.com"
_MARGIN = 28
_RULE_BELOW = 6


_SCROLLING = frozenset(
    (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Space)
)


class PortalSheet(QTextBrowser):
    """Its words can be selected, its links pressed by mouse and keyboard; its buttons are only painted.

    It is as high as what is written on it: whatever holds the page scrolls.

    Signals:
        link_focused: where the link is that the keyboard has come to (QRect).
        followed: a link of the portal's own was pressed: its address.
    """

    link_focused = Signal(QRect)
    followed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._painted = Painted()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.anchorClicked.connect(self._on_anchor_clicked)
        self.setUndoRedoEnabled(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = self.document().documentLayout()
        layout.documentSizeChanged.connect(self._on_document_size_changed)
        self.document().setDocumentMargin(_MARGIN)

    @property
    def boxed(self) -> list[tuple[int, int]]:
        """The ranges of positions of buttons and badges, which are never to be broken."""
        return [(start, end) for start, end, _box in self._painted.words]

    def show_view(self, view: PortalView, *, explain: bool) -> None:
        """Write another page."""
        self._painted = write(self.document(), view, explain=explain)
        self.setAccessibleName(view.title)
        dead = ", ".join(_unavailable(view, explain=explain))
        told = self.tr("Can't be pressed: {buttons}").format(buttons=dead) if dead else ""
        self.setAccessibleDescription(told)

    def _on_anchor_clicked(self, address: QUrl) -> None:
        """Stripe's documentation opens in the browser; all else is for the preview to follow."""
        if address.host() == _DOCS:
            QDesktopServices.openUrl(address)
        else:
            self.followed.emit(address.toString())

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _SCROLLING:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool, /) -> bool:
        moved = super().focusNextPrevChild(forward)
        if moved:
            self.link_focused.emit(self.cursorRect())
        return moved

    def _on_document_size_changed(self, size: QSizeF) -> None:
        self.setFixedHeight(math.ceil(size.height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        seen = QRectF(event.rect())
        for table, box in self._painted.tables:
            rect = self._table_rect(table)
            if rect.intersects(seen):
                _paint(painter, rect, box)
        for start, end, box in self._painted.words:
            rect = self._words_rect(start, end, box)
            if rect.intersects(seen):
                _paint(painter, rect, box)
        painter.setPen(QColor(HAIRLINE))
        for position in self._painted.ruled:
            rect = self._block_rect(position)
            below = QPointF(0, _RULE_BELOW)
            painter.drawLine(rect.bottomLeft() + below, rect.bottomRight() + below)
        painter.end()
        super().paintEvent(event)

    def _table_rect(self, table: QTextTable) -> QRectF:
        shape = table.format()
        around = self.document().documentLayout().frameBoundingRect(table)
        # Qt measures a table from its first cell's content, but its size from edge to edge.
        around.translate(-shape.cellPadding(), -shape.cellPadding())
        return around.adjusted(0.5, 0.5, -0.5, -0.5 - shape.topMargin())

    def _block_rect(self, position: int) -> QRectF:
        block = self.document().findBlock(position)
        return self.document().documentLayout().blockBoundingRect(block)

    def _words_rect(self, start: int, end: int, box: Box) -> QRectF:
        """Around words on one line, as high as the words and the box's padding."""
        block = self.document().findBlock(start)
        at = self._block_rect(start).topLeft()
        line = block.layout().lineForTextPosition(start - block.position())
        if not line.isValid():
            return QRectF()
        ends = [_across(line, position - block.position()) for position in (start, end)]
        top = at.y() + line.y() - box.pad
        height = line.ascent() + line.descent() + 2 * box.pad
        return QRectF(at.x() + min(ends), top, abs(ends[1] - ends[0]), height)


def _paint(painter: QPainter, rect: QRectF, box: Box) -> None:
    style = Qt.PenStyle.DashLine if box.dashed else Qt.PenStyle.SolidLine
    painter.setPen(QPen(QColor(box.edge), 1, style) if box.edge else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(box.fill) if box.fill else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect, box.radius, box.radius)


def _across(line: QTextLine, position: int) -> float:
    """Where a position within its block is on its line, from the block's left."""
    across, _position = cast("tuple[float, int]", line.cursorToX(position))
    return across


def _unavailable(view: PortalView, *, explain: bool) -> list[str]:
    """The buttons that can't be pressed, which is otherwise told by their looks alone."""
    sections = [one for one in view.sections if explain or one.availability != "hidden"]
    holders: list[Row | Section] = [*sections, *(row for one in sections for row in one.rows)]
    shown = [button for one in holders for button in drawn(one.buttons, explained=explain)]
    return list(dict.fromkeys(one.label for one in shown if one.availability != "enabled"))
