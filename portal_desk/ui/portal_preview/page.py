"""One portal page, as the customer's browser would show it."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape
from typing import Literal

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from portal_desk.portal.colors import readable_on
from portal_desk.portal.document import Brand, Link, PortalView, Reason
from portal_desk.portal.flows.document import FlowPage
from portal_desk.ui.portal_preview.form_fields import label
from portal_desk.ui.portal_preview.form_sheet import FormSheet
from portal_desk.ui.portal_preview.paper import style_sheet
from portal_desk.ui.portal_preview.sheet import PortalSheet
from portal_desk.ui.widgets.style import set_style

Width = Literal["desktop", "phone"]

PHONE_WIDTH = 375
DESKTOP_WIDTH = 1080
ALONE_WIDTH = 480
TWO_COLUMNS_FROM = 700
_ICON = 28
_LOGO = QSize(200, 32)


class PortalPage(QFrame):
    """The page: the brand's panel, then the content. Always light, as the portal is.

    With `explain`, what the customer doesn't see or can't press is drawn as a ghost, with the reason beneath;
    without it the page is what the customer sees.

    Signals:
        followed: a link or button of the portal's own was pressed: its address.
        submitted: a form was sent: the form (Form), and what was filled in (dict of names and texts).
    """

    followed = Signal(str)
    submitted = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("portalPage")
        self.setAccessibleName(self.tr("Portal preview"))
        self._view: PortalView | None = None
        self._flow: FlowPage | None = None
        self._notes: tuple[Reason, ...] = ()
        self._explain = True
        self._alone = False
        self._width: Width = "desktop"
        self._brand: _BrandPanel | None = None
        self._footer: QWidget | None = None
        self.form: FormSheet | None = None
        self.sheet = PortalSheet()
        self.sheet.followed.connect(self.followed)
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addWidget(self.sheet, 5, Qt.AlignmentFlag.AlignTop)

    @property
    def view(self) -> PortalView | None:
        """The home page that is drawn now; None while another page is."""
        return self._view

    @property
    def flow(self) -> FlowPage | None:
        """The page with a form that is drawn now; None while the home page is."""
        return self._flow

    @property
    def title(self) -> str:
        """What the page that is drawn is called, in the customer's language."""
        page = self._flow or self._view
        return page.title if page else ""

    def set_view(self, view: PortalView, *, explain: bool = True) -> None:
        """Draw another home page."""
        self._view, self._flow, self._alone = view, None, False
        self._explain = explain
        self._draw()

    def set_flow(
        self,
        page: FlowPage,
        notes: Sequence[Reason] = (),
        *,
        explain: bool = True,
        alone: bool = False,
    ) -> None:
        """Draw a page with a form.

        Args:
            page: the page.
            notes: what the agent should know about it, drawn with `explain`.
            explain: draw for the agent.
            alone: draw it as a card of its own, as the login and an expired link are.
        """
        self._view, self._flow, self._alone = None, page, alone
        self._notes, self._explain = tuple(notes), explain
        self._draw()

    def set_width(self, width: Width) -> None:
        """Draw at a phone's width, or as wide as there is room."""
        changed, self._width = width != self._width, width
        self._limit_width()
        if changed and self._flow is not None:
            self._draw()
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self.title:
            self._draw()

    def _limit_width(self) -> None:
        widest = PHONE_WIDTH if self._width == "phone" else DESKTOP_WIDTH
        self.setMaximumWidth(min(widest, ALONE_WIDTH) if self._alone else widest)

    def _arrange(self) -> None:
        if self._brand is None or self._footer is None:
            return
        wide = self._width == "desktop" and self.width() >= TWO_COLUMNS_FROM and not self._alone
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._layout.setDirection(direction)
        self._layout.setStretchFactor(self._brand, 2 if wide else 0)
        # Beside the content the footer belongs to the brand's panel; above it, to the page's end.
        (self._brand.column if wide else self._layout).addWidget(self._footer)
        self._brand.set_compact(not wide)

    def _draw(self) -> None:
        """Draw the page anew; the keyboard stays on it."""
        focused = self.window().focusWidget()
        had_focus = focused is not None and self.isAncestorOf(focused)
        self._draw_anew()
        if had_focus:
            (self.form.first if self.form else self.sheet).setFocus(Qt.FocusReason.TabFocusReason)

    def _draw_anew(self) -> None:
        for old in (self._brand, self._footer, self.form):
            if old is not None:
                old.setParent(None)
                old.deleteLater()
        self.form = None
        frame = self._flow.frame if self._flow else self._view
        if frame is None:
            return
        rtl = frame.direction == "rtl"
        self.setLayoutDirection(
            Qt.LayoutDirection.RightToLeft if rtl else Qt.LayoutDirection.LeftToRight
        )
        look = style_sheet(frame.brand, self.font().pointSizeF())
        if look != self.styleSheet():
            self.setStyleSheet(look)
        alone = "true" if self._alone else "false"
        if self.property("alone") != alone:
            set_style(self, alone=alone)
        self._limit_width()
        self._brand = self._brand_panel()
        self._footer = _footer(frame.powered_by, frame.footer)
        self._footer.setVisible(not self._alone)
        self._layout.insertWidget(0, self._brand, 2)
        self._draw_content()
        self._arrange()

    def _brand_panel(self) -> _BrandPanel:
        if self._flow is not None:
            panel = _BrandPanel(self._flow.frame.brand, "", self._flow.frame.back)
        else:
            view = self._view
            assert view is not None  # noqa: S101 - one of the two is drawn
            panel = _BrandPanel(view.brand, view.headline or view.tagline, view.return_link)
        panel.followed.connect(self.followed)
        return panel

    def _draw_content(self) -> None:
        self.sheet.setVisible(self._view is not None)
        if self._view is not None:
            self.sheet.show_view(self._view, explain=self._explain)
        elif self._flow is not None:
            notes = self._notes if self._explain else ()
            narrow = self._width == "phone" or self._alone
            self.form = FormSheet(self._flow, notes, narrow=narrow)
            self.form.followed.connect(self.followed)
            self.form.submitted.connect(self.submitted)
            self._layout.insertWidget(1, self.form, 5, Qt.AlignmentFlag.AlignTop)


class _BrandPanel(QFrame):
    """Whose portal it is, in the brand's colour.

    Signals:
        followed: the way back was pressed: its address.
    """

    followed = Signal(str)

    def __init__(self, brand: Brand, title: str, back: Link | None) -> None:
        super().__init__()
        self.setObjectName("brandPanel")
        self.column = QVBoxLayout(self)
        self._title = label(title, "brandTitle")
        self.column.addLayout(_brand_line(brand))
        self.column.addWidget(self._title)
        self._title.setVisible(bool(title))
        if back and back.href:
            self.column.addWidget(self._back(back, readable_on(brand.color)))
        self.column.addStretch(1)

    def set_compact(self, compact: bool) -> None:
        """Take little room, where the panel is above the content."""
        self.column.setContentsMargins(*((28, 12, 28, 12) if compact else (24, 28, 24, 24)))
        self.column.setSpacing(4 if compact else 12)
        look = "true" if compact else "false"
        if self.property("compact") != look:
            set_style(self, compact=look)
            set_style(self._title, compact=look)

    def _back(self, back: Link, color: str) -> QLabel:
        """A link rather than a button: in some languages it needs a second line."""
        words = label("", "brandLink")
        words.setTextFormat(Qt.TextFormat.RichText)
        look = f"color: {color}; text-decoration: none"
        words.setText(f'<a href="{escape(back.href)}" style="{look}">← {escape(back.label)}</a>')
        words.setAccessibleName(back.label)
        words.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        words.linkActivated.connect(self.followed)
        return words


def _footer(powered_by: str, links: Sequence[Link]) -> QWidget:
    footer = QFrame()
    footer.setObjectName("portalFooter")
    layout = QVBoxLayout(footer)
    layout.setContentsMargins(0, 8, 0, 0)
    layout.setSpacing(4)
    layout.addWidget(label(powered_by, "small"))
    if links:
        layout.addWidget(label("   ".join(link.label for link in links), "small"))
    return footer


def _brand_line(brand: Brand) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(10)
    logo = _picture(brand.logo_url)
    if not logo.isNull():
        made = QLabel()
        made.setPixmap(logo.scaled(_LOGO, Qt.AspectRatioMode.KeepAspectRatio))
        made.setAccessibleName(brand.name)
        line.addWidget(made, 1)
        return line
    icon = label(brand.name[:1].upper(), "brandIcon")
    icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
    icon.setFixedSize(QSize(_ICON, _ICON))
    picture = _picture(brand.icon_url)
    if not picture.isNull():
        icon.setPixmap(picture.scaled(_ICON, _ICON, Qt.AspectRatioMode.KeepAspectRatio))
    line.addWidget(icon)
    line.addWidget(label(brand.name, "brandName"), 1)
    return line


def _picture(url: str | None) -> QPixmap:
    """The picture that an address carries inside; empty for any other."""
    found = QPixmap()
    head, _, body = (url or "").partition(";base64,")
    if head.startswith("data:image/"):
        found.loadFromData(base64.b64decode(body))
    return found
