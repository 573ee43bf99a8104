"""One portal page drawn with Qt widgets, as the customer's browser would show it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from portal_desk.portal.document import (
    Availability,
    Badge,
    Brand,
    Button,
    PortalView,
    Row,
    Section,
)
from portal_desk.portal.explain import (
    Explanation,
    drawn,
    explain_missing,
    explain_notes,
    why_not,
)
from portal_desk.ui.portal_preview.paper import LINK, TONES, style_sheet
from portal_desk.ui.widgets.flow import FlowLayout
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
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)

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

    def _arrange(self) -> None:
        wide = self._width == "desktop" and self.width() >= TWO_COLUMNS_FROM
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._layout.setDirection(direction)
        if self._brand and self._footer:
            # Beside the content the footer belongs to the brand's panel; above it, to the page's end.
            (self._brand.column if wide else self._layout).addWidget(self._footer)
            self._brand.set_compact(not wide)
        # A scroll area asks for no height for a width, so wrapped lines would be cut off.
        self.setMinimumHeight(max(self._layout.heightForWidth(self.width()), 0))

    def _draw(self) -> None:
        while (item := self._layout.takeAt(0)) is not None:
            if old := item.widget():
                old.setParent(None)
                old.deleteLater()
        view = self._view
        if view is None:
            return
        rtl = view.direction == "rtl"
        self.setLayoutDirection(
            Qt.LayoutDirection.RightToLeft if rtl else Qt.LayoutDirection.LeftToRight
        )
        self.setStyleSheet(style_sheet(view.brand))
        self._brand, self._footer = _BrandPanel(view), _footer(view)
        self._layout.addWidget(self._brand, 2)
        self._layout.addWidget(_content(view, explain=self._explain), 5)
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


def _content(view: PortalView, *, explain: bool) -> QWidget:
    content = QFrame()
    content.setObjectName("portalContent")
    layout = QVBoxLayout(content)
    layout.setContentsMargins(28, 28, 28, 28)
    layout.setSpacing(24)
    if explain:
        _add_callout(layout, explain_notes(view.notes), "info")
    for section in view.sections:
        if explain or section.availability != "hidden":
            layout.addWidget(_section(section, explain=explain))
    layout.addStretch(1)
    return content


def _section(section: Section, *, explain: bool) -> QWidget:
    frame = QFrame()
    frame.setObjectName("ghostSection" if section.availability == "hidden" else "portalSection")
    layout = QVBoxLayout(frame)
    margin = 12 if section.availability == "hidden" else 0
    layout.setContentsMargins(margin, margin, margin, margin)
    layout.setSpacing(10)
    layout.addWidget(_text(section.title, "sectionTitle"))
    if explain:
        _add_callout(layout, explain_notes(section.reasons), "warning")
    for row in section.rows:
        layout.addWidget(_row(row, explain=explain))
    if not section.rows and section.empty:
        layout.addWidget(_text(section.empty, "rowLine"))
    if section.more:
        layout.addWidget(_text(section.more, "more"))
    _add_buttons(layout, section.buttons, explain=explain)
    return frame


def _row(row: Row, *, explain: bool) -> QWidget:
    frame = QFrame()
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(0, 0, 0, 6)
    layout.setSpacing(4)
    layout.addLayout(_headline(row))
    for line in row.lines:
        layout.addWidget(_text(line, "rowLine"))
    _add_buttons(layout, row.buttons, explain=explain)
    return frame


def _headline(row: Row) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(8)
    title = _text(row.title, "rowTitle")
    title.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
    title.setAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop)
    alone = not (row.badges or row.value)
    line.addWidget(title, 1 if alone else 0)
    for badge in row.badges:
        line.addWidget(_badge(badge), 0, Qt.AlignmentFlag.AlignTop)
    if not alone:
        line.addStretch(1)
    if row.value:
        value = _text(row.value, "rowValue")
        value.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignTop)
        line.addWidget(value, 1)
    return line


def _badge(badge: Badge) -> QLabel:
    label = QLabel(badge.text)
    background, text = TONES[badge.tone]
    label.setStyleSheet(
        f"background: {background}; color: {text}; border-radius: 4px; padding: 1px 6px;"
    )
    return label


def _add_buttons(layout: QVBoxLayout, buttons: Sequence[Button], *, explain: bool) -> None:
    """The buttons in a row, and beneath them why some are missing."""
    shown = drawn(buttons, explained=explain)
    if shown:
        line = FlowLayout(spacing=8)
        for button in shown:
            line.addWidget(_button(button))
        layout.addSpacing(4)
        layout.addLayout(line)
    if explain:
        _add_reasons(layout, buttons)


def _add_reasons(layout: QVBoxLayout, buttons: Sequence[Button]) -> None:
    missing = explain_missing(buttons)
    _add_callout(layout, [one for one in missing if not one.quiet], "warning")
    for one in missing:
        if one.quiet:
            layout.addWidget(_text(one.text, "quiet"))
    notes = [note for button in buttons for note in button.notes]
    _add_callout(layout, explain_notes(notes), "info")


def _add_callout(
    layout: QVBoxLayout, explanations: Sequence[Explanation], tone: Literal["info", "warning"]
) -> None:
    """What the agent should know, if there is anything, a paragraph each."""
    if not explanations:
        return
    label = _text("", f"callout_{tone}")
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setText("<br>".join(_rich(each) for each in explanations))
    label.setOpenExternalLinks(True)
    label.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    layout.addWidget(label)


def _rich(explanation: Explanation) -> str:
    """A sentence with its way out, leading to Stripe's documentation where there is some."""
    parts = [f"<b>{escape(explanation.text)}</b>", escape(explanation.way_out)]
    if explanation.source:
        source = escape(explanation.source)
        parts.append(f'<a href="{source}" style="color: {LINK}">Stripe’s rule</a>')
    return " ".join(part for part in parts if part)


def _button(button: Button) -> QPushButton:
    widget = QPushButton(button.label)
    widget.setProperty("portal", _BUTTON_LOOK[button.availability] or button.kind)
    widget.setEnabled(button.availability == "enabled")
    widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    reasons = [why_not(button.capability, reason) for reason in button.reasons]
    widget.setAccessibleDescription(" ".join(reasons))
    return widget


_BUTTON_LOOK: dict[Availability, str] = {"enabled": "", "disabled": "disabled", "hidden": "ghost"}


def _text(text: str, name: str) -> QLabel:
    label = QLabel(breakable(text))
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setIndent(0)
    return label
