"""When a new subscription's periods begin and end, and what its first invoice bills."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from portal_desk.models.json import Json
from portal_desk.models.periods import (
    cycle_anchor,
    next_boundary,
    period_around,
    period_end_of,
    share,
    shifted,
)
from portal_desk.sandbox import objects
from portal_desk.sandbox.billing.amounts import is_metered, part_of
from portal_desk.sandbox.billing.drafts import Draft, period_line, period_lines, trial_line
from portal_desk.sandbox.billing.items import trial_days
from portal_desk.sandbox.problems import invalid
from portal_desk.sandbox.state import State

_DAY = 86_400


def begun(subscription: Json, params: Json, now: int) -> Json:
    """A subscription with its anchor, its trial and the first periods of its items.

    A trial resets the cycle when it ends, unless an anchor was asked for or the trial's settings
    leave it (https://docs.stripe.com/billing/subscriptions/billing-cycle).

    Raises:
        StripeProblem: for dates that can't be.
    """
    items = subscription["items"]["data"]
    wanted = _anchor(params, items, now)
    trial_end = _trial_end(params, items, now)
    stays = subscription["trial_settings"]["end_behavior"]["billing_cycle_anchor"] == "unchanged"
    anchor = wanted or (trial_end if trial_end and not stays else None) or now
    fields: Json = {
        "billing_cycle_anchor": anchor,
        "billing_cycle_anchor_config": _config(params.get("billing_cycle_anchor_config")),
        "start_date": _start(params, now),
    }
    if trial_end:
        fields |= {"status": "trialing", "trial_start": now, "trial_end": trial_end}
    counted = cycle_anchor(fields)
    periods = [_first_period(item, counted, now, trial_end, fields["start_date"]) for item in items]
    begun_items = [item | period for item, period in zip(items, periods, strict=True)]
    return subscription | fields | {"items": objects.item_list(subscription["id"], begun_items)}


def _first_period(item: Json, anchor: int, now: int, trial_end: int | None, start: int) -> Json:
    if trial_end:
        return {"current_period_start": now, "current_period_end": trial_end}
    begin, end = period_around(anchor, item["price"]["recurring"], now)
    return {"current_period_start": max(begin, start), "current_period_end": end}


def _start(params: Json, now: int) -> int:
    wanted = params.get("backdate_start_date")
    if wanted is None:
        return now
    if wanted > now:
        raise invalid("`backdate_start_date` must be in the past.", "backdate_start_date")
    return int(wanted)


def _anchor(params: Json, items: Sequence[Json], now: int) -> int | None:
    wanted = params.get("billing_cycle_anchor")
    config = params.get("billing_cycle_anchor_config")
    if wanted is not None and config:
        raise invalid(
            "You may only specify one of these parameters: billing_cycle_anchor, "
            "billing_cycle_anchor_config.",
            "billing_cycle_anchor_config",
        )
    if config:
        return _configured(config, items, now)
    if isinstance(wanted, dict):
        wanted = wanted.get("timestamp")
    if not isinstance(wanted, int):
        return None
    if wanted < now:
        raise invalid(
            "billing_cycle_anchor must be a timestamp in the future.", "billing_cycle_anchor"
        )
    latest = min(next_boundary(now, item["price"]["recurring"], now) for item in items)
    if wanted > latest and not (params.get("trial_end") or params.get("trial_period_days")):
        raise invalid(
            "billing_cycle_anchor cannot be later than next natural billing date "
            f"({latest}) for plan.",
            "billing_cycle_anchor",
        )
    return wanted


def _config(given: Json | None) -> Json | None:
    names = ("day_of_month", "hour", "minute", "month", "second")
    return {name: given.get(name) for name in names} if given else None


def _configured(config: Json, items: Sequence[Json], now: int) -> int:
    """The next moment that a day of the month (and a month, and a time) describes, UTC.

    A month without that day has it on its last
    (https://docs.stripe.com/billing/subscriptions/billing-cycle#using-a-billing-cycle-anchor-config).
    """
    if any(item["price"]["recurring"]["interval"] not in ("month", "year") for item in items):
        raise invalid(
            "`billing_cycle_anchor_config` is only supported for monthly and yearly prices.",
            "billing_cycle_anchor_config",
        )
    today = datetime.fromtimestamp(now, UTC)
    clock = {name: config.get(name, getattr(today, name)) for name in ("hour", "minute", "second")}
    month = config.get("month")
    start = today.replace(day=1, microsecond=0, **clock)
    # From the 31st of an earlier January every month's day is counted, or its last one.
    first = start.replace(month=1) + timedelta(days=config["day_of_month"] - 1)
    for count in range(25):
        moment = shifted(int(first.timestamp()), "month", count)
        if moment >= now and month in (None, datetime.fromtimestamp(moment, UTC).month):
            return moment
    raise invalid("Invalid billing_cycle_anchor_config.", "billing_cycle_anchor_config")


def _trial_end(params: Json, items: Sequence[Json], now: int) -> int | None:
    wanted = params.get("trial_end")
    if wanted is not None and params.get("trial_from_plan"):
        raise invalid(
            "You may only specify one of these parameters: trial_end, trial_from_plan.",
            "trial_from_plan",
        )
    if wanted and wanted != "now":
        if wanted <= now:
            raise invalid(
                "Invalid timestamp: must be an integer Unix timestamp in the future.", "trial_end"
            )
        return int(wanted)
    days = params.get("trial_period_days") if wanted is None else 0
    if days is None and params.get("trial_from_plan"):
        days = trial_days(items)
    return now + int(days) * _DAY if days else None


def first_lines(state: State, subscription: Json, *, prorate: bool) -> list[Draft]:
    """What the first invoice bills for a subscription's items.

    Args:
        state: the sandbox.
        subscription: as it begins.
        prorate: whether the time before the first full period is charged.
    """
    lines: list[Draft] = []
    for item in subscription["items"]["data"]:
        start, end = item["current_period_start"], item["current_period_end"]
        if subscription["status"] == "trialing":
            lines.append(trial_line(state, item, start, end))
        elif not is_metered(item["price"]):
            past = _past_lines(state, subscription, item) if prorate else []
            ahead = period_lines(
                state, item, start, cycle_anchor(subscription), subscription["cancel_at"]
            )
            lines += [*past, *(line for line in ahead if prorate or not line.proration)]
    return lines


def _past_lines(state: State, subscription: Json, item: Json) -> list[Draft]:
    """The time that a backdated subscription has run for: one line for each period, in classic
    billing a single one (https://docs.stripe.com/billing/subscriptions/backdating)."""
    start, until = subscription["start_date"], item["current_period_start"]
    if start >= until:
        return []
    terms = item["price"]["recurring"]
    if subscription["billing_mode"]["type"] == "classic":
        return [_elapsed(state, item, start, until)]
    anchor = cycle_anchor(subscription)
    lines: list[Draft] = []
    while start < until:
        lines += period_lines(state, item, start, anchor, until)
        start = period_end_of(anchor, terms, start, until)
    return lines


def _elapsed(state: State, item: Json, start: int, until: int) -> Draft:
    """Counted in imagined periods from the backdated start on."""
    terms = item["price"]["recurring"]
    whole = period_line(state, item, start, start)
    amount, begin = 0, start
    while begin < until:
        end = period_end_of(start, terms, begin, until)
        amount += part_of(whole.amount, share(start, terms, begin, end))
        begin = end
    return Draft(
        item=item["id"],
        price=item["price"],
        quantity=item["quantity"],
        amount=amount,
        start=start,
        end=until,
        description=whole.description,
        proration=True,
        tax_rates=whole.tax_rates,
        discounts=whole.discounts,
    )
