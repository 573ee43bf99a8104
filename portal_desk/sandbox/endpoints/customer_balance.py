"""What moves a customer's balance. https://docs.stripe.com/billing/customer/balance"""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox.call import Call, Endpoint
from portal_desk.sandbox.endpoints.changes import cleared, merged_metadata, only, plain_changes
from portal_desk.sandbox.lists import page
from portal_desk.sandbox.objects import new_balance_transaction
from portal_desk.sandbox.problems import invalid, missing


def _list_transactions(call: Call) -> Json:
    only(call.params, "created", "ending_before", "limit", "starting_after")
    customer = call.named("customer", "customer")
    return page(call, "customer_balance_transaction", customer=customer["id"])


def _create_transaction(call: Call) -> Json:
    only(call.params, "amount", "currency", "description", "metadata")
    customer = call.named("customer", "customer")
    currency = call.params["currency"].lower()
    if customer["currency"] not in {None, currency}:
        raise invalid(
            f"The currency of the balance transaction ({currency}) must match the customer's "
            f"currency ({customer['currency']}).",
            "currency",
        )
    call.state.update(customer, {"currency": currency})
    transaction = new_balance_transaction(
        call.state,
        customer,
        call.params["amount"],
        description=cleared(call.params.get("description")),
        metadata=merged_metadata({}, call.params.get("metadata", {})),
    )
    call.state.create(transaction)
    balance = {"balance": transaction["ending_balance"]}
    call.state.update(customer, balance, "customer.updated")
    return transaction


def _retrieve_transaction(call: Call) -> Json:
    customer = call.named("customer", "customer")
    transaction = call.named("customer_balance_transaction")
    if transaction["customer"] != customer["id"]:
        raise missing("customer balance transaction", transaction["id"])
    return transaction


def _update_transaction(call: Call) -> Json:
    only(call.params, "description", "metadata")
    transaction = _retrieve_transaction(call)
    changes = plain_changes(call.params, ("description",), transaction)
    return call.state.update(transaction, changes)


_TRANSACTIONS = "/v1/customers/{customer}/balance_transactions"

ENDPOINTS = (
    Endpoint(
        "GET",
        _TRANSACTIONS,
        _list_transactions,
        "CustomerBalanceTransactionListParams",
        "customer",
    ),
    Endpoint(
        "POST",
        _TRANSACTIONS,
        _create_transaction,
        "CustomerBalanceTransactionCreateParams",
        "customer",
    ),
    Endpoint(
        "GET",
        f"{_TRANSACTIONS}/{{id}}",
        _retrieve_transaction,
        "CustomerBalanceTransactionRetrieveParams",
        "customer",
    ),
    Endpoint(
        "POST",
        f"{_TRANSACTIONS}/{{id}}",
        _update_transaction,
        "CustomerBalanceTransactionUpdateParams",
        "customer",
    ),
)
