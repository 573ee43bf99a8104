"""Colours, fonts and the style sheet, from one token file, light and dark."""

from __future__ import annotations

import json
import sys
from functools import cached_property
from string import Template
from typing import Any, Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from portal_desk.resources_path import resource

Mode = Literal["system", "light", "dark"]
FontRole = Literal["small", "body", "section", "title", "display"]

_PALETTE = {
    QPalette.ColorRole.Window: "window",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "surface",
    QPalette.ColorRole.AlternateBase: "surface_sunken",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.PlaceholderText: "text_faint",
    QPalette.ColorRole.Button: "surface",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.BrightText: "critical",
    QPalette.ColorRole.Highlight: "accent",
    QPalette.ColorRole.HighlightedText: "accent_text",
    QPalette.ColorRole.Link: "link",
    QPalette.ColorRole.LinkVisited: "link",
    QPalette.ColorRole.ToolTipBase: "surface_raised",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.Light: "surface",
    QPalette.ColorRole.Midlight: "border",
    QPalette.ColorRole.Mid: "border",
    QPalette.ColorRole.Dark: "border_strong",
    QPalette.ColorRole.Shadow: "border_strong",
    QPalette.ColorRole.Accent: "accent",
}


class Theme(QObject):
    """The look of the window; `changed` says that colours or sizes are different now."""

    changed = Signal()

    def __init__(self, mode: Mode = "system", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tokens: dict[str, dict[str, Any]] = json.loads(
            resource("styles", "tokens.json").read_text("utf-8")
        )
        self._mode: Mode = mode
        self._text_scale = 1.0
        self._app: QApplication | None = None

    @property
    def mode(self) -> Mode:
        """What was chosen; see `is_dark` for what that means now."""
        return self._mode

    @property
    def is_dark(self) -> bool:
        """Whether dark colours are in use now."""
        if self._mode != "system":
            return self._mode == "dark"
        return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark

    @property
    def text_scale(self) -> float:
        """How much larger than the system's text the window's text is (1.0: the same)."""
        return self._text_scale

    def set_mode(self, mode: Mode) -> None:
        """Follow the system, or always be light or dark."""
        if mode != self._mode:
            self._mode = mode
            self._refresh()

    def set_text_scale(self, scale: float) -> None:
        """Make all text `scale` times the system's size, within 0.8 to 2."""
        scale = min(max(scale, 0.8), 2.0)
        if scale != self._text_scale:
            self._text_scale = scale
            self._refresh()

    def color(self, name: str) -> QColor:
        """The colour of a token, such as `text_muted`."""
        return QColor(self._colors[name])

    def size(self, name: str) -> float:
        """A size token in device-independent pixels; a font's is in points. Fonts and icons grow with the text."""
        value = float(self._tokens["sizes"][name])
        if name.startswith("font_"):
            return value * self._body_pt
        return round(value * self._text_scale) if name.startswith("icon_") else value

    def font(self, role: FontRole = "body", *, strong: bool = False) -> QFont:
        """A font of the window's family in the role's size."""
        font = QFont(self._base_font)
        font.setPointSizeF(self.size(f"font_{role}"))
        if strong:
            font.setWeight(QFont.Weight.DemiBold)
        return font

    def apply(self, app: QApplication) -> None:
        """Dress `app`, now and whenever the theme or the system's colour scheme changes."""
        self._app = app
        app.setStyle(QStyleFactory.create("Fusion"))
        app.styleHints().colorSchemeChanged.connect(self._on_system_scheme_changed)
        self._refresh()

    @property
    def _colors(self) -> dict[str, str]:
        return self._tokens["dark" if self.is_dark else "light"]

    @cached_property
    def _base_font(self) -> QFont:
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
        if sys.platform == "linux":
            font.setFamilies(["Inter", font.family(), "Noto Sans"])
        return font

    @property
    def _body_pt(self) -> float:
        minimum = float(self._tokens["sizes"]["minimum_body_pt"])
        return max(self._base_font.pointSizeF(), minimum) * self._text_scale

    def _on_system_scheme_changed(self) -> None:
        if self._mode == "system":
            self._refresh()

    def _refresh(self) -> None:
        if self._app is not None:
            # With a style sheet in force each of these would restyle every widget: first take it away.
            self._app.setStyleSheet("")
            self._app.setFont(self.font())
            self._app.setPalette(self._palette())
            self._app.setStyleSheet(self.style_sheet())
        self.changed.emit()

    def _palette(self) -> QPalette:
        palette = QPalette()
        for role, token in _PALETTE.items():
            palette.setColor(role, self.color(token))
        off = QPalette.ColorGroup.Disabled
        for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
            palette.setColor(off, role, self.color("placeholder"))
        palette.setColor(off, QPalette.ColorRole.WindowText, self.color("placeholder"))
        return palette

    def style_sheet(self) -> str:
        """The style sheet with the tokens of now filled in."""
        template = Template(resource("styles", "window.qss").read_text("utf-8"))
        sizes = {name: f"{self.size(name):g}" for name in self._tokens["sizes"]}
        icons = resource("icons").as_posix()
        shade = "dark" if self.is_dark else "light"
        # Half of a radio button with its border: Qt draws a square where the radius is larger.
        radius = (int(self.size("icon_tiny")) + 2) // 2
        return template.substitute(
            self._colors, **sizes, radio_radius=radius, icons=icons, shade=shade
        )
