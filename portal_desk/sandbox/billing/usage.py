"""How much of a metered item was used in its period.

https://docs.stripe.com/billing/subscriptions/usage-based
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from zlib import crc32

from portal_desk.models.json import Json
from portal_desk.sandbox.billing.amounts import rounded
from portal_desk.sandbox.objects.meters import INVENTED
from portal_desk.sandbox.state import State


def usage(state: State, item: Json) -> int:
    """How much of a metered item was used in its period, in whole units.

    A meter that there is says so; usage of any other, and of the seed's own, is made up.
    """
    meter = state.get("billing.meter", item["price"]["recurring"]["meter"] or "")
    if meter is None:
        return _made_up(item)
    return _metered(state, item, meter) + (_made_up(item) if meter["id"] == INVENTED else 0)


def _metered(state: State, item: Json, meter: Json) -> int:
    subscription = state.get("subscription", item["subscription"] or "") or {}
    reported = {"customer": subscription.get("customer"), "event_name": meter["event_name"]}
    start, end = item["current_period_start"], item["current_period_end"]
    events = [
        event
        for event in state.where("billing.meter_event", **reported)
        if start <= event["timestamp"] < end
    ]
    return _aggregated(sorted(events, key=lambda event: int(event["timestamp"])), meter)


def _aggregated(events: Sequence[Json], meter: Json) -> int:
    formula, name = meter["default_aggregation"]["formula"], _value_key(meter)
    if formula == "count":
        return len(events)
    values = [Decimal(str(event["payload"].get(name, 0))) for event in events]
    if formula == "last":
        values = values[-1:]
    return rounded(sum(values, Decimal(0)))


def _value_key(meter: Json) -> str:
    return str((meter["value_settings"] or {}).get("event_payload_key", "value"))


def _made_up(item: Json) -> int:
    """Always the same: it hangs on the item and on how many days after it the period began, not on
    the date, so that the same world can be made again on another day."""
    days = (item["current_period_start"] - item["created"]) // 86_400
    return crc32(f"{item['id']}/{days}".encode()) % 4000
