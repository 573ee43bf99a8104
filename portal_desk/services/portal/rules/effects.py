"""What an update in the portal leads to: trials, schedules and billing dates, in words (R4, R8, R9, R10)."""

from __future__ import annotations

from collections.abc import Callable

from portal_desk.models.json import Json, period_end
from portal_desk.models.loose import as_count, as_objects
from portal_desk.models.money import Money
from portal_desk.models.prices import in_currency, interval_of, item_amount, unit_amount
from portal_desk.portal.document import Reason
from portal_desk.services.dates import portal_date
from portal_desk.services.portal.rules.facts import (
    fact,
    feature,
    price_of,
    setting,
    subscription_items,
)
from portal_desk.services.portal.rules.registry import because

_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}


def what_happens_on_update(
    subscription: Json, configuration: Json, price: Json, *, quantity: int, now: int
) -> tuple[Reason, ...]:
    """What switching to `price` in the portal does, for an agent to read before it happens.

    Args:
        subscription: the subscription, whose first item is switched.
        configuration: the portal's configuration.
        price: the price to move to.
        quantity: how many.
        now: seconds UTC.
    """
    price = in_currency(price, str(subscription.get("currency") or ""))
    if scheduled := met_conditions(subscription, configuration, price, quantity=quantity):
        when = portal_date(period_end(subscription))
        given = setting(configuration, "subscription_update.schedule_at_period_end.conditions")
        text = f"{' and '.join(scheduled)}, so the change waits until {when}"
        return (because("R9", text, "", given), scheduled_downgrade())
    return (
        *trial_effect(subscription, configuration, charge=_charge(price, quantity)),
        *anchor_effect(subscription, configuration, now=now),
    )


def _charge(price: Json, quantity: int) -> str:
    """What a price costs each time, as agents read it; empty where it has no one amount."""
    amount = unit_amount(price)
    if amount is None or amount * quantity % 1:
        return ""
    return Money(int(amount * quantity), str(price.get("currency") or "usd")).format()


def scheduled_downgrade() -> Reason:
    """R4: a change that waits blocks others until it has happened."""
    return because(
        "R4",
        "until then a schedule holds the change, and the customer can neither update nor cancel",
        "Release the schedule to let the customer change their mind.",
    )


def conditions_of(configuration: Json) -> set[str]:
    """The conditions under which a change waits for the end of the period."""
    update = feature(configuration, "subscription_update")
    conditions = update.get("schedule_at_period_end")
    found = as_objects(conditions.get("conditions")) if isinstance(conditions, dict) else []
    return {str(condition.get("type")) for condition in found}


def met_conditions(
    subscription: Json, configuration: Json, price: Json, *, quantity: int
) -> list[str]:
    """R9: the configuration's conditions that a switch meets, as clauses; any one of them schedules it."""
    items = subscription_items(subscription)
    if not items:
        return []
    checks: dict[str, tuple[Callable[[Json, Json, int], bool], str]] = {
        "decreasing_item_amount": (_decreases, "the new amount is lower"),
        "shortening_interval": (_shortens, "the new billing interval is shorter"),
    }
    conditions = conditions_of(configuration)
    return [
        clause
        for name, (is_met, clause) in checks.items()
        if name in conditions and is_met(items[0], price, quantity)
    ]


def _decreases(item: Json, price: Json, quantity: int) -> bool:
    before, each = item_amount(item), unit_amount(price)
    return before is not None and each is not None and each * quantity < before


def _shortens(item: Json, price: Json, quantity: int) -> bool:  # noqa: ARG001 - one shape for all
    return _length(price) < _length(price_of(item))


def _length(price: Json) -> int:
    """About how many days a price's interval lasts; 0 for one that isn't known."""
    interval, count = interval_of(price)
    return _DAYS.get(interval, 0) * count


def trial_effect(subscription: Json, configuration: Json, *, charge: str = "") -> list[Reason]:
    """R8: whether an update ends the trial, and what is then charged where that is known."""
    if subscription.get("status") != "trialing":
        return []
    update = feature(configuration, "subscription_update")
    given = setting(configuration, "subscription_update.trial_update_behavior")
    trial = fact(subscription, "trial_end")
    if update.get("trial_update_behavior") == "continue_trial":
        trial_end = portal_date(as_count(subscription.get("trial_end")))
        return [because("R8", f"the trial goes on until {trial_end}", "", given, trial)]
    return [
        because(
            "R8",
            f"a change ends the trial and invoices {f'{charge} ' if charge else ''}at once",
            "Set trial_update_behavior to continue_trial to keep trials running.",
            given,
            trial,
        )
    ]


def anchor_effect(subscription: Json, configuration: Json, *, now: int) -> list[Reason]:
    """R10: when the next invoice comes after an update."""
    update = feature(configuration, "subscription_update")
    if update.get("billing_cycle_anchor") == "now":
        text = f"a change starts a new billing cycle at once, on {portal_date(now)}"
    else:
        when = portal_date(period_end(subscription))
        text = f"the billing date stays, the next invoice is on {when}"
    anchor = setting(configuration, "subscription_update.billing_cycle_anchor")
    return [because("R10", text, "", anchor)]
