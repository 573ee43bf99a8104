"""What is worth a look on a page as it is laid out: words cut off, signs that no font has, words of the business."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, cast

from PySide6.QtCore import QPoint, QPointF, QRectF, QSizeF, Qt, QTextBoundaryFinder
from PySide6.QtGui import QFontMetricsF, QTextBlock, QTextDocumentFragment, QTextLayout, QTextLine
from PySide6.QtWidgets import QLabel, QPushButton

from portal_desk.services.portal.own_words import OwnWords, own_rows
from portal_desk.ui.language_wall.glyphs import Glyphs
from portal_desk.ui.portal_preview.page import PortalPage

Kind = Literal["cut", "missing", "own"]
Range = tuple[int, int]
_Words = QLabel | QPushButton

_INKS: dict[Kind, str] = {"cut": "#c0123c", "missing": "#b25e00", "own": "#5b6aa8"}
"""On the portal's paper, which is white in dark colours too."""
_SLACK = 0.5
_DATA = re.compile(r"\S*[@_\d]\S*")
"""Email addresses, ids and numbers may be broken anywhere: nobody reads them as words."""
_FORCED = "\u2028"
_JOINERS = re.compile("[\u200b\u2060]")


@dataclass(frozen=True)
class Mark:
    """Something that stands on the page.

    Attributes:
        kind: `cut`: there was no room for all of it, or it was broken within a word; `missing`: no font has it;
            `own`: the business wrote it, and Stripe doesn't translate it.
        text: what it says.
        rect: where it is, in the page's own coordinates.
        ink: a colour that can be seen there, `#rrggbb`.
    """

    kind: Kind
    text: str
    rect: QRectF
    ink: str


def problems(marks: Sequence[Mark]) -> list[Mark]:
    """The marks that somebody should do something about."""
    return [mark for mark in marks if mark.kind != "own"]


class Inspector:
    """Looks over pages that are laid out."""

    def __init__(self) -> None:
        self._glyphs = Glyphs()

    def inspect(self, page: PortalPage, own: Sequence[OwnWords]) -> tuple[Mark, ...]:
        """All that is worth a look on a page, from top to bottom.

        Args:
            page: as it is laid out now.
            own: the business's words that are on it.
        """
        return (*self._in_labels(page, own), *self._in_sheet(page, own))

    def _in_sheet(self, page: PortalPage, own: Sequence[OwnWords]) -> Iterator[Mark]:
        sheet = page.sheet
        offset = QPointF(sheet.mapTo(page, sheet.viewport().pos()))
        names = [one.text for one in own if one.kind != "headline"]
        rows = own_rows(page.view) if page.view else ()
        lines = tuple(line for row in rows for line in (row.title, *row.lines) if line)
        boxes = sorted(sheet.boxed)
        block = sheet.document().begin()
        while block.isValid():
            at = sheet.document().documentLayout().blockBoundingRect(block).topLeft() + offset
            if not block.layout().lineCount():  # not laid out yet: whoever shows it asks again
                return
            found = self._faults(block, boxes)
            if names and _readable(block.text()).startswith(lines):
                found += [("own", spot) for spot in _names(block.text(), names)]
            for kind, (start, end) in found:
                rect = _around(block.layout(), start, end).translated(at)
                yield Mark(kind, _readable(block.text()[start:end]), rect, _INKS[kind])
            block = block.next()

    def _faults(self, block: QTextBlock, boxes: Sequence[Range]) -> list[tuple[Kind, Range]]:
        """What is wrong in a paragraph; `boxes` are the whole page's, in order."""
        layout, text, begin = block.layout(), block.text(), block.position()
        first, end = (bisect_left(boxes, (at, 0)) for at in (begin, begin + len(text)))
        inside = [(start - begin, stop - begin) for start, stop in boxes[first:end]]
        cut = [*_broken_boxes(layout, inside), *_cut(layout, text, inside)]
        missing = self._glyphs.missing(layout, text)
        return [*(("cut", spot) for spot in cut), *(("missing", (at, at + 1)) for at in missing)]

    def _in_labels(self, page: PortalPage, own: Sequence[OwnWords]) -> Iterator[Mark]:
        """The same in what surrounds the sheet: the brand's panel and the footer."""
        headlines = {one.text for one in own if one.kind == "headline"}
        labels: list[_Words] = [*page.findChildren(QLabel), *page.findChildren(QPushButton)]
        for label in labels:
            text, ink = _plain(label), label.palette().windowText().color().name()
            across = min(label.width(), label.fontMetrics().horizontalAdvance(text))
            rect = QRectF(QPointF(label.mapTo(page, QPoint())), QSizeF(across, label.height()))
            if text in headlines:
                yield Mark("own", text, rect, ink)
            if _too_wide(label):
                yield Mark("cut", text, rect, ink)
            for sign in self._missing_in(label):
                yield Mark("missing", sign, rect, ink)

    def _missing_in(self, label: _Words) -> list[str]:
        text = _plain(label)
        layout = QTextLayout(text, label.font())
        layout.beginLayout()
        layout.createLine()
        layout.endLayout()
        return [text[at] for at in self._glyphs.missing(layout, text)]


def _broken_boxes(layout: QTextLayout, boxed: Sequence[Range]) -> list[Range]:
    """Buttons and badges that are on more than one line, or reach beyond the paper."""
    return [(a, b) for a, b in boxed if _line(layout, a) != _line(layout, b - 1)]


def _cut(layout: QTextLayout, text: str, boxed: Sequence[Range]) -> list[Range]:
    """Lines that end within a word, or reach beyond the paper."""
    lines = [layout.lineAt(number) for number in range(layout.lineCount())]
    found = [_range(line) for line in lines if line.naturalTextWidth() > line.width() + _SLACK]
    if len(lines) > 1:
        breaks = set(_breaks(text))
        ends = [(_range(line), line.textStart() + line.textLength()) for line in lines[:-1]]
        found += [
            whole
            for whole, at in ends
            if not (at in breaks or text[at - 1] == _FORCED or _in_any(at, boxed))
            and not _DATA.fullmatch(_word(text, at))
        ]
    return found


def _range(line: QTextLine) -> Range:
    return line.textStart(), line.textStart() + line.textLength()


def _in_any(at: int, ranges: Sequence[Range]) -> bool:
    return any(start <= at < end for start, end in ranges)


def _line(layout: QTextLayout, position: int) -> int:
    return layout.lineForTextPosition(position).lineNumber()


def _breaks(text: str) -> Iterator[int]:
    """Where a line of `text` may end."""
    finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Line, text)
    return iter(finder.toNextBoundary, -1)


def _word(text: str, at: int) -> str:
    """The word around a position, up to the spaces on both sides."""
    start, end = text.rfind(" ", 0, at) + 1, text.find(" ", at)
    return text[start : end if end >= 0 else len(text)]


def _names(text: str, names: Sequence[str]) -> Iterator[Range]:
    """Where the business's names are in a paragraph."""
    for name in names:
        for found in re.finditer(re.escape(name), text):
            yield found.span()


def _around(layout: QTextLayout, start: int, end: int) -> QRectF:
    """Around a range within a paragraph, on all the lines that it is on."""
    around = QRectF()
    for number in range(_line(layout, start), _line(layout, end - 1) + 1):
        line = layout.lineAt(number)
        left = _across(line, max(start, line.textStart()))
        right = _across(line, min(end, line.textStart() + line.textLength()))
        width = max(abs(right - left), 1.0)
        around = around.united(QRectF(min(left, right), line.y(), width, line.height()))
    return around


def _across(line: QTextLine, position: int) -> float:
    across, _position = cast("tuple[float, int]", line.cursorToX(position))
    return across


def _too_wide(label: _Words) -> bool:
    """Whether a part of a label that can't be broken is wider than its room."""
    text, room = _plain(label), label.contentsRect().width() + _SLACK
    measure = QFontMetricsF(label.font())
    if measure.horizontalAdvance(text) <= room:
        return False
    ends = [0, *_breaks(text)]
    parts = [text] if isinstance(label, QPushButton) else [text[a:b] for a, b in pairwise(ends)]
    return any(
        measure.horizontalAdvance(part.rstrip()) > room and not _DATA.fullmatch(part.strip())
        for part in parts
    )


def _plain(label: _Words) -> str:
    """What a label or button says."""
    text = label.text()
    if isinstance(label, QLabel) and label.textFormat() == Qt.TextFormat.RichText:
        text = QTextDocumentFragment.fromHtml(text).toPlainText()
    return _readable(text)


def _readable(text: str) -> str:
    """`text` without what only holds it together."""
    return _JOINERS.sub("", text).replace("\u00a0", " ").strip()
