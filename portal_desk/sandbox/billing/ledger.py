"""The business's balance: what charges bring and refunds take, in each charge's own currency.

A charge can be spent two days later, and Stripe keeps 2.9% and 30 minor units of it, as in the US.
https://docs.stripe.com/payments/balances
"""

from __future__ import annotations

from collections import Counter

from portal_desk.models.json import Json
from portal_desk.sandbox.objects.balance import new_balance, new_transaction
from portal_desk.sandbox.state import State

_DAY = 86_400
_DAYS_PENDING = 2
_FIXED_FEE = 30
_SETTLES_AT_ONCE = "0077"
"""The last digits of the test card whose charges skip the pending balance."""
PAID_OUT = "paid_out"
"""Set on what a world was seeded with: it has left the balance."""


def book_charge(state: State, charge: Json, *, paid_out: bool = False) -> None:
    """Note what a charge brought; it is told of in the charge."""
    amount, created = charge["amount_captured"], charge["created"]
    at_once = _last4(charge) == _SETTLES_AT_ONCE
    available = created if at_once else (created // _DAY + _DAYS_PENDING) * _DAY
    transaction = new_transaction(
        state,
        charge,
        amount,
        _fee(amount),
        available_on=available,
        type="charge" if _last4(charge) else "payment",
    )
    if paid_out:
        transaction[PAID_OUT] = True
    state.create(transaction)
    charge["balance_transaction"] = transaction["id"]
    if at_once:
        state.emit("balance.available", balance(state))


def book_refund(state: State, refund: Json, charge: Json) -> None:
    """Note what a refund took; Stripe keeps its fee."""
    kind = "refund" if _last4(charge) else "payment_refund"
    transaction = new_transaction(state, refund, -refund["amount"], 0, type=kind)
    refund["balance_transaction"] = state.create(transaction)["id"]


def _fee(amount: int) -> int:
    """2.9%, rounded half up, and the fixed part."""
    return (amount * 29 + 500) // 1000 + _FIXED_FEE


def _last4(charge: Json) -> str | None:
    details = charge["payment_method_details"] or {}
    return (details.get("card") or {}).get("last4")


def balance(state: State) -> Json:
    """The balance now."""
    account: Json = next(iter(state.kind("account").values()), {})
    nothing = {str(account.get("default_currency", "usd")): 0}
    available, pending = Counter(nothing), Counter(nothing)
    for each in state.where("balance_transaction"):
        if not each.get(PAID_OUT):
            side = available if each["available_on"] <= state.feed_now() else pending
            side[each["currency"]] += each["net"]
    return new_balance(state, available, pending)
