"""The list of invoices: which ones, and their lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select

from portal_desk.models import schema
from portal_desk.models.invoices import InvoiceQuery, InvoiceRow
from portal_desk.services.store_writing import chunks

_TABLE = schema.invoice
_COLUMNS = [column for column in _TABLE.c if column.name not in {"raw", "as_of", "subscription"}]

_ORDER: dict[str, ColumnElement[Any]] = {
    "created": _TABLE.c.created,
    "number": _TABLE.c.number,
    "customer": _TABLE.c.customer_name.collate("NOCASE"),
    "status": _TABLE.c.status,
    "total": _TABLE.c.total,
    "due_date": _TABLE.c.due_date,
}


def invoice_pks(connection: Connection, query: InvoiceQuery) -> tuple[int, ...]:
    """The keys of all invoices that match, in the order asked."""
    column = _ORDER[query.sort]
    order = column.desc().nulls_last() if query.descending else column.asc().nulls_last()
    pk = _TABLE.c.pk.desc() if query.descending else _TABLE.c.pk.asc()
    statement = select(_TABLE.c.pk).where(*_conditions(query)).order_by(order, pk)
    return tuple(connection.scalars(statement))


def invoice_rows(connection: Connection, pks: Sequence[int]) -> list[InvoiceRow]:
    """The lines, in the order asked; what is gone is left out."""
    found: dict[int, InvoiceRow] = {}
    for chunk in chunks(pks):
        for row in connection.execute(select(*_COLUMNS).where(_TABLE.c.pk.in_(chunk))):
            values = row._asdict()
            found[row.pk] = InvoiceRow(**{**values, "number": row.number or ""})
    return [found[pk] for pk in pks if pk in found]


def _conditions(query: InvoiceQuery) -> Iterator[ColumnElement[bool]]:
    if query.text.strip():
        yield _mentions(query.text.strip())
    if query.statuses:
        yield _TABLE.c.status.in_(query.statuses)
    if query.currencies:
        yield _TABLE.c.currency.in_(query.currencies)
    if query.customer is not None:
        yield _TABLE.c.customer == query.customer
    if query.created_from is not None:
        yield _TABLE.c.created >= query.created_from
    if query.created_to is not None:
        yield _TABLE.c.created < query.created_to


def _mentions(text: str) -> ColumnElement[bool]:
    """Part of the number, the id, or the customer's name or e-mail address."""
    customer = schema.customer
    by_customer = select(customer.c.id).where(
        or_(
            *(
                column.contains(text, autoescape=True)
                for column in (customer.c.name, customer.c.email)
            )
        )
    )
    own = (_TABLE.c.number, _TABLE.c.id, _TABLE.c.customer_name)
    return or_(
        *(column.contains(text, autoescape=True) for column in own),
        _TABLE.c.customer.in_(by_customer),
    )
