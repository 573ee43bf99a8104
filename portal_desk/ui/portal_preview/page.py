"""One portal page, as the customer's browser would show it."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from portal_desk.portal.document import Brand, PortalView
from portal_desk.ui.portal_preview.paper import style_sheet
from portal_desk.ui.portal_preview.sheet import PortalSheet
from portal_desk.ui.widgets.labels import breakable
from portal_desk.ui.widgets.style import set_style

Width = Literal["desktop", "phone"]

PHONE_WIDTH = 375
TWO_COLUMNS_FROM = 700


class PortalPage(QFrame):
    """The page: the brand's panel, then the sections. Always light, as the portal is.

    With `explain`, what the customer doesn't see or can't press is drawn as a ghost, with the reason beneath;
    without it the page is what the customer sees.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("portalPage")
        self.setAccessibleName(self.tr("Portal preview"))
        self._view: PortalView | None = None
        self._explain = True
        self._width: Width = "desktop"
        self._brand: _BrandPanel | None = None
        self._footer: QWidget | None = None
        self.sheet = PortalSheet()
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addWidget(self.sheet, 5, Qt.AlignmentFlag.AlignTop)

    @property
    def view(self) -> PortalView | None:
        """What is drawn now."""
        return self._view

    def set_view(self, view: PortalView, *, explain: bool = True) -> None:
        """Draw another page."""
        self._view = view
        self._explain = explain
        self._draw()

    def set_width(self, width: Width) -> None:
        """Draw at a phone's width, or as wide as there is room."""
        self._width = width
        self.setMaximumWidth(PHONE_WIDTH if width == "phone" else 1080)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self._view is not None:
            self.sheet.show_view(self._view, explain=self._explain)

    def _arrange(self) -> None:
        if self._brand is None or self._footer is None:
            return
        wide = self._width == "desktop" and self.width() >= TWO_COLUMNS_FROM
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._layout.setDirection(direction)
        self._layout.setStretchFactor(self._brand, 2 if wide else 0)
        # Beside the content the footer belongs to the brand's panel; above it, to the page's end.
        (self._brand.column if wide else self._layout).addWidget(self._footer)
        self._brand.set_compact(not wide)

    def _draw(self) -> None:
        view = self._view
        if view is None:
            return
        for old in (self._brand, self._footer):
            if old is not None:
                old.setParent(None)
                old.deleteLater()
        rtl = view.direction == "rtl"
        self.setLayoutDirection(
            Qt.LayoutDirection.RightToLeft if rtl else Qt.LayoutDirection.LeftToRight
        )
        look = style_sheet(view.brand)
        if look != self.styleSheet():
            self.setStyleSheet(look)
        self._brand, self._footer = _BrandPanel(view), _footer(view)
        self._layout.insertWidget(0, self._brand, 2)
        self.sheet.show_view(view, explain=self._explain)
        self._arrange()


class _BrandPanel(QFrame):
    """Whose portal it is, in the brand's colour."""

    def __init__(self, view: PortalView) -> None:
        super().__init__()
        self.setObjectName("brandPanel")
        self.column = QVBoxLayout(self)
        self._title = _text(view.headline or view.tagline, "brandTitle")
        self.column.addLayout(_brand_line(view.brand))
        self.column.addWidget(self._title)
        if view.return_link:
            self.column.addWidget(_text(f"← {view.return_link.label}", "brandLink"))
        self.column.addStretch(1)

    def set_compact(self, compact: bool) -> None:
        """Take little room, where the panel is above the content."""
        self.column.setContentsMargins(*((28, 12, 28, 12) if compact else (24, 28, 24, 24)))
        self.column.setSpacing(4 if compact else 12)
        look = "true" if compact else "false"
        if self.property("compact") != look:
            set_style(self, compact=look)
            set_style(self._title, compact=look)


def _footer(view: PortalView) -> QWidget:
    footer = QFrame()
    footer.setObjectName("portalFooter")
    layout = QVBoxLayout(footer)
    layout.setContentsMargins(0, 8, 0, 0)
    layout.setSpacing(4)
    layout.addWidget(_text(view.powered_by, "small"))
    if view.footer:
        layout.addWidget(_text("   ".join(link.label for link in view.footer), "small"))
    return footer


def _brand_line(brand: Brand) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(10)
    initial = _text(brand.name[:1].upper(), "brandIcon")
    initial.setAlignment(Qt.AlignmentFlag.AlignCenter)
    initial.setFixedSize(QSize(28, 28))
    line.addWidget(initial)
    line.addWidget(_text(brand.name, "brandName"), 1)
    return line


def _text(text: str, name: str) -> QLabel:
    label = QLabel(breakable(text))
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setIndent(0)
    return label
