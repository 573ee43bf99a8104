"""What a column of a table shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, NamedTuple, TypeVar

from PySide6.QtCore import Qt

from portal_desk.portal.document import Tone

Row = TypeVar("Row")
PillText = tuple[str, Tone]


def no_text(_row: object) -> str:
    """Nothing to say."""
    return ""


class Cell(NamedTuple):
    """What is drawn of one row in one column.

    Attributes:
        text: what it says, where there are no pills.
        pills: statuses to draw instead of the text; None in a column of texts.
    """

    text: str
    pills: Sequence[PillText] | None


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column.

    Attributes:
        key: names the column in the settings, and to whoever sorts.
        title: for people.
        text: a row's cell; with `pills`, what a screen reader says.
        tooltip: what hovering tells; empty for nothing.
        pills: statuses to draw instead of the text.
        width: at first, in device-independent pixels.
        right: align to the right, as amounts and counts are.
        muted: draw in the quieter colour.
        sortable: whether a click on the header sorts.
        optional: left out, the last one first, where the table is too narrow for all.
    """

    key: str
    title: str
    text: Callable[[Row], str]
    tooltip: Callable[[Row], str] = no_text
    pills: Callable[[Row], Sequence[PillText]] | None = None
    width: int = 120
    right: bool = False
    muted: bool = False
    sortable: bool = False
    optional: bool = False

    @cached_property
    def alignment(self) -> Qt.AlignmentFlag:
        """Where its texts stand."""
        side = Qt.AlignmentFlag.AlignRight if self.right else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter

    def cell(self, row: Row) -> Cell:
        """What is drawn of a row."""
        if self.pills is None:
            return Cell(self.text(row), None)
        return Cell("", self.pills(row))
