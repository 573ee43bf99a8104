"""The customer's balance: every change of it is a transaction.

https://docs.stripe.com/billing/customer/balance
"""

from __future__ import annotations

from typing import Any

from portal_desk.models.json import Json
from portal_desk.sandbox import objects
from portal_desk.sandbox.state import State


def move_balance(
    state: State, customer: Json, amount: int, kind: str, currency: str, **about: Any
) -> Json:
    """Change a customer's balance by `amount` (minor units; a credit to the customer is negative).

    Args:
        state: the sandbox.
        customer: whose.
        amount: how much is added.
        kind: the transaction's type, such as `applied_to_invoice`.
        currency: ISO code in lower case.
        about: the transaction's further fields: the invoice or the credit note that moved it.
    """
    transaction = objects.new_balance_transaction(
        state, customer, amount, type=kind, currency=currency, **about
    )
    state.create(transaction)
    balance = {"balance": transaction["ending_balance"]}
    state.update(customer, balance, "customer.updated")
    return transaction
