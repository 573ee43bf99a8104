"""What is asked of the list of invoices, and its lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

InvoiceStatus = Literal["draft", "open", "paid", "uncollectible", "void"]
InvoiceSort = Literal["created", "number", "customer", "status", "total", "due_date"]


@dataclass(frozen=True, slots=True)
class InvoiceQuery:
    """Which invoices, and in which order. An empty set means no filter.

    Attributes:
        text: part of a number, an id, a customer's name or e-mail address.
        statuses: in Stripe's words: draft, open, paid, uncollectible, void.
        currencies: in lower case.
        customer: `cus_…`, or None for all.
        created_from: not older than this (seconds UTC).
        created_to: older than this (seconds UTC).
    """

    text: str = ""
    statuses: frozenset[str] = frozenset()
    currencies: frozenset[str] = frozenset()
    customer: str | None = None
    created_from: int | None = None
    created_to: int | None = None
    sort: InvoiceSort = "created"
    descending: bool = True


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """One line of the invoices table.

    Attributes:
        pk: the cache's integer key.
        id: Stripe's `in_…`.
        number: what the customer sees; empty for a draft.
        customer: `cus_…`.
        customer_name: the name, or else the e-mail address, that is on the invoice.
        total, amount_remaining: minor units of `currency`.
        created, due_date: seconds UTC.
        has_pdf: whether Stripe made a PDF of it.
    """

    pk: int
    id: str
    number: str
    customer: str
    customer_name: str
    status: str
    currency: str
    total: int
    amount_remaining: int
    created: int
    due_date: int | None
    has_pdf: bool
