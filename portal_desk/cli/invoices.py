"""Which invoices the options of `portal-desk invoices …` mean."""

from __future__ import annotations

from argparse import Namespace

from portal_desk.models.invoices import InvoiceQuery


def query_of(options: Namespace) -> InvoiceQuery:
    """The query, newest first."""
    return InvoiceQuery(
        options.text,
        statuses=frozenset(options.status),
        currencies=frozenset(currency.lower() for currency in options.currency),
        customer=options.customer,
        created_from=options.since,
        created_to=options.until,
    )
