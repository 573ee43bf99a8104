"""The phases that a request describes, from the first one's start on."""

from __future__ import annotations

from collections.abc import Sequence

from portal_desk.models.json import Json
from portal_desk.models.periods import Anchor, continued, shifted
from portal_desk.sandbox import objects
from portal_desk.sandbox.billing.discounts import requested
from portal_desk.sandbox.billing.items import check_items, tax_rates
from portal_desk.sandbox.billing.pricing import keep_prices, named_price
from portal_desk.sandbox.problems import invalid
from portal_desk.sandbox.state import State

_PLAIN = (
    "automatic_tax", "billing_cycle_anchor", "collection_method", "default_payment_method",
    "description",
)  # fmt: skip
_PERIOD = {"end": {"type": "min_item_period_end"}, "start": {"type": "max_item_period_start"}}


def requested_phases(
    state: State, wanted: Sequence[Json], schedule: Json, *, start: int
) -> list[Json]:
    """Phases as a schedule keeps them, one after the other.

    Args:
        state: the sandbox.
        wanted: the request's `phases`.
        schedule: whose customer, currency and billing mode they have.
        start: when the first begins, where it doesn't say so (seconds UTC).

    Raises:
        StripeProblem: for phases that can't be.
    """
    phases: list[Json] = []
    day = 0
    for number, wish in enumerate(wanted):
        param = f"phases[{number}]"
        begin = continued(_moment(state, wish.get("start_date"), start), day)
        day = begin.day
        if phases and begin != start:
            raise invalid(
                "The start date of a phase must be the end date of the one before it.",
                f"{param}[start_date]",
            )
        phases.append(_phase(state, wish, schedule, param, begin))
        start = phases[-1]["end_date"]
    return phases


def _moment(state: State, wanted: object, otherwise: int) -> int:
    if wanted == "now":
        return state.now()
    return wanted if isinstance(wanted, int) else otherwise


def _phase(state: State, wish: Json, schedule: Json, param: str, start: Anchor) -> Json:
    currency = str(wish.get("currency") or schedule["currency"] or "").lower() or None
    prices, items = [], []
    for number, each in enumerate(wish["items"]):
        price, item = _item(state, each, schedule, currency, f"{param}[items][{number}]")
        currency = currency or price["currency"]
        prices.append(price)
        items.append(item)
    check_items([{"price": price} for price in prices], schedule["billing_mode"]["type"])
    end = _end(state, wish, prices[0], param, start)
    rates = wish.get("default_tax_rates") or []
    phase = objects.new_phase(
        currency=currency or "usd",
        start=int(start),
        end=end,
        items=items,
        add_invoice_items=_additions(state, wish, schedule, currency, param),
        default_tax_rates=tax_rates(state, rates, f"{param}[default_tax_rates]"),
        discounts=_discounts(state, wish, schedule, param),
        metadata=wish.get("metadata") or {},
        proration_behavior=wish.get("proration_behavior", "create_prorations"),
        trial_end=_trial_end(wish, param, start, end),
        **{name: wish[name] for name in _PLAIN if wish.get(name)},
    )
    return phase | {"invoice_settings": _invoice_settings(wish)}


def _invoice_settings(wish: Json) -> Json | None:
    given = wish.get("invoice_settings")
    if not given:
        return None
    empty = {"account_tax_ids": None, "custom_fields": None, "days_until_due": None}
    shown = {"description": None, "footer": None, "issuer": {"type": "self"}}
    return empty | shown | {name: value or None for name, value in given.items()}


def _item(
    state: State, wish: Json, schedule: Json, currency: str | None, param: str
) -> tuple[Json, Json]:
    price = named_price(state, wish, currency, param)
    if not price:
        raise invalid(
            f"Missing required param: {param}[price].", f"{param}[price]", "parameter_missing"
        )
    keep_prices(state, [price])
    metered = price["recurring"]["usage_type"] == "metered"
    rates = tax_rates(state, wish.get("tax_rates") or [], f"{param}[tax_rates]")
    item = objects.new_phase_item(price["id"], None if metered else wish.get("quantity", 1))
    discounts = _discounts(state, wish, schedule, param)
    own = {"metadata": wish.get("metadata") or {}, "tax_rates": rates, "discounts": discounts}
    return price, item | own


def _additions(
    state: State, wish: Json, schedule: Json, currency: str | None, param: str
) -> list[Json]:
    added = []
    for number, each in enumerate(wish.get("add_invoice_items") or ()):
        where = f"{param}[add_invoice_items][{number}]"
        price = named_price(state, each, currency, where, "one_time")
        if not price:
            raise invalid(
                f"Missing required param: {where}[price].", f"{where}[price]", "parameter_missing"
            )
        keep_prices(state, [price])
        added.append(
            {
                "discountable": each.get("discountable", True),
                "discounts": _discounts(state, each, schedule, where),
                "metadata": each.get("metadata") or {},
                "period": each.get("period") or _PERIOD,
                "price": price["id"],
                "quantity": each.get("quantity", 1),
                "tax_rates": tax_rates(state, each.get("tax_rates") or [], where),
            }
        )
    return added


def _discounts(state: State, wish: Json, schedule: Json, param: str) -> list[Json]:
    """Discounts that are only redeemed when the phase begins; what can't be is refused now."""
    wanted = wish.get("discounts") or []
    where = f"{param}[discounts]"
    requested(state, wanted, schedule["customer"], at=state.now(), param=where)
    empty = {"coupon": None, "discount": None, "promotion_code": None}
    return [empty | each for each in wanted]


def _trial_end(wish: Json, param: str, start: int, end: int) -> int | None:
    wanted = wish.get("trial_end")
    if wish.get("trial"):
        wanted = end
    if wanted is None:
        return None
    if not isinstance(wanted, int) or not start < wanted <= end:
        raise invalid("The trial of a phase must end within it.", f"{param}[trial_end]")
    return wanted


def _end(state: State, wish: Json, price: Json, param: str, start: Anchor) -> int:
    """When a phase ends: on a date, after a time, or after one period of its first price."""
    if wish.get("end_date") and wish.get("duration"):
        raise invalid(
            "You may only specify one of these parameters: end_date, duration.",
            f"{param}[end_date]",
        )
    end = _moment(state, wish.get("end_date"), 0)
    if not end:
        terms = wish.get("duration") or price["recurring"]
        end = shifted(start, terms["interval"], int(terms.get("interval_count", 1)))
    if end <= start:
        raise invalid("A phase must end after it starts.", f"{param}[end_date]")
    return end
