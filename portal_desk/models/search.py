"""What is asked of search, and what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

SubscriptionStatus = Literal[
    "active", "trialing", "past_due", "unpaid", "canceled", "incomplete", "incomplete_expired",
    "paused",
]  # fmt: skip
SortKey = Literal["relevance", "created", "name", "balance"]

PAGE = 250
"""Customers that an answer names at first; all of them are read when somebody scrolls that far."""


@dataclass(frozen=True, slots=True)
class SearchFilters:
    """The chips. An empty set of any kind means no filter; several of a kind mean any of them.

    Attributes:
        statuses: subscription statuses, in Stripe's words.
        products: product ids that a customer subscribes to.
        currencies: the customer's currency, in lower case.
        delinquent: True for delinquent customers only.
        open_invoice: True for customers with an open invoice only.
    """

    statuses: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()
    currencies: frozenset[str] = frozenset()
    delinquent: bool = False
    open_invoice: bool = False


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A search as typed, with its chips and order."""

    text: str = ""
    filters: SearchFilters = field(default_factory=SearchFilters)
    sort: SortKey = "relevance"
    descending: bool = False


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The answer.

    Attributes:
        query: what was asked.
        customers: the cache's integer keys (`customer.pk`) of those who fit, best first: all of them, or
            as many as were wanted.
        count: how many fit; None where more may fit than are named, and nobody has counted them.
        seconds: how long it took.
    """

    query: SearchQuery
    customers: Sequence[int]
    count: int | None
    seconds: float


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """One line of the customers table.

    Attributes:
        pk: the cache's integer key.
        id: Stripe's `cus_…`.
        plan: the names of the products subscribed to, joined.
        status: the status of the subscription that matters most, or an empty string without one.
        ends_at: when a scheduled cancellation takes effect (seconds UTC).
        balance: minor units of `currency`; negative is credit to the customer.
        open_invoices: how many invoices are open.
        created: seconds UTC.
    """

    pk: int
    id: str
    name: str
    email: str
    plan: str
    status: str
    ends_at: int | None
    currency: str
    balance: int
    delinquent: bool
    open_invoices: int
    created: int
