"""The first customers: at least one for each rule of the customer portal.

Each says in its metadata which rule it is for, and in its description what to look at.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal_desk.models.json import Json
from portal_desk.sandbox.billing.drafts import Draft, period_line
from portal_desk.sandbox.billing.totals import Bill
from portal_desk.sandbox.seeding.history import Fate, make_invoice
from portal_desk.sandbox.seeding.people import (
    add_card,
    add_method,
    add_tax_id,
    make_customer,
    move_balance,
)
from portal_desk.sandbox.seeding.regions import BY_COUNTRY
from portal_desk.sandbox.seeding.subscribing import Wish, schedule_change, subscribe
from portal_desk.sandbox.seeding.world import DAY, World

Finish = Callable[[World, Json, Json], None]

_TEAM = (("team", 3),)
_YEARS_AGO = 740
_CARD = "card"
_DECLINES = "declining card"
_NONE = ""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A customer made for a rule.

    Attributes:
        rule: the rule's code, `R1` to `R26`.
        name: the customer.
        about: what to look at.
        wish: the subscription; None for a customer without any.
        country: where they live.
        method: `card`, `declining card`, a payment method type, or empty for none.
        finish: what remains to be done, given the customer and the subscription.
        email: the address, where it matters.
        then: a second subscription.
    """

    rule: str
    name: str
    about: str
    wish: Wish
    country: str = "US"
    method: str = _CARD
    finish: Finish | None = None
    email: str = ""
    then: Wish | None = None


def _wish(*items: tuple[str, int], **terms: Any) -> Wish:
    return Wish(items or _TEAM, **terms)


def _schedule_upgrade(world: World, _customer: Json, subscription: Json) -> None:
    schedule_change(world, subscription, "business", 3)


def _schedule_downgrade(world: World, _customer: Json, subscription: Json) -> None:
    schedule_change(world, subscription, "starter", 1, metadata={"made_by": "customer_portal"})


def _add_old_card(world: World, customer: Json, _subscription: Json) -> None:
    default = customer["invoice_settings"]
    add_card(world, customer, expired=True)
    customer["invoice_settings"] = default


def _add_tax_ids(world: World, customer: Json, _subscription: Json) -> None:
    for country, status in (("DE", "verified"), ("DE", "unverified"), ("DE", "pending")):
        add_tax_id(world, customer, BY_COUNTRY[country], status)


def _add_credit(world: World, customer: Json, _subscription: Json) -> None:
    move_balance(world, customer, -12_500, "Goodwill after the outage in March")


def _add_debit(world: World, customer: Json, _subscription: Json) -> None:
    move_balance(world, customer, 1_800, "Carried over from the old system")


def _add_manual_invoices(world: World, customer: Json, subscription: Json) -> None:
    bill = Bill(_lines(world, subscription))
    fates: dict[int, Fate] = {3: "draft", 12: "open", 40: "void", 70: "uncollectible"}
    for days, fate in fates.items():
        make_invoice(
            world, customer, bill, at=world.now - days * DAY, fate=fate,
            description="Onboarding workshop",
        )  # fmt: skip


def _lines(world: World, subscription: Json) -> list[Draft]:
    item = subscription["items"]["data"][0]
    return [period_line(world.state, item, world.now, subscription["billing_cycle_anchor"])]


SCENARIOS: tuple[Scenario, ...] = (
    Scenario("R1", "Bundle Brothers Inc.", "Several products on one subscription: can only cancel",
             _wish(("team", 4), ("storage", 2), ("support", 1), age=210)),
    Scenario("R1", "Meterstone Labs", "A usage-based price: can only cancel",
             _wish(("api", 1), age=150)),
    Scenario("R1", "Papierladen Graf", "Pays by a method that the portal can't update with",
             _wish(("starter", 1), age=95), country="DE", method="ideal"),
    Scenario("R2", "Northgate County Library", "Invoiced by email: the portal hides the update",
             _wish(("business", 12), age=400, interval="year", sent=True, last="open")),
    Scenario("R3", "Stepwise Consulting", "A schedule moves to Business next: no change, no cancel",
             _wish(age=47), finish=_schedule_upgrade),
    Scenario("R4", "Downshift Cycles", "A downgrade made in the portal waits for the period's end",
             _wish(("business", 2), age=80), finish=_schedule_downgrade),
    Scenario("R5", "Oldtimer Garage", "A price of unspecified tax behaviour: no plan to switch to",
             _wish(("classic", 2), age=600)),
    Scenario("R5", "Inklusive Optik", "A price with tax included: others are exclusive",
             _wish(("sso", 1), age=120)),
    Scenario("R6", "Twin Price Toys", "On a plan that is sold at one price for each interval",
             _wish(("team", 1), age=33)),
    Scenario("R7", "Ten Choices Travel", "Sees the configuration with ten products",
             _wish(("templates", 1), age=64)),
    Scenario("R8", "Tryout Theatre", "On trial: a change ends it and invoices at once",
             _wish(("team", 2), age=5, status="trialing", mode="flexible")),
    Scenario("R8", "No Card Yet Café", "On trial without a payment method",
             _wish(("team", 1), age=9, status="trialing"), country="FR", method=_NONE),
    Scenario("R9", "Long Year Vineyards", "Yearly: to monthly is a change for the period's end",
             _wish(("business", 5), age=230, interval="year"), country="US"),
    Scenario("R10", "Midmonth Media", "In the middle of a period: now or unchanged?",
             _wish(("team", 6), age=45)),
    Scenario("R11", "Seatfull Coworking", "Ten seats, between 5 and 20 allowed",
             _wish(("team", 10), age=170, mode="flexible")),
    Scenario("R12", "Flexible Farewell", "Set to cancel in flexible billing: cancel_at alone",
             _wish(("team", 2), age=130, mode="flexible", cancels=True)),
    Scenario("R12", "Classic Farewell", "Set to cancel in classic billing: the flag is set",
             _wish(("team", 2), age=130, cancels=True)),
    Scenario("R13", "Late Opener Law", "Opens links when they have expired",
             _wish(("starter", 1), age=300), finish=_add_old_card),
    Scenario("R14", "Framed Pictures Gallery", "Embeds everything in frames; the portal refuses",
             _wish(("starter", 1), age=88)),
    Scenario("R15", "Connected Co-op", "Billed on behalf of a connected account",
             _wish(("team", 3), age=140, fields={"on_behalf_of": "acct_1ConnectedCoop"})),
    Scenario("R16", "Quick View Quilts", "Wants to know what the portal looks like for them",
             _wish(("starter", 1), age=20, coupon="welcome")),
    Scenario("R17", "コンビニ文具店", "The default method is one that the portal doesn't support",
             _wish(("starter", 1), age=75), country="JP", method="konbini",
             email="keiri@bunguten.example"),
    Scenario("R18", "Deep Link Diving", "For all six flows",
             _wish(("team", 4), age=52, mode="flexible"), finish=_add_tax_ids),
    Scenario("R19", "Single Item Silver", "One item, a price of the configuration",
             _wish(("starter", 1), age=41, mode="flexible", coupon="odd")),
    Scenario("R20", "Stay Awhile Inn", "About to leave: offer STAY20",
             _wish(("business", 1), age=365, coupon="partner")),
    Scenario("R21", "Redirect Records", "Wants to land on their own page afterwards",
             _wish(("starter", 1), age=58), finish=_add_debit),
    Scenario("R22", "Refund Me Rowing", "Cancels at once and wants the rest credited",
             _wish(("business", 3), age=70, interval="year"), finish=_add_credit),
    Scenario("R23", "Expand & Sons", "Plans that only an expanded configuration names",
             _wish(("team", 1), age=99)),
    Scenario("R24", "Prefilled Pottery", "An address with a plus sign in the login link",
             _wish(("starter", 1), age=66), email="pottery+billing@example.com"),
    Scenario("R25", "Old Paper Archive", "Two years of invoices whose links have expired",
             _wish(("team", 2), age=_YEARS_AGO), finish=_add_manual_invoices),
    Scenario("R26", "Nocard Nursery", "No payment method, and none can be added",
             _wish(("starter", 1), age=110, sent=True, last="open"), method=_NONE),
    Scenario("status", "Pastdue Pastry", "The card declines: past due",
             _wish(("team", 2), age=125, status="past_due"), country="GB", method=_DECLINES),
    Scenario("status", "Unpaid Umbrellas", "All retries failed: unpaid",
             _wish(("team", 1), age=190, status="unpaid"), method=_DECLINES),
    Scenario("status", "Halfway Hostel", "The first payment failed: incomplete",
             _wish(("starter", 1), age=0, status="incomplete"), method=_DECLINES),
    Scenario("status", "Expired Express", "Never paid the first invoice: incomplete expired",
             _wish(("starter", 1), age=12, status="incomplete_expired"), method=_DECLINES),
    Scenario("status", "Paused Pilates", "The trial ended without a payment method: paused",
             _wish(("team", 1), age=40, status="paused", mode="flexible"), method=_NONE),
    Scenario("status", "Bygone Books", "Cancelled last month, and back on another plan",
             _wish(("team", 1), age=300, status="canceled"), then=_wish(("starter", 1), age=10)),
    Scenario("status", "مكتبة الواحة", "Three decimals: dinars",
             _wish(("business", 7), age=215), country="KW", email="billing@alwaha.example"),
)  # fmt: skip


def make_scenario(world: World, scenario: Scenario) -> None:
    """Store the customer of a scenario, with everything around it."""
    region = BY_COUNTRY[scenario.country]
    age = max(scenario.wish.age, scenario.then.age if scenario.then else 0)
    customer = make_customer(
        world,
        region,
        world.now - (age + 1) * DAY - world.between(0, DAY),
        name=scenario.name,
        description=scenario.about,
        metadata={"scenario": scenario.rule, "crm_id": world.digits("CRM-9#####")},
        email=scenario.email or _address_for(scenario.name),
    )
    _add_method(world, customer, scenario.method)
    subscription = subscribe(world, customer, region.currency, scenario.wish)
    if scenario.then:
        subscribe(world, customer, region.currency, scenario.then)
    if scenario.finish:
        scenario.finish(world, customer, subscription)
    world.note("customer.created", customer, customer["created"])


def _address_for(name: str) -> str:
    words = "".join(char if char.isascii() and char.isalnum() else " " for char in name).split()
    return f"billing@{'-'.join(words).lower()}.example"


def _add_method(world: World, customer: Json, method: str) -> None:
    if method == _CARD:
        add_card(world, customer)
    elif method == _DECLINES:
        add_card(world, customer, last4="0341")
    elif method:
        add_method(world, customer, method)
