"""What a change to a subscription would do, worked out without doing it.

Preview and update both start here, so that what was shown is what is charged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from portal_desk.models.json import Json, period_end
from portal_desk.models.periods import (
    anchored,
    period_around,
    period_end_of,
    same_interval,
)
from portal_desk.sandbox import objects
from portal_desk.sandbox.billing import cancellation
from portal_desk.sandbox.billing.added_items import added_items
from portal_desk.sandbox.billing.amounts import is_metered, item_cost
from portal_desk.sandbox.billing.discounts import effective, requested
from portal_desk.sandbox.billing.drafts import (
    Draft,
    Proration,
    charge_line,
    credit_line,
    period_lines,
    prorated,
)
from portal_desk.sandbox.billing.items import changed_items, trial_days
from portal_desk.sandbox.billing.settings import nested_settings
from portal_desk.sandbox.billing.unpaid_trials import stops_unpaid
from portal_desk.sandbox.problems import invalid
from portal_desk.sandbox.state import State

_BILLED = ("active", "past_due", "unpaid", "trialing")
_PAYING = ("collection_method", "default_payment_method")
_DAY = 86_400


@dataclass
class Change:
    """A subscription as it would become, and what would be billed.

    Attributes:
        when: the moment that prorations are computed for (seconds UTC).
        after: the fields that change, and their new values; what is new with items stands in them
            whole.
        discounts: the discounts that would apply, whole; new ones are not stored yet.
        prorations: credits and charges for what is left of the period.
        added: what is billed once, besides.
        periods: whole periods that are billed at once.
        bills_now: whether an invoice follows at once.
        stops: whether the subscription stops with its trial, for want of a payment method.
    """

    when: int
    after: Json = field(default_factory=dict)
    discounts: list[Json] = field(default_factory=list)
    prorations: list[Draft] = field(default_factory=list)
    added: list[Draft] = field(default_factory=list)
    periods: list[Draft] = field(default_factory=list)
    bills_now: bool = False
    stops: bool = False


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
    _set_trial(subscription, _with_plan_trial(params, new, change.when), change)
    if params.get("trial_end") == "now" and stops_unpaid(
        state, subscription, _terms(subscription, params)
    ):
        change.stops, restart = True, False
        del change.after["status"]
    new = _settled_periods(subscription, new, change, restart=restart)
    shown = subscription | {"items": objects.item_list(subscription["id"], new)}
    change.after |= cancellation.scheduled(state, shown, params)
    change.added = added_items(state, shown | change.after, params, change.when)
    terms = tuple(
        Proration.of(subscription, change.when, discounts)
        for discounts in (before, change.discounts)
    )
    new = _bill(state, subscription, params, change, (old, new), (terms[0], terms[1]), restart)
    if restart or new != old:
        change.after["items"] = objects.item_list(subscription["id"], new)
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
    if not params.get("items"):
        return [dict(item) for item in subscription["items"]["data"]]
    return changed_items(state, subscription, params["items"], at=when)


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


def _with_plan_trial(params: Json, items: Sequence[Json], when: int) -> Json:
    """`trial_from_plan` as the `trial_end` that it comes to."""
    if not params.get("trial_from_plan"):
        return params
    if "trial_end" in params:
        raise invalid(
            "You may only specify one of these parameters: trial_end, trial_from_plan.",
            "trial_from_plan",
        )
    days = trial_days(items)
    return params | {"trial_end": when + days * _DAY} if days else params


def _terms(subscription: Json, params: Json) -> Json:
    """What a request changes of how a subscription is paid, and of what the end of a trial means."""
    named = {name: params[name] for name in _PAYING if name in params}
    return named | nested_settings(subscription, params)


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
        **anchored(wanted),
    }


def _settled_periods(
    subscription: Json, items: list[Json], change: Change, *, restart: bool
) -> list[Json]:
    """The items with the periods that they have after the change."""
    trial_end = change.after.get("trial_end")
    if trial_end and change.after.get("status") == "trialing":
        period = {"current_period_start": change.when, "current_period_end": trial_end}
        return [item | period for item in items]
    if change.stops:
        return [item | {"current_period_end": change.when} for item in items]
    if not restart:
        return items
    change.after |= anchored(change.when)
    until = None if subscription["cancel_at_period_end"] else subscription["cancel_at"]
    settled = [_begun(item, change.when, until) for item in items]
    if subscription["cancel_at_period_end"]:
        change.after["cancel_at"] = min(item["current_period_end"] for item in settled)
    return settled


def _begun(item: Json, at: int, until: int | None) -> Json:
    end = period_end_of(at, item["price"]["recurring"], at, until)
    return item | {"current_period_start": at, "current_period_end": end}


def _bill(
    state: State,
    subscription: Json,
    params: Json,
    change: Change,
    items: tuple[list[Json], list[Json]],
    terms: tuple[Proration, Proration],
    restart: bool,
) -> list[Json]:
    """Fill in what the change bills, and give the items with the ends that they are paid to."""
    behavior = params.get("proration_behavior", "create_prorations")
    status = change.after.get("status", subscription["status"])
    new = items[1]
    if status not in _BILLED or (status == "trialing" and subscription["status"] == "trialing"):
        return new
    if behavior != "none" and subscription["status"] != "trialing":
        kept = [] if status == "trialing" else new
        change.prorations = prorations(state, (items[0], kept), terms, restart=restart)
        if "cancel_at" in change.after and not restart and status != "trialing":
            ends = (subscription["cancel_at"], change.after["cancel_at"])
            new, moved = _moved_ends(state, ends, new, terms[1])
            change.prorations += moved
    if restart:
        until = change.after.get("cancel_at", subscription["cancel_at"])
        change.periods = [
            line
            for item in new
            if not is_metered(item["price"])
            for line in period_lines(state, item, change.when, change.when, until)
        ]
    classic = subscription["billing_mode"]["type"] == "classic"
    at_once = change.prorations or (classic and change.added)
    change.bills_now = restart or (behavior == "always_invoice" and bool(at_once))
    return new


def _moved_ends(
    state: State, ends: tuple[int | None, int | None], items: list[Json], terms: Proration
) -> tuple[list[Json], list[Draft]]:
    """Items that end with the subscription, and what that gives back, or charges again.

    Source: `cancel_at` in https://docs.stripe.com/api/subscriptions/update.

    Args:
        state: the sandbox.
        ends: when the subscription was to end, and when it is to end now (seconds UTC).
        items: as they are otherwise after the change.
        terms: how they are prorated.
    """
    before, cancel_at = ends
    moved, lines = [], []
    for item in items:
        start, end = item["current_period_start"], item["current_period_end"]
        whole_end = end
        if end == before:
            _, whole_end = period_around(terms.anchor, item["price"]["recurring"], start)
        wanted = whole_end if cancel_at is None else min(whole_end, cancel_at)
        first, last = sorted((wanted, end))
        between = replace(terms, when=first)
        line = prorated(state, item, between, last, sign=-1 if wanted < end else 1)
        lines += [line] if line and line.amount else []
        moved.append(item | {"current_period_end": wanted})
    return moved, lines


def prorations(
    state: State,
    items: tuple[Sequence[Json], Sequence[Json]],
    terms: tuple[Proration, Proration],
    *,
    restart: bool = False,
) -> list[Draft]:
    """Credits for the unused time of old items, charges for the remaining time of new ones.

    Items that stay as they are cost the same and are left out, unless a new period begins.

    Args:
        state: the sandbox.
        items: the old ones and the new ones.
        terms: how each of the two are prorated.
        restart: whether a new period begins, which is billed apart.
    """
    old, new = ({item["id"]: item for item in each} for each in items)
    lines: list[Draft | None] = []
    for item_id, item in (old | new).items():
        before, after = old.get(item_id), new.get(item_id)
        if before and after and not restart and not _differs(before, after):
            continue
        if before:
            lines.append(credit_line(state, before, terms[0]))
        if after and not restart:
            lines.append(charge_line(state, item, terms[1]))
    return [line for line in lines if line and line.amount]


def _differs(before: Json, after: Json) -> bool:
    return any(
        (before["price"]["id"] != after["price"]["id"], before["quantity"] != after["quantity"])
    )
