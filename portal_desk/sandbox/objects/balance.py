"""What a charge or a refund does to the business's balance."""

from __future__ import annotations

from typing import Any

from portal_desk.models.json import Json
from portal_desk.sandbox.objects.common import filled
from portal_desk.sandbox.state import State


def new_transaction(state: State, source: Json, amount: int, fee: int, **fields: Any) -> Json:
    """A complete balance transaction; it is not stored yet.

    Args:
        state: where the time comes from.
        source: the charge or the refund, after which it is named.
        amount: in minor units; negative where money goes away.
        fee: Stripe's, in minor units.
        fields: whatever differs from the defaults.
    """
    currency = source["currency"]
    part = {"amount": fee, "application": None, "currency": currency, "type": "stripe_fee"}
    transaction: Json = {
        "id": transaction_id(source["id"]),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": state.feed_now(),
        "balance_type": "payments",
        "created": source["created"],
        "currency": currency,
        "description": source.get("description"),
        "exchange_rate": None,
        "fee": fee,
        "fee_details": [part | {"description": "Stripe processing fees"}] if fee else [],
        "net": amount - fee,
        "reporting_category": source["object"],
        "source": source["id"],
        "status": "pending",
        "type": source["object"],
    }
    return filled(transaction, fields, "balance transaction")


def transaction_id(source: str) -> str:
    """The id of what `ch_…` or `re_…` does to the balance."""
    return f"txn_{source.partition('_')[2]}"


def new_balance(state: State, available: dict[str, int], pending: dict[str, int]) -> Json:
    """The business's balance, in minor units by currency."""
    return {
        "object": "balance",
        "available": _amounts(available),
        "livemode": state.livemode,
        "pending": _amounts(pending),
    }


def _amounts(by_currency: dict[str, int]) -> list[Json]:
    return [
        {"amount": amount, "currency": currency, "source_types": {"card": amount}}
        for currency, amount in sorted(by_currency.items())
    ]
