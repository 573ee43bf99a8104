"""Icons of the Phosphor family that follow the theme.

The glyphs are QtAwesome's; its module is not imported, because that imports qtpy, which instantiates
every class of Qt and costs more than the rest of the window's start.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap

from portal_desk.ui.theme import Theme

_GAP = 0.16
"""The share of an icon's width that stays free before a text."""


def icon(theme: Theme, name: str, color: str = "text_muted", *, before_text: bool = False) -> QIcon:
    """The Phosphor icon `name` (such as `users` or `magnifying-glass`) in the colour of a token.

    It looks the colour up whenever it is drawn, so it follows the theme. With `before_text` it leaves a gap on its
    right. Raises KeyError for an unknown name.
    """
    return QIcon(_GlyphEngine(theme, _charmap()[name], color, gap=_GAP if before_text else 0.0))


def pixmap(theme: Theme, name: str, size: int, color: str = "text_muted") -> QPixmap:
    """The icon drawn once, for a label.

    `size` is in device-independent pixels, beside text of the usual size; where text is larger, so is the icon.
    """
    side = round(size * theme.text_scale)
    return icon(theme, name, color).pixmap(QSize(side, side), 2.0)


class _GlyphEngine(QIconEngine):
    def __init__(self, theme: Theme, glyph: str, color: str, *, gap: float) -> None:
        super().__init__()
        self._gap = gap
        self._theme = theme
        self._glyph = glyph
        self._color = color

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        font = QFont(_family())
        gap = round(rect.width() * self._gap)
        font.setPixelSize(rect.height() - gap)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        painter.setFont(font)
        painter.setPen(self._theme.color(self._token(mode, state)))
        painter.drawText(rect.adjusted(0, 0, -gap, 0), Qt.AlignmentFlag.AlignCenter, self._glyph)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        canvas = QPixmap(size)
        canvas.fill(Qt.GlobalColor.transparent)
        painter = QPainter(canvas)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return canvas

    def _token(self, mode: QIcon.Mode, state: QIcon.State) -> str:
        if mode == QIcon.Mode.Disabled:
            return "placeholder"
        if state == QIcon.State.On and self._color == "text_muted":
            return "accent"
        return self._color


@cache
def _fonts() -> Path:
    package = find_spec("qtawesome")
    if package is None or package.origin is None:
        msg = "QtAwesome, which carries the icons, is not installed"
        raise ImportError(msg)
    return Path(package.origin).parent / "fonts"


@cache
def _family() -> str:
    number = QFontDatabase.addApplicationFont(str(next(_fonts().glob("phosphor-*.ttf"))))
    return QFontDatabase.applicationFontFamilies(number)[0]


@cache
def _charmap() -> dict[str, str]:
    charmap = json.loads(next(_fonts().glob("phosphor-charmap-*.json")).read_text("utf-8"))
    return {name: chr(int(code, 16)) for name, code in charmap.items()}
