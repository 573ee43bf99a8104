"""What a request bills once with a subscription, besides its items: `add_invoice_items`.

https://docs.stripe.com/api/subscriptions/create#create_subscription-add_invoice_items
"""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox.billing.amounts import cost
from portal_desk.sandbox.billing.discounts import requested
from portal_desk.sandbox.billing.drafts import Draft, product_name
from portal_desk.sandbox.billing.items import tax_rates
from portal_desk.sandbox.billing.pricing import named_price
from portal_desk.sandbox.problems import invalid
from portal_desk.sandbox.state import State


def added_items(state: State, subscription: Json, params: Json, at: int) -> list[Draft]:
    """The lines that `add_invoice_items` asks for, at `at` (seconds UTC).

    Raises:
        StripeProblem: for prices that recur, are in another currency, or that there are not.
    """
    wanted = params.get("add_invoice_items") or ()
    return [
        _added(state, subscription, wish, f"add_invoice_items[{number}]", at)
        for number, wish in enumerate(wanted)
    ]


def _added(state: State, subscription: Json, wish: Json, param: str, at: int) -> Draft:
    price = named_price(state, wish, subscription["currency"], param, "one_time")
    if not price:
        raise invalid(
            f"Missing required param: {param}[price].", f"{param}[price]", "parameter_missing"
        )
    quantity = wish.get("quantity", 1)
    discounts = requested(
        state,
        wish.get("discounts") or [],
        subscription["customer"],
        at=at,
        param=f"{param}[discounts]",
    )
    start, end = _period(subscription, wish.get("period") or {}, at)
    return Draft(
        item="",
        price=price,
        quantity=quantity,
        amount=cost(price, quantity),
        start=start,
        end=end,
        description=product_name(state, price),
        invoice_item=state.new_id("ii", 24),
        tax_rates=tuple(tax_rates(state, wish.get("tax_rates") or [], f"{param}[tax_rates]")),
        discountable=wish.get("discountable", True),
        discounts=tuple(discounts),
        metadata=wish.get("metadata") or {},
    )


def _period(subscription: Json, wish: Json, at: int) -> tuple[int, int]:
    items = subscription["items"]["data"]
    begin: Json = wish.get("start") or {"type": "max_item_period_start"}
    finish: Json = wish.get("end") or {"type": "min_item_period_end"}
    starts = {
        "max_item_period_start": max(item["current_period_start"] for item in items),
        "now": at,
        "timestamp": begin.get("timestamp"),
    }
    ends = {
        "min_item_period_end": min(item["current_period_end"] for item in items),
        "timestamp": finish.get("timestamp"),
    }
    start, end = starts[begin["type"]], ends[finish["type"]]
    if start is None or end is None or start > end:
        raise invalid("The period of an invoice item must not end before it starts.", "period")
    return int(start), int(end)
