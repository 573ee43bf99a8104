"""The columns of the invoices table."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from portal_desk.models.invoices import InvoiceRow
from portal_desk.ui import format as fmt
from portal_desk.ui.tables import Column
from portal_desk.ui.tables.columns import PillText
from portal_desk.ui.widgets.pill import tone_of, words_of


def invoice_columns() -> Sequence[Column[InvoiceRow]]:
    """Number, customer, status, total, what is still to be paid, created, due."""
    return (
        Column("number", _tr("Number"), _number, _id, width=150, sortable=True),
        Column("customer", _tr("Customer"), _customer, _customer, width=220, sortable=True),
        Column("status", _tr("Status"), _status, pills=_pills, width=120, sortable=True),
        Column("total", _tr("Total"), _total, width=120, right=True, sortable=True),
        Column("remaining", _tr("To be paid"), _remaining, width=120, right=True, optional=True),
        Column(
            "created",
            _tr("Created"),
            _created,
            _created_at,
            width=120,
            muted=True,
            sortable=True,
            optional=True,
        ),
        Column(
            "due_date",
            _tr("Due"),
            _due,
            _due_at,
            width=120,
            muted=True,
            sortable=True,
            optional=True,
        ),
    )


def _number(row: InvoiceRow) -> str:
    return row.number or _tr("Draft")


def _id(row: InvoiceRow) -> str:
    return row.id


def _customer(row: InvoiceRow) -> str:
    return row.customer_name or row.customer


def _status(row: InvoiceRow) -> str:
    return words_of(row.status)


def _pills(row: InvoiceRow) -> list[PillText]:
    return [(words_of(row.status), tone_of(row.status))]


def _total(row: InvoiceRow) -> str:
    return fmt.money(row.total, row.currency)


def _remaining(row: InvoiceRow) -> str:
    return fmt.money(row.amount_remaining, row.currency) if row.amount_remaining else ""


def _created(row: InvoiceRow) -> str:
    return fmt.date(row.created)


def _created_at(row: InvoiceRow) -> str:
    return fmt.exact(row.created)


def _due(row: InvoiceRow) -> str:
    return fmt.date(row.due_date) if row.due_date else ""


def _due_at(row: InvoiceRow) -> str:
    return fmt.exact(row.due_date)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Invoices", text)
