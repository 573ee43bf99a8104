"""The business's balance, and what moved it. https://docs.stripe.com/api/balance_transactions"""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox import billing
from portal_desk.sandbox.call import Call, Endpoint
from portal_desk.sandbox.endpoints.awakening import awaken
from portal_desk.sandbox.endpoints.changes import only
from portal_desk.sandbox.lists import page

_KIND = "balance_transaction"


def _retrieve(call: Call) -> Json:
    return billing.balance(call.state)


def _list(call: Call) -> Json:
    only(
        call.params,
        "created", "currency", "ending_before", "limit", "source", "starting_after", "type",
    )  # fmt: skip
    source = call.params.get("source")
    if source:
        billing.charge_named(call.state, source)
    else:
        awaken(call, status="paid")
    return page(
        call,
        _KIND,
        currency=call.params.get("currency"),
        source=source,
        type=call.params.get("type"),
    )


def _retrieve_transaction(call: Call) -> Json:
    """One of a payment that a world was seeded with is made when it is first asked for."""
    _, _, suffix = call.ids["id"].partition("_")
    billing.charge_named(call.state, f"ch_{suffix}")
    return call.named(_KIND)


_ALL = "/v1/balance_transactions"

ENDPOINTS = (
    Endpoint("GET", "/v1/balance", _retrieve, "BalanceRetrieveParams", "balance"),
    Endpoint("GET", _ALL, _list, "BalanceTransactionListParams", "balance"),
    Endpoint(
        "GET",
        f"{_ALL}/{{id}}",
        _retrieve_transaction,
        "BalanceTransactionRetrieveParams",
        "balance",
    ),
)
