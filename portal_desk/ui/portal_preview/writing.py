"""Writes a portal page into a text document, and notes what is to be painted behind its words.

One document is laid out and drawn many times faster than a label for each line, which tells where a
customer has dozens of subscriptions; and its words can be selected and read aloud.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise

from PySide6.QtCore import Qt, QTextBoundaryFinder
from PySide6.QtGui import (
    QColor,
    QFont,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextLength,
    QTextTable,
    QTextTableFormat,
)

from portal_desk.portal.colors import readable
from portal_desk.portal.document import Badge, Button, PortalView, Row, Section
from portal_desk.portal.explain import (
    Explanation,
    drawn,
    explain_missing,
    explain_notes,
    why_not,
)
from portal_desk.ui.portal_preview.paper import (
    BADGES,
    GHOST_SECTION,
    INFO,
    INK,
    LINK,
    MESSAGE,
    MUTED,
    QUIET,
    WARNING,
    Box,
    button_box,
)

_NBSP = "\u00a0"
_JOINER = "\u2060"
_BETWEEN = "\u2002"
_SMALL = 0.85
"""Of the body's size."""
_BUTTON_LINE, _BELOW_BUTTONS = 36, 14
_CALLOUT_PADDING, _GHOST_PADDING = 7, 12


@dataclass
class Painted:
    """What is painted behind the words.

    Attributes:
        ruled: positions in blocks with a hairline beneath.
        words: ranges of positions and their boxes, on one line each.
        tables: tables of one cell and their boxes, the outer ones first.
    """

    ruled: list[int] = field(default_factory=list)
    words: list[tuple[int, int, Box]] = field(default_factory=list)
    tables: list[tuple[QTextTable, Box]] = field(default_factory=list)


def write(document: QTextDocument, view: PortalView, *, explain: bool) -> Painted:
    """Replace what is in `document` by the page's content.

    Args:
        document: where the page goes; its default font is the body's.
        view: the page.
        explain: write for the agent: also what is missing, and why.
    """
    document.clear()
    writer = _Writer(document, view, explain=explain)
    writer.write()
    return writer.painted


class _Writer:
    def __init__(self, document: QTextDocument, view: PortalView, *, explain: bool) -> None:
        self.painted = Painted()
        self._view = view
        self._explain = explain
        self._body = document.defaultFont().pointSizeF()
        self._cursor = QTextCursor(document)
        self._fresh = self._at_top = True
        self._behind_table = False
        # Qt breaks Thai between words whatever joins them, so that a button has to begin its line.
        self._between_buttons = "\n" if view.locale == "th" else _BETWEEN
        rtl = view.direction == "rtl"
        self._direction = Qt.LayoutDirection.RightToLeft if rtl else Qt.LayoutDirection.LeftToRight

    def write(self) -> None:
        self._cursor.beginEditBlock()
        if self._explain:
            self._callout(explain_notes(self._view.notes), INFO)
        if self._view.message:
            with self._frame(MESSAGE, _CALLOUT_PADDING, above=0):
                self._paragraph()
                self._words(self._view.message, MESSAGE.text, strong=True)
        for section in self._view.sections:
            if section.availability != "hidden":
                self._section(section)
            elif self._explain:
                with self._frame(GHOST_SECTION, _GHOST_PADDING, above=24):
                    self._section(section)
        self._cursor.endEditBlock()

    def _section(self, section: Section) -> None:
        self._paragraph(above=24, below=12)
        self._words(section.title, MUTED, small=True, strong=True)
        self.painted.ruled.append(self._cursor.position())
        if self._explain:
            self._callout(explain_notes(section.reasons), WARNING)
        for row in section.rows:
            self._row(row)
        if not section.rows and section.empty:
            self._line(section.empty, MUTED)
        if section.more:
            self._paragraph(above=4)
            accent = readable(self._view.brand.accent)
            self._words(section.more, accent, strong=True, leads=section.more_href)
        self._buttons(section.buttons)

    def _row(self, row: Row) -> None:
        if row.value:
            self._two_columns(row)
        else:
            self._paragraph(above=12)
            self._headline(row)
        for line in row.lines:
            self._line(line, MUTED)
        self._buttons(row.buttons)

    def _headline(self, row: Row) -> None:
        self._words(row.title, INK, strong=True, leads=row.href)
        for badge in row.badges:
            self._words(_BETWEEN, INK)
            self._badge(badge)

    def _two_columns(self, row: Row) -> None:
        """The title, and the value at the other end of the line."""
        table = self._cursor.insertTable(1, 2, self._table_format(above=12))
        title, value = (0, 1) if self._view.direction == "ltr" else (1, 0)
        self._enter(table, title)
        self._paragraph()
        self._headline(row)
        self._enter(table, value)
        self._paragraph(align=Qt.AlignmentFlag.AlignRight)
        self._words(row.value, INK)
        self._leave(table)

    def _badge(self, badge: Badge) -> None:
        self._boxed(f"{_NBSP * 2}{badge.text}{_NBSP * 2}", BADGES[badge.tone])

    def _buttons(self, buttons: Sequence[Button]) -> None:
        """The buttons in a row, and beneath them why some are missing."""
        shown = drawn(buttons, explained=self._explain)
        if shown:
            self._paragraph(below=_BELOW_BUTTONS, height=_BUTTON_LINE)
            for number, button in enumerate(shown):
                if number:
                    self._words(self._between_buttons, INK)
                self._button(button)
        if self._explain:
            self._reasons(buttons)

    def _button(self, button: Button) -> None:
        box = button_box(button, self._view.brand)
        pad = _NBSP * (4 if box.edge else 0)
        why = [why_not(button.capability, reason) for reason in button.reasons]
        strong = button.availability != "hidden"
        leads = button.href if button.availability == "enabled" else ""
        tip = "\n".join(why)
        self._boxed(f"{pad}{button.label}{pad}", box, strong=strong, tip=tip, leads=leads)

    def _reasons(self, buttons: Sequence[Button]) -> None:
        missing = explain_missing(buttons)
        self._callout([one for one in missing if not one.quiet], WARNING, above=_BELOW_BUTTONS)
        for one in missing:
            if one.quiet:
                self._paragraph(above=4)
                self._words(one.text, QUIET, small=True)
        notes = [note for button in buttons for note in button.notes]
        self._callout(explain_notes(notes), INFO, above=_BELOW_BUTTONS)

    def _callout(self, explanations: Sequence[Explanation], box: Box, *, above: int = 10) -> None:
        """What the agent should know, if there is anything, a paragraph each."""
        if not explanations:
            return
        with self._frame(box, _CALLOUT_PADDING, above=above):
            for one in explanations:
                self._paragraph(direction=Qt.LayoutDirection.LeftToRight)
                self._words(one.text, box.text, small=True, strong=True)
                if one.way_out:
                    self._words(f" {one.way_out}", box.text, small=True)
                if one.source:
                    self._words(" ", box.text, small=True)
                    self._link("Stripe’s rule", one.source)
                if one.facts:
                    self._words(f"\n{one.facts}", QUIET, small=True)

    def _line(self, text: str, color: str) -> None:
        self._paragraph(above=2)
        self._words(text, color)

    def _boxed(
        self, text: str, box: Box, *, strong: bool = False, tip: str = "", leads: str = ""
    ) -> None:
        """Words with a box behind them, which are never broken."""
        start = self._cursor.position()
        look = self._look(box.text, small=box.pad <= 1, strong=strong)
        look.setToolTip(tip)
        _lead(look, leads)
        self._cursor.insertText(unbroken(text), look)
        self.painted.words.append((start, self._cursor.position(), box))

    def _words(
        self, text: str, color: str, *, small: bool = False, strong: bool = False, leads: str = ""
    ) -> None:
        look = self._look(color, small=small, strong=strong)
        _lead(look, leads)
        self._cursor.insertText(text.replace("\n", "\u2028"), look)

    def _link(self, text: str, address: str) -> None:
        look = self._look(LINK, small=True)
        _lead(look, address)
        look.setFontUnderline(True)
        self._cursor.insertText(text, look)

    def _look(self, color: str, *, small: bool = False, strong: bool = False) -> QTextCharFormat:
        look = QTextCharFormat()
        look.setForeground(QColor(color))
        look.setFontPointSize(self._body * (_SMALL if small else 1.0))
        if strong:
            look.setFontWeight(QFont.Weight.DemiBold)
        return look

    def _paragraph(
        self,
        *,
        above: int = 0,
        below: int = 0,
        height: int = 0,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        direction: Qt.LayoutDirection | None = None,
    ) -> None:
        """Begin a paragraph; an empty one that is there already becomes it."""
        shape = QTextBlockFormat()
        shape.setTopMargin(0 if self._at_top else above)
        shape.setBottomMargin(below)
        shape.setAlignment(align)
        shape.setLayoutDirection(self._direction if direction is None else direction)
        if height:
            minimum = QTextBlockFormat.LineHeightTypes.MinimumHeight
            shape.setLineHeight(height, minimum.value)
        if self._behind_table:
            # Qt leaves out a margin above here, but not the empty paragraph that stands behind a table.
            self._cursor.setBlockFormat(_gap(above))
        if self._fresh:
            self._cursor.setBlockFormat(shape)
        else:
            self._cursor.insertBlock(shape)
        self._fresh = self._at_top = self._behind_table = False

    @contextmanager
    def _frame(self, box: Box, padding: int, *, above: int) -> Iterator[None]:
        """A box around what is written meanwhile. It is a table: Qt draws an empty line before other frames."""
        shape = self._table_format(above=above)
        shape.setCellPadding(padding)
        table = self._cursor.insertTable(1, 1, shape)
        self.painted.tables.append((table, box))
        self._enter(table, 0)
        yield
        self._leave(table)

    def _table_format(self, *, above: int) -> QTextTableFormat:
        shape = QTextTableFormat()
        shape.setBorder(0)
        shape.setCellSpacing(0)
        shape.setCellPadding(0)
        shape.setTopMargin(0 if self._at_top else above)
        shape.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
        return shape

    def _enter(self, table: QTextTable, column: int) -> None:
        self._cursor = table.cellAt(0, column).firstCursorPosition()
        self._fresh = self._at_top = True
        self._behind_table = False

    def _leave(self, table: QTextTable) -> None:
        """Go on behind a table, where an empty paragraph stands."""
        self._cursor = table.lastCursorPosition()
        self._cursor.movePosition(QTextCursor.MoveOperation.NextBlock)
        self._cursor.setBlockFormat(_gap(1))
        self._behind_table = True
        self._fresh = self._at_top = False


def _lead(look: QTextCharFormat, address: str) -> None:
    """Let words lead somewhere, if there is an address."""
    if address:
        look.setAnchor(True)
        look.setAnchorHref(address)


def unbroken(text: str) -> str:
    """`text` that stays on one line, also where its language breaks lines between any two characters."""
    solid = text.replace(" ", _NBSP)
    finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Line, solid)
    ends = iter(finder.toNextBoundary, -1)
    starts = [0, *ends]
    parts = [solid[start:end] for start, end in pairwise(starts)]
    return _JOINER.join(parts)


def _gap(height: int) -> QTextBlockFormat:
    shape = QTextBlockFormat()
    shape.setLineHeight(height, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
    return shape
