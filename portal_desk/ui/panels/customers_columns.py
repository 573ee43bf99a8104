"""The columns of the customers table."""

from __future__ import annotations

from collections.abc import Sequence

from portal_desk.models.search import CustomerRow
from portal_desk.ui import format as fmt
from portal_desk.ui.panels.customer_words import balance_text, tr
from portal_desk.ui.tables import Column
from portal_desk.ui.tables.columns import PillText
from portal_desk.ui.widgets.pill import tone_of, words_of


def customer_columns() -> Sequence[Column[CustomerRow]]:
    """Name, email, plan, status, open invoices, balance, created."""
    return (
        Column("name", tr("Name"), _name, tooltip=_name, width=158, sortable=True),
        Column(
            "email",
            tr("Email"),
            lambda row: row.email,
            lambda row: row.email,
            width=150,
            muted=True,
            optional=True,
        ),
        Column("plan", tr("Plan"), lambda row: row.plan, lambda row: row.plan, width=88),
        Column(
            "status", tr("Status"), _status_words, _status_tooltip, pills=_status_pills, width=165
        ),
        Column(
            "open_invoices",
            tr("Open"),
            _open,
            _open_tooltip,
            width=56,
            right=True,
            optional=True,
        ),
        Column(
            "balance",
            tr("Balance"),
            _balance,
            _balance,
            width=120,
            right=True,
            sortable=True,
            optional=True,
        ),
        Column(
            "created",
            tr("Created"),
            _created,
            _exact,
            width=110,
            muted=True,
            sortable=True,
            optional=True,
        ),
    )


def _name(row: CustomerRow) -> str:
    return row.name or row.email or row.id


def _status_pills(row: CustomerRow) -> list[PillText]:
    pills: list[PillText] = [(words_of(row.status), tone_of(row.status))] if row.status else []
    if row.ends_at is not None:
        pills.append((tr("Ends {day}").format(day=fmt.short_date(row.ends_at)), "warning"))
    if row.delinquent:
        pills.append((tr("Delinquent"), "critical"))
    return pills


def _status_words(row: CustomerRow) -> str:
    return ", ".join(text for text, _tone in _status_pills(row)) or tr("No subscription")


def _status_tooltip(row: CustomerRow) -> str:
    words = _status_words(row)
    return f"{words}\n{fmt.exact(row.ends_at)}" if row.ends_at is not None else words


def _balance(row: CustomerRow) -> str:
    return balance_text(row.balance, row.currency) if row.balance else ""


def _open(row: CustomerRow) -> str:
    return fmt.count(row.open_invoices) if row.open_invoices else ""


def _open_tooltip(row: CustomerRow) -> str:
    if not row.open_invoices:
        return ""
    return fmt.counted(row.open_invoices, tr("1 open invoice"), tr("{n} open invoices"))


def _created(row: CustomerRow) -> str:
    return fmt.date(row.created)


def _exact(row: CustomerRow) -> str:
    return fmt.exact(row.created)
