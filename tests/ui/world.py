"""A desk over a real cache, filled with objects in Stripe's shapes; Stripe itself is not asked."""

from __future__ import annotations

import random
from pathlib import Path

from portal_desk.config import Paths
from portal_desk.errors import DeskError
from portal_desk.models.account import Account
from portal_desk.models.changes import ChangeSet
from portal_desk.models.json import Json
from portal_desk.sandbox.objects.account import new_account
from portal_desk.sandbox.objects.catalog import new_coupon, new_price, new_product, recurring
from portal_desk.sandbox.objects.customers import new_customer, new_tax_id, verification
from portal_desk.sandbox.objects.invoices import new_invoice
from portal_desk.sandbox.objects.payment_methods import card, new_payment_method
from portal_desk.sandbox.objects.subscriptions import (
    new_discount,
    new_subscription,
    new_subscription_item,
)
from portal_desk.sandbox.seed import seed
from portal_desk.sandbox.state import State
from portal_desk.services.desk import Desk

NOW = 1_790_000_000
DAY = 86_400
PEOPLE = (
    ("Ada Lovelace", "ada@analytical.example", "gbp"),
    ("株式会社さくら", "keiri@sakura.example", "jpy"),
    ("Müller & Söhne GmbH", "buchhaltung@mueller.example", "eur"),
    ("شركة النخيل", "billing@nakheel.example", "kwd"),
    ("Zoë Àlvarez", "zoe@example.org", "usd"),
    ("Ольга Смирнова", "olga@example.net", "usd"),
)
STATUSES = ("active", "past_due", "trialing", "canceled", "active", "unpaid")


class FakeDesk(Desk):
    """A desk whose refreshes are counted, and fail where they are told to."""

    refreshed: list[str]
    failure: DeskError | None = None

    async def refresh(self, customer_id: str) -> ChangeSet:
        self.refreshed.append(customer_id)
        if self.failure is not None:
            raise self.failure
        return ChangeSet()


def make_desk(folder: Path, *, customers: int = 60, livemode: bool = False) -> FakeDesk:
    """A desk with so many customers, the same ones every time."""
    account = Account("acct_1", "Northwind Software", livemode)
    paths = Paths(folder / "data", folder / "config", folder / "log")
    files = paths.account(account.key)
    desk = FakeDesk(account, "sk_test_1", files)
    desk.refreshed = []
    desk.store.apply(world(customers), as_of=NOW)
    return desk


def sandbox_state(customers: int) -> State:
    """The sandbox's own business, with a customer for each rule of the portal, and more up to so many."""
    state = State(random.Random(1))  # noqa: S311 - a world, not a secret
    seed(state, customers=customers)
    return state


def sandbox_desk(folder: Path, state: State) -> FakeDesk:
    """A desk whose cache holds a sandbox's business."""
    desk = make_desk(folder, customers=0)
    for objects in state.objects.values():
        desk.store.apply(objects.values(), as_of=state.now())
    return desk


def world(customers: int) -> list[Json]:
    """Account, catalogue, and customers with everything around them."""
    state = State(random.Random(4), now=lambda: NOW)  # noqa: S311 - a world, not a secret
    products = [new_product(state, name) for name in ("Starter", "Team", "Business")]
    coupon = new_coupon(state, id="LAUNCH", name="Launch", percent_off=20.0, duration="forever")
    found: list[Json] = [new_account("acct_1", "Northwind Software", created=NOW), coupon]
    found += products
    prices: dict[tuple[str, str], Json] = {}
    for number in range(customers):
        found += _customer(state, number, products, prices, coupon)
    return found + list(prices.values())


def _customer(
    state: State,
    number: int,
    products: list[Json],
    prices: dict[tuple[str, str], Json],
    coupon: Json,
) -> list[Json]:
    name, email, currency = PEOPLE[number % len(PEOPLE)]
    if number >= len(PEOPLE):
        name, email = f"{name} {number}", f"{number}.{email}"
    created = NOW - (number * 7 + 3) * DAY
    method = new_payment_method(
        state, "card", card(state, "visa", f"{4242 + number:04}"[-4:], exp_month=8, exp_year=2030)
    )
    customer = new_customer(
        state, id=f"cus_{number:014}", name=name, email=email, currency=currency, created=created,
        phone="+44 20 7946 0000", balance=-1500 if number % 5 == 2 else 0,
        delinquent=number % 6 == 1, metadata={"crm": f"C-{number:05}"},
    )  # fmt: skip
    customer["invoice_settings"]["default_payment_method"] = method["id"]
    customer["address"] = {
        "line1": "12 Long Street", "line2": None, "city": "London", "state": None,
        "postal_code": "N1 9GU", "country": "GB",
    }  # fmt: skip
    method["customer"] = customer["id"]
    product = products[number % len(products)]
    key = (product["id"], currency)
    if key not in prices:
        prices[key] = new_price(
            state, product["id"], currency=currency, unit_amount=2900 * (1 + number % 3),
            recurring=recurring("month"),
        )  # fmt: skip
    item = new_subscription_item(
        state, prices[key], start=NOW - 10 * DAY, end=NOW + 20 * DAY, quantity=1 + number % 4
    )
    status = STATUSES[number % len(STATUSES)]
    subscription = new_subscription(
        state, customer=customer["id"], currency=currency, items=[item], status=status,
        created=created, trial_end=NOW + 5 * DAY if status == "trialing" else None,
        ended_at=NOW - DAY if status == "canceled" else None,
        cancel_at_period_end=number == 0, collection_method="charge_automatically",
    )  # fmt: skip
    found = [customer, method, subscription]
    if number % 3 == 0:
        discount = new_discount(
            state, coupon["id"], customer=customer["id"], subscription=subscription["id"]
        )
        subscription["discounts"] = [discount]
    tax_id = new_tax_id(
        state, customer["id"], type="eu_vat", value="DE123456789",
        verification=verification("verified" if number % 2 else "pending"),
    )  # fmt: skip
    return [*found, tax_id, *_invoices(state, customer, number)]


def _invoices(state: State, customer: Json, number: int) -> list[Json]:
    return [
        new_invoice(
            state, customer, currency=customer["currency"], created=NOW - back * 30 * DAY,
            status="open" if back == 0 and number % 2 else "paid", total=2900 * (1 + number % 3),
            amount_remaining=2900 if back == 0 and number % 2 else 0,
            number=f"NW-{number:04}-{9 - back:04}",
        )
        for back in range(3)
    ]  # fmt: skip
