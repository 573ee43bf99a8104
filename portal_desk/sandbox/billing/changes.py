"""What a change to a subscription would do, worked out without doing it.

Preview and update both start here, so that what was shown is what is charged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from portal_desk.models.json import Json, period_end
from portal_desk.sandbox import objects
from portal_desk.sandbox.billing.amounts import item_cost
from portal_desk.sandbox.billing.discounts import after_percentages, effective, requested
from portal_desk.sandbox.billing.drafts import Draft, Reduce, charge_line, credit_line, period_line
from portal_desk.sandbox.billing.items import changed_items
from portal_desk.sandbox.billing.periods import next_boundary, same_interval
from portal_desk.sandbox.problems import invalid
from portal_desk.sandbox.state import State

_BILLED = ("active", "past_due", "unpaid", "trialing")


@dataclass
class Change:
    """A subscription as it would become, and what would be billed.

    Attributes:
        after: the fields that change, and their new values.
        discounts: the discounts that would apply, whole; new ones are not stored yet.
        prorations: credits and charges for what is left of the period.
        periods: whole periods that are billed at once.
        bills_now: whether an invoice follows at once.
        when: the moment that prorations are computed for (seconds UTC).
    """

    when: int
    after: Json = field(default_factory=dict)
    discounts: list[Json] = field(default_factory=list)
    prorations: list[Draft] = field(default_factory=list)
    periods: list[Draft] = field(default_factory=list)
    bills_now: bool = False


def plan_change(state: State, subscription: Json, params: Json) -> Change:
    """Work out what `params` (as for an update) would do to a subscription.

    A trial goes on unless `trial_end` says otherwise. Another interval, `billing_cycle_anchor=now`,
    the end of a trial, and the step from free to paid begin a new period and bill at once
    (https://docs.stripe.com/api/subscriptions/update).

    Raises:
        StripeProblem: where Stripe would refuse.
    """
    change = Change(when=proration_moment(state, subscription, params))
    customer = state.kind("customer")[subscription["customer"]]
    before = effective(state, subscription["discounts"], customer, change.when)
    change.discounts = _discounts(state, subscription, params, before, change.when)
    if [each["id"] for each in change.discounts] != [each["id"] for each in before]:
        own = params["discounts"] or []
        change.after["discounts"] = [each["id"] for each in change.discounts] if own else []
    old = subscription["items"]["data"]
    new = _items(state, subscription, params, change.when)
    restart = _restart(subscription, params, old, new)
    _set_trial(subscription, params, change)
    new = _settled_periods(new, change, restart=restart)
    if restart or new != old:
        change.after["items"] = objects.item_list(subscription["id"], new)
    reductions = (_reduction(state, before), _reduction(state, change.discounts))
    _bill(state, subscription, params, change, (old, new), reductions, restart=restart)
    return change


def proration_moment(state: State, subscription: Json, params: Json) -> int:
    """When a change counts from: `proration_date`, else now (seconds UTC)."""
    wanted = params.get("proration_date")
    if wanted is None:
        return state.now()
    if params.get("proration_behavior") == "none":
        raise invalid(
            "You cannot pass `proration_date` when `proration_behavior` is `none`.",
            "proration_date",
        )
    starts = [item["current_period_start"] for item in subscription["items"]["data"]]
    if not max(starts) <= wanted <= (period_end(subscription) or wanted):
        raise invalid(
            "Invalid proration_date: it must be within the subscription's current period.",
            "proration_date",
        )
    return int(wanted)


def _discounts(
    state: State, subscription: Json, params: Json, before: list[Json], at: int
) -> list[Json]:
    wanted = params.get("discounts")
    if wanted == "":
        customer = state.kind("customer")[subscription["customer"]]
        return effective(state, [], customer, at)
    if not wanted:
        return before
    found = requested(state, wanted, subscription["customer"], at=at)
    return [each | {"subscription": subscription["id"]} for each in found]


def _items(state: State, subscription: Json, params: Json, when: int) -> list[Json]:
    old = subscription["items"]["data"]
    if not params.get("items"):
        return [dict(item) for item in old]
    end = period_end(subscription) or when
    start = min(item["current_period_start"] for item in old)
    return changed_items(state, subscription, params["items"], start=start, end=end)


def _restart(subscription: Json, params: Json, old: Sequence[Json], new: Sequence[Json]) -> bool:
    """Whether a new period begins with the change."""
    anchor = params.get("billing_cycle_anchor") or "unchanged"
    kind = anchor["type"] if isinstance(anchor, dict) else anchor
    if kind not in ("now", "unchanged"):
        raise invalid(
            "Invalid billing_cycle_anchor: must be one of now or unchanged", "billing_cycle_anchor"
        )
    if params.get("trial_end") == "now" and subscription["status"] == "trialing":
        return True
    if subscription["status"] == "trialing" or isinstance(params.get("trial_end"), int):
        return False
    other_interval = any(
        not same_interval(item["price"], kept["price"])
        for item in new
        for kept in old
        if kept["id"] == item["id"]
    )
    was_free = sum(map(item_cost, old)) == 0 and not _has_usage(old)
    return kind == "now" or other_interval or (was_free and sum(map(item_cost, new)) > 0)


def _has_usage(items: Sequence[Json]) -> bool:
    return any(item["price"]["recurring"]["usage_type"] == "metered" for item in items)


def _set_trial(subscription: Json, params: Json, change: Change) -> None:
    wanted = params.get("trial_end")
    if wanted is None or (wanted == "now" and subscription["status"] != "trialing"):
        return
    if wanted == "now":
        change.after |= {"trial_end": change.when, "status": "active"}
        return
    if not isinstance(wanted, int) or wanted <= change.when:
        raise invalid(
            "Invalid timestamp: must be an integer Unix timestamp in the future.", "trial_end"
        )
    change.after |= {
        "trial_start": subscription["trial_start"] or change.when,
        "trial_end": wanted,
        "status": "trialing",
        "billing_cycle_anchor": wanted,
    }


def _settled_periods(items: list[Json], change: Change, *, restart: bool) -> list[Json]:
    """The items with the periods that they have after the change."""
    trial_end = change.after.get("trial_end")
    if trial_end and change.after.get("status") == "trialing":
        for item in items:
            item |= {"current_period_start": change.when, "current_period_end": trial_end}
    if restart:
        change.after["billing_cycle_anchor"] = change.when
        for item in items:
            end = next_boundary(change.when, item["price"]["recurring"], change.when)
            item |= {"current_period_start": change.when, "current_period_end": end}
    return items


def _reduction(state: State, discounts: Sequence[Json]) -> Reduce:
    return partial(after_percentages, state, discounts)


def _bill(
    state: State,
    subscription: Json,
    params: Json,
    change: Change,
    items: tuple[Sequence[Json], Sequence[Json]],
    reductions: tuple[Reduce, Reduce],
    *,
    restart: bool,
) -> None:
    behavior = params.get("proration_behavior", "create_prorations")
    status = change.after.get("status", subscription["status"])
    if status not in _BILLED or (status == "trialing" and subscription["status"] == "trialing"):
        return
    if behavior != "none" and subscription["status"] != "trialing":
        change.prorations = prorations(state, items, reductions, change.when, restart=restart)
    if restart:
        change.periods = [
            period_line(state, item, change.when, change.when)
            for item in items[1]
            if item["quantity"] is not None
        ]
    change.bills_now = restart or (behavior == "always_invoice" and bool(change.prorations))


def prorations(
    state: State,
    items: tuple[Sequence[Json], Sequence[Json]],
    reductions: tuple[Reduce, Reduce],
    when: int,
    *,
    restart: bool = False,
) -> list[Draft]:
    """Credits for the unused time of old items, charges for the remaining time of new ones.

    Items that stay as they are cost the same and are left out, unless a new period begins.
    """
    old, new = ({item["id"]: item for item in each} for each in items)
    lines: list[Draft | None] = []
    for item_id, item in (old | new).items():
        before, after = old.get(item_id), new.get(item_id)
        if before and after and not restart and not _differs(before, after):
            continue
        if before:
            lines.append(credit_line(state, before, when, reductions[0]))
        if after and not restart:
            lines.append(charge_line(state, item, when, reductions[1]))
    return [line for line in lines if line and line.amount]


def _differs(before: Json, after: Json) -> bool:
    return any(
        (before["price"]["id"] != after["price"]["id"], before["quantity"] != after["quantity"])
    )
