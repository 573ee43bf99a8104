"""Everybody else: customers by chance, in the proportions of a business that runs."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox.billing.drafts import Draft
from portal_desk.sandbox.billing.totals import Bill
from portal_desk.sandbox.seeding.history import Fate, make_invoice
from portal_desk.sandbox.seeding.people import (
    add_card,
    add_method,
    add_tax_id,
    make_customer,
    move_balance,
)
from portal_desk.sandbox.seeding.regions import REGIONS, WEIGHTS, Region
from portal_desk.sandbox.seeding.subscribing import Wish, schedule_change, subscribe
from portal_desk.sandbox.seeding.visits import visit_portal
from portal_desk.sandbox.seeding.world import DAY, World

_STATUSES = {
    "active": 700, "trialing": 60, "past_due": 50, "canceled": 100, "unpaid": 20,
    "incomplete": 12, "incomplete_expired": 12, "paused": 12, "none": 34,
}  # fmt: skip
_ITEMS: tuple[tuple[tuple[str, int], ...], ...] = (
    (("starter", 1),), (("team", 0),), (("business", 0),), (("team", 0), ("storage", 2)),
    (("api", 1),), (("classic", 1),), (("analytics", 1),),
)  # fmt: skip
_ITEM_WEIGHTS = (34, 34, 16, 6, 4, 3, 3)
_COUPONS = ("welcome", "partner", "odd")
_MONTHLY_ONLY = frozenset({"api"})
_DECLINING = ("0341", "9995", "0002")
_LONGEST_DAYS = 730
_DEEP = 400
"""So many customers have their whole history; the others have their latest invoices alone."""
_SHALLOW_DEPTHS = (1, 1, 1, 2, 3)
_FATES: tuple[Fate, ...] = ("paid", "paid", "open", "draft", "void", "uncollectible")


def make_person(world: World, number: int) -> None:
    """Store one customer with everything around it.

    Args:
        world: the world.
        number: how many such customers there were before.
    """
    region = world.pick(REGIONS, WEIGHTS)
    status = world.pick(tuple(_STATUSES), tuple(_STATUSES.values()))
    age = _age(world, status)
    created = world.now - (age + world.between(0, 20)) * DAY - world.between(0, DAY - 1)
    customer = make_customer(world, region, created)
    _pays_with(world, customer, region, status)
    if world.chance(0.3):
        add_tax_id(world, customer, region)
    if status == "none":
        customer["currency"] = region.currency
        _bill_by_hand(world, customer)
    else:
        _subscribe(world, customer, region, _wish(world, status, age, number))
    if world.chance(0.04):
        _settle_balance(world, customer)
    world.note("customer.created", customer, created)
    visit_portal(world, customer)


def _age(world: World, status: str) -> int:
    if status == "trialing":
        return world.between(1, 12)
    if status == "incomplete":
        return 0
    if status == "paused":
        return world.between(15, 200)
    return min(int(world.state.random.triangular(3, _LONGEST_DAYS, 200)), _LONGEST_DAYS)


def _pays_with(world: World, customer: Json, region: Region, status: str) -> None:
    if status in ("past_due", "unpaid", "incomplete", "incomplete_expired"):
        expired = world.chance(0.3)
        last4 = None if expired else world.pick(_DECLINING)
        add_card(world, customer, last4=last4, expired=expired)
        return
    if status == "paused" or world.chance(0.03):
        return
    if region.methods and world.chance(0.25):
        add_method(world, customer, world.pick(region.methods))
        return
    wallet = world.pick(("apple_pay", "google_pay")) if world.chance(0.12) else None
    add_card(world, customer, wallet=wallet)
    if world.chance(0.08):
        _keep_old_card(world, customer)


def _keep_old_card(world: World, customer: Json) -> None:
    default = customer["invoice_settings"]
    add_card(world, customer, expired=True)
    customer["invoice_settings"] = default


def _wish(world: World, status: str, age: int, number: int) -> Wish:
    chosen = world.pick(_ITEMS, _ITEM_WEIGHTS)
    items = tuple((key, quantity or world.between(1, 40)) for key, quantity in chosen)
    yearly_share = 0.35 if number < _DEEP else 0.7
    yearly = world.chance(yearly_share) and chosen[0][0] not in _MONTHLY_ONLY
    sent = status in ("active", "past_due") and world.chance(0.08)
    return Wish(
        items=items,
        interval="year" if yearly else "month",
        age=age,
        status=status,
        depth=24 if number < _DEEP else world.pick(_SHALLOW_DEPTHS),
        mode="flexible" if world.chance(0.4) else "classic",
        coupon=world.pick(_COUPONS) if world.chance(0.07) else "",
        sent=sent,
        cancels=status in ("active", "trialing") and world.chance(0.06),
        last="open" if sent and world.chance(0.5) else "paid",
    )


def _subscribe(world: World, customer: Json, region: Region, wish: Wish) -> None:
    subscription = subscribe(world, customer, region.currency, wish)
    plain = wish.status == "active" and not wish.cancels and len(wish.items) == 1
    if plain and wish.items[0][0] == "business" and world.chance(0.1):
        schedule_change(world, subscription, "team", 1)


def _settle_balance(world: World, customer: Json) -> None:
    customer["currency"] = customer["currency"] or "usd"
    if world.chance(0.7):
        move_balance(world, customer, -world.between(500, 50_000), "Credit for downtime")
    else:
        move_balance(world, customer, world.between(100, 5_000), "Carried over")


def _bill_by_hand(world: World, customer: Json) -> None:
    at = world.between(customer["created"], world.now)
    words = world.pick(("Onboarding workshop", "Data migration", "Consulting, two days"))
    draft = Draft(
        item="", price=None, quantity=1, amount=world.between(50, 900) * 100, start=at, end=at,
        description=words,
    )  # fmt: skip
    fate = world.pick(_FATES)
    make_invoice(world, customer, Bill([draft]), at=at, fate=fate)
