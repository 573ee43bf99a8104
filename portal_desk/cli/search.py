"""`portal-desk search`: find customers in the cache."""

from __future__ import annotations

from argparse import Namespace

from portal_desk.cli.output import day, note, print_json, print_table, row_document
from portal_desk.cli.session import open_cache
from portal_desk.errors import NotFound
from portal_desk.models.money import Money
from portal_desk.models.search import CustomerRow, SearchFilters, SearchQuery
from portal_desk.services.folding import fold
from portal_desk.services.store import Store

_COLUMNS = ("id", "name", "email", "plan", "status", "balance", "open invoices", "created")


def run(options: Namespace) -> int:
    with open_cache(options) as cache:
        query = SearchQuery(
            " ".join(options.query),
            _filters(cache.store, options),
            sort=options.sort,
            descending=options.descending,
        )
        result = cache.search.search(query, most=options.limit)
        rows = cache.store.customer_rows(result.customers)
        meant = "" if rows else cache.search.suggest(query)
        total = cache.search.count(query) if result.count is None else result.count
    if options.json:
        print_json({"total": total, "customers": [*map(row_document, rows)]})
        return 0
    if meant:
        note(f"No customer matches. Did you mean “{meant}”?")
        return 0
    if not rows:
        note("No customer matches.")
        return 0
    print_table(_COLUMNS, map(_cells, rows), right=("balance", "open invoices"))
    note(f"{len(rows)} of {total} customers, {result.seconds * 1000:.0f} ms")
    return 0


def _filters(store: Store, options: Namespace) -> SearchFilters:
    return SearchFilters(
        statuses=frozenset(options.status),
        products=frozenset(product for plan in options.plan for product in _products(store, plan)),
        currencies=frozenset(currency.lower() for currency in options.currency),
        delinquent=options.delinquent,
        open_invoice=options.open_invoice,
    )


def _products(store: Store, plan: str) -> list[str]:
    """The products with this id, or with this in their names; raises NotFound where there are none."""
    found = [
        product["id"]
        for product in store.products()
        if plan == product["id"] or fold(plan) in fold(product["name"])
    ]
    if not found:
        raise NotFound(f"The cache has no product “{plan}”.", "Check its name or id.")
    return found


def _cells(row: CustomerRow) -> tuple[str, ...]:
    status = f"{row.status}, ends {day(row.ends_at)}" if row.ends_at else row.status
    balance = Money(row.balance, row.currency).format() if row.balance and row.currency else ""
    invoices = str(row.open_invoices or "")
    created = day(row.created)
    return row.id, row.name, row.email, row.plan, status, balance, invoices, created
