"""The lines of the customers table, in plain SQL: they are on show before SQLAlchemy is imported."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import orjson

from portal_desk.models.json import ENDED
from portal_desk.models.search import CustomerRow

Execute = Callable[[str, tuple[str, ...]], Iterable[Any]]
"""Runs a SELECT: `Connection.execute` of the driver, or SQLAlchemy's `Connection.exec_driver_sql`."""

STATUSES_BY_WEIGHT = (
    "past_due", "unpaid", "incomplete", "active", "trialing", "paused", "canceled", "incomplete_expired",
)  # fmt: skip
"""What an agent has to see first: trouble, then what runs, then what ended."""

_CUSTOMERS = """
    SELECT pk, id, name, email, currency, balance, delinquent, created
    FROM customer WHERE pk IN (SELECT value FROM json_each(?))
"""
_SUBSCRIPTIONS = """
    SELECT customer, status, ends_at
    FROM subscription WHERE customer IN (SELECT value FROM json_each(?))
"""
_PLANS = """
    SELECT item.customer, coalesce(product.name, item.product)
    FROM subscription_item AS item
    JOIN subscription ON subscription.id = item.subscription
    LEFT JOIN product ON product.id = item.product
    WHERE item.customer IN (SELECT value FROM json_each(?))
    AND subscription.status NOT IN (SELECT value FROM json_each(?))
    ORDER BY subscription.created DESC, item.id
"""
_OPEN_INVOICES = """
    SELECT customer, count(*) FROM invoice
    WHERE status = 'open' AND customer IN (SELECT value FROM json_each(?))
    GROUP BY customer
"""


def customer_rows(execute: Execute, pks: Sequence[int]) -> list[CustomerRow]:
    """The lines of these customers, in the order asked; what is gone is left out."""
    customers = {row[0]: row for row in execute(_CUSTOMERS, (_array(pks),))}
    ids = _array([row[1] for row in customers.values()])
    subscriptions = defaultdict(list)
    for customer, status, ends_at in execute(_SUBSCRIPTIONS, (ids,)):
        subscriptions[customer].append((status, ends_at))
    plans = _plans(execute, ids)
    open_invoices = {row[0]: row[1] for row in execute(_OPEN_INVOICES, (ids,))}
    return [
        _row(customers[pk], subscriptions, plans, open_invoices) for pk in pks if pk in customers
    ]


def _row(
    customer: Sequence[Any],
    subscriptions: dict[str, list[tuple[str, int | None]]],
    plans: dict[str, dict[str, None]],
    open_invoices: dict[str, int],
) -> CustomerRow:
    pk, customer_id, name, email, currency, balance, delinquent, created = customer
    held = subscriptions[customer_id]
    ends = (ends_at for status, ends_at in held if status not in ENDED and ends_at)
    return CustomerRow(
        pk=pk,
        id=customer_id,
        name=name,
        email=email,
        plan=", ".join(plans[customer_id]),
        status=min((status for status, _ in held), key=_weight, default=""),
        ends_at=min(ends, default=None),
        currency=currency,
        balance=balance,
        delinquent=bool(delinquent),
        open_invoices=open_invoices.get(customer_id, 0),
        created=created,
    )


def _weight(status: str) -> int:
    known = status in STATUSES_BY_WEIGHT
    return STATUSES_BY_WEIGHT.index(status) if known else len(STATUSES_BY_WEIGHT)


def _plans(execute: Execute, customers: str) -> dict[str, dict[str, None]]:
    """The names of the products that run, each once, newest subscription first."""
    names: dict[str, dict[str, None]] = defaultdict(dict)
    for customer, name in execute(_PLANS, (customers, _array(sorted(ENDED)))):
        names[customer][name] = None
    return names


def _array(values: Sequence[int] | Sequence[str]) -> str:
    return orjson.dumps(list(values)).decode()
