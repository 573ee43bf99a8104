"""`portal-desk invoices list`."""

from __future__ import annotations

from argparse import Namespace

from portal_desk.cli.invoices import query_of
from portal_desk.cli.output import day, note, print_json, print_table, row_document
from portal_desk.cli.session import open_cache
from portal_desk.models.invoices import InvoiceRow
from portal_desk.models.money import Money

_COLUMNS = ("id", "number", "customer", "status", "total", "remaining", "created", "due")


def run(options: Namespace) -> int:
    with open_cache(options) as cache:
        pks = cache.store.invoice_pks(query_of(options))
        rows = cache.store.invoice_rows(pks[: options.limit])
    if options.json:
        print_json({"total": len(pks), "invoices": [*map(row_document, rows)]})
        return 0
    if not rows:
        note("No invoice matches.")
        return 0
    print_table(_COLUMNS, map(_cells, rows), right=("total", "remaining"))
    note(f"{len(rows)} of {len(pks)} invoices")
    return 0


def _cells(row: InvoiceRow) -> tuple[str, ...]:
    remaining = Money(row.amount_remaining, row.currency).format() if row.amount_remaining else ""
    return (
        row.id,
        row.number,
        row.customer_name or row.customer,
        row.status,
        Money(row.total, row.currency).format(),
        remaining,
        day(row.created),
        day(row.due_date),
    )
