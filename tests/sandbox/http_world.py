"""A small world behind a real server, for tests of the sandbox's HTTP API."""

from __future__ import annotations

import asyncio
import json
import random
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import stripe
from aiohttp import web

from portal_desk.models.json import Json
from portal_desk.sandbox import billing, objects
from portal_desk.sandbox.keys import FULL_KEY
from portal_desk.sandbox.server import make_app
from portal_desk.sandbox.state import State

START = 1_800_000_000
DAY = 86_400


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    time: int = START

    def __call__(self) -> int:
        return self.time


@dataclass
class World:
    """The state behind the server, and the ids of what is in it."""

    clock: Clock
    state: State
    customer: Json = field(default_factory=dict)
    card: Json = field(default_factory=dict)
    subscription: Json = field(default_factory=dict)
    configuration: Json = field(default_factory=dict)
    team: Json = field(default_factory=dict)
    monthly: Json = field(default_factory=dict)
    yearly: Json = field(default_factory=dict)

    @property
    def item(self) -> Json:
        """The subscription's one item."""
        found: Json = self.subscription["items"]["data"][0]
        return found

    def price(self, product: Json, amount: int, interval: str, **fields: Any) -> Json:
        """A new recurring price in dollars that excludes taxes."""
        fields = {"tax_behavior": "exclusive", "currency": "usd"} | fields
        terms = fields.pop("recurring", objects.recurring(interval))
        new = objects.new_price(
            self.state, product["id"], unit_amount=amount, recurring=terms, **fields
        )
        return self.state.create(new, "price.created")

    def new_customer(self, **fields: Any) -> Json:
        """A new customer with a card that works."""
        customer = self.state.create(objects.new_customer(self.state, **fields), "customer.created")
        details = objects.card(self.state, "visa", "4242", exp_month=12, exp_year=2040)
        card = objects.new_payment_method(self.state, "card", details, customer=customer["id"])
        self.state.create(card, "payment_method.attached")
        settings = objects.invoice_settings(card["id"])
        return self.state.update(customer, {"invoice_settings": settings})

    def subscribe(self, customer: Json, *prices: Json, **params: Any) -> Json:
        """A new subscription to `prices`, in classic billing mode unless told otherwise."""
        items = [
            {"price": price["id"]}
            | ({} if price["recurring"]["usage_type"] == "metered" else {"quantity": 2})
            for price in prices
        ]
        classic = {"type": "classic"}
        wish = {"customer": customer["id"], "items": items, "billing_mode": classic, **params}
        return billing.create_subscription(self.state, wish)


def new_world() -> World:
    """A business with one product in two intervals, one customer who subscribes, one portal."""
    clock = Clock()
    world = World(clock, State(random=random.Random(7), now=clock))  # noqa: S311 - repeatable
    state = world.state
    account = objects.new_account(
        "acct_world", "Lumen Ltd", created=START - 900 * DAY, country="US"
    )
    state.create(account)
    world.team = state.create(objects.new_product(state, "Team"), "product.created")
    world.monthly = world.price(world.team, 2_000, "month")
    world.yearly = world.price(world.team, 20_000, "year")
    world.customer = world.new_customer(name="Ada Lovelace", email="ada@example.com")
    world.card = next(state.where("payment_method", customer=world.customer["id"]))
    world.subscription = world.subscribe(world.customer, world.monthly)
    world.configuration = state.create(_configuration(world))
    return world


def _configuration(world: World) -> Json:
    offered = objects.offered_product(
        world.team["id"], [world.monthly["id"], world.yearly["id"]], adjustable=True, maximum=9
    )
    features = objects.new_features(
        customer_update=["email", "tax_id"],
        subscription_cancel=objects.cancel_feature(),
        subscription_update=objects.update_feature(
            allowed=["price", "quantity", "promotion_code"], products=[offered]
        ),
        subscription_pause=True,
    )
    return objects.new_configuration(world.state, features, is_default=True, name="Standard")


@dataclass(frozen=True)
class Answer:
    """What a raw request was answered with."""

    status: int
    headers: Any
    text: str

    @property
    def json(self) -> Json:
        """The body, read."""
        found: Json = json.loads(self.text)
        return found

    @property
    def error(self) -> Json:
        """The error object."""
        found: Json = self.json["error"]
        return found


@dataclass
class Server:
    """A running server and its world."""

    url: str
    world: World

    def client(self, key: str = FULL_KEY, **options: Any) -> stripe.StripeClient:
        """Stripe's own client, pointed here."""
        addresses: Any = {"api": self.url}
        return stripe.StripeClient(
            key, base_addresses=addresses, **{"max_network_retries": 0, **options}
        )

    def request(
        self,
        method: str,
        path: str,
        body: dict[str, str] | str | None = None,
        *,
        key: str | None = FULL_KEY,
        **headers: str,
    ) -> Answer:
        """A raw request: `body` is form-encoded unless it is text already."""
        encoded = urllib.parse.urlencode(body) if isinstance(body, dict) else body
        url = path if path.startswith("http") else self.url + path
        request = urllib.request.Request(url, method=method)  # noqa: S310 - always this server
        if encoded is not None:
            request.data = encoded.encode()
        if key is not None:
            request.add_header("Authorization", f"Bearer {key}")
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        try:
            with urllib.request.urlopen(request, timeout=20) as found:  # noqa: S310
                return Answer(found.status, found.headers, found.read().decode("utf-8", "replace"))
        except urllib.error.HTTPError as refused:
            with refused:
                return Answer(refused.code, refused.headers, refused.read().decode())


@contextmanager
def serving(world: World) -> Iterator[Server]:
    """Serve a world from a thread of its own."""
    loop = asyncio.new_event_loop()
    runner = web.AppRunner(make_app(world.state), access_log=None, shutdown_timeout=0.2)

    async def start() -> int:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port: int = runner.addresses[0][1]
        return port

    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        port = asyncio.run_coroutine_threadsafe(start(), loop).result(20)
        world.state.base_url = f"http://127.0.0.1:{port}"
        yield Server(world.state.base_url, world)
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(20)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(20)
        loop.close()
