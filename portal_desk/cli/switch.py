"""`portal-desk switch`: move a subscription to another price, quantity, or both."""

from __future__ import annotations

from argparse import Namespace
from functools import partial
from typing import TYPE_CHECKING

from portal_desk.cli.plans import carry_out
from portal_desk.cli.session import run_async
from portal_desk.errors import InvalidInput
from portal_desk.models.actions import SwitchRequest
from portal_desk.models.json import items_of
from portal_desk.services.actions.subscriptions import item_of, read

if TYPE_CHECKING:
    from portal_desk.models.actions import ActionPlan
    from portal_desk.models.json import Json
    from portal_desk.services.desk import Desk


def run(options: Namespace) -> int:
    if options.price is None and options.quantity is None:
        raise InvalidInput("Nothing would change.", "Give --price, --quantity, or both.")
    return run_async(carry_out(options, partial(_prepare, options)))


async def _prepare(options: Namespace, desk: Desk) -> ActionPlan:
    subscription = await read(desk.gateway, options.subscription)
    item = item_of(subscription, options.item) if options.item else _only_item(subscription)
    request = SwitchRequest(
        options.subscription,
        item["id"],
        options.price or item["price"]["id"],
        quantity=options.quantity or item.get("quantity") or 1,
        proration_behavior=options.proration,
    )
    return await desk.actions.prepare_switch(request)


def _only_item(subscription: Json) -> Json:
    items = list(items_of(subscription))
    if len(items) != 1:
        names = ", ".join(f"{item['id']} ({item['price']['id']})" for item in items)
        raise InvalidInput(
            f"{subscription['id']} has {len(items)} items.", f"Choose one with --item: {names}."
        )
    return items[0]
