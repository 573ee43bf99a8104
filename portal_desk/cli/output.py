"""Printing: tables for people, JSON for programs; what is said about them goes to standard error."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict, is_dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson
from rich import box
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from portal_desk.models.invoices import InvoiceRow
    from portal_desk.models.json import Json
    from portal_desk.models.search import CustomerRow

_WIDE = 200
"""Columns where the output is not a terminal: nothing is cut off for a program that reads a table."""


def say(text: str = "") -> None:
    """Print a line of the answer."""
    print(clean(text))


def note(text: str) -> None:
    """Print something about the answer, which a program that reads the answer doesn't want."""
    print(clean(text), file=sys.stderr)


def print_json(document: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
    """Print one JSON document."""
    text = orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS, default=_plain)
    print(text.decode())


def row_document(row: CustomerRow | InvoiceRow) -> Json:
    """A line of a list for programs: without the cache's own key, which means nothing outside."""
    return {name: value for name, value in asdict(row).items() if name != "pk"}


def print_table(
    columns: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[str] = ()
) -> None:
    """Print a table, if it has any rows; the columns named in `right` are aligned to the right."""
    lines = [[clean(cell) for cell in row] for row in rows]
    if not lines:
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left", overflow="fold")
    for line in lines:
        table.add_row(*line)
    _console().print(table)


def heading(text: str) -> None:
    """Print a heading."""
    _console().print(clean(f"\n{text}"), style="bold")


def clean(text: str) -> str:
    """`text` without control characters: a customer's name must not steer the terminal."""
    return "".join(
        char for char in text if char in "\n\t" or unicodedata.category(char) not in {"Cc", "Cs"}
    )


def day(seconds: int | None) -> str:
    """A date (UTC) from seconds UTC, or an empty string."""
    return "" if seconds is None else datetime.fromtimestamp(seconds, UTC).date().isoformat()


def moment(seconds: int) -> str:
    """A date and time (UTC) from seconds UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _plain(value: object) -> Json | list[Any] | str:
    """What orjson can't print by itself."""
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, frozenset):
        return sorted(value)
    return str(value)


def _console() -> Console:
    width = None if sys.stdout.isatty() else _WIDE
    return Console(markup=False, highlight=False, emoji=False, width=width)
