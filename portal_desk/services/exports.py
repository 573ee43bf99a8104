"""Lists of invoices as CSV, for spreadsheets."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError
from babel.numbers import get_decimal_symbol

from portal_desk.errors import InvalidInput
from portal_desk.models.money import Money
from portal_desk.services.files import write_shared

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from portal_desk.models.invoices import InvoiceRow
    from portal_desk.services.store import Store

_HEAD = (
    "invoice", "number", "customer", "customer_name", "status", "currency", "total",
    "amount_remaining", "created", "due_date",
)  # fmt: skip

# A spreadsheet takes such a cell for a formula (https://owasp.org/www-community/attacks/CSV_Injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def export_csv(store: Store, pks: Sequence[int], path: Path, locale: str = "en") -> int:
    """Write the invoices with these cache keys to `path`, in this order, and return how many there are.

    Amounts are decimals in the major unit, dates ISO 8601 in UTC, the text UTF-8 with a byte order mark, which
    spreadsheets need to read names in other scripts. Where `locale` writes decimals with a comma, so does the file,
    with semicolons between its columns: a spreadsheet there would take 12.50 for a date.

    Raises:
        InvalidInput: there is no such locale.
        DiskFull: there is no room, or no permission, to write; a file that was there before stays as it was.
    """
    comma = _decimal_symbol(locale) == ","
    rows = store.invoice_rows(pks)
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";" if comma else ",")
    writer.writerow(_HEAD)
    writer.writerows(_cells(row, "," if comma else ".") for row in rows)
    write_shared(path, text.getvalue().encode("utf-8-sig"))
    return len(rows)


def _decimal_symbol(locale: str) -> str:
    try:
        return get_decimal_symbol(Locale.parse(locale, sep="-"))
    except (UnknownLocaleError, ValueError) as error:
        raise InvalidInput(f"“{locale}” is no locale.", "Give one such as en or de-AT.") from error


def _cells(row: InvoiceRow, decimal_point: str) -> tuple[str, ...]:
    return (
        row.id,
        _safe(row.number),
        row.customer,
        _safe(row.customer_name),
        row.status,
        row.currency.upper(),
        _amount(row.total, row.currency, decimal_point),
        _amount(row.amount_remaining, row.currency, decimal_point),
        _date(row.created),
        _date(row.due_date) if row.due_date else "",
    )


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _amount(amount: int, currency: str, decimal_point: str) -> str:
    return format(Money(amount, currency).decimal, "f").replace(".", decimal_point)


def _date(timestamp: int) -> str:
    return datetime.fromtimestamp(timestamp, UTC).date().isoformat()
