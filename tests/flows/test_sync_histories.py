"""Whatever happens at Stripe, on the way and to this machine: in the end every row is what the server has.

Random histories, the sandbox's faults, kills at any request and at any write, deleted caches, looks at customers in
between. `PORTAL_DESK_HISTORIES` sets how many; without it the same few are tried each time.
"""

from __future__ import annotations

import asyncio
import logging
import os
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, web
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from portal_desk.errors import DeskError
from portal_desk.models.json import Json
from portal_desk.sandbox.keys import FULL_KEY
from portal_desk.sandbox.opening import open_world
from portal_desk.sandbox.server import make_app
from portal_desk.services.refresh import refresh_customer
from portal_desk.services.store import Store
from portal_desk.services.stripe_gateway import StripeGateway
from portal_desk.services.sync.attention import Attention
from portal_desk.services.sync.run import sync

from ..files import FILE_KEY
from ..mirrored import differences

MANY = int(os.environ.get("PORTAL_DESK_HISTORIES", "0"))

AGED = "2024-12-18.acacia"
REQUEST_FAULTS = [
    "rate_limit", "lock_timeout", "server_error", "garbage", "drop", "lost_answer", "truncated",
]  # fmt: skip
EVENT_FAULTS = ["duplicate_event", "late_event", "same_second", "paused_feed"]

somewhere = st.integers(0, 10_000)
"""Which of those that there are is meant."""
names = st.sampled_from(["Änna", "Bo", "Chloé", "山田", ""])
own_ids = st.sampled_from(["one", "two"])


class Killed(BaseException):
    """What ends a sync at once, as a crash would."""


class World:
    """A sandbox, a cache, and what can go wrong between them."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.state = open_world(None, customers=6, seed=seed, livemode=False)
        now = self.state.now()
        self.state.now = lambda: now  # the clock goes on where a history says so
        self.store = Store(folder / "cache.sqlite3", FILE_KEY)

    async def open(self) -> None:
        app = make_app(self.state)
        self.runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self.runner.addresses[0][1]}"
        self.agent = StripeGateway(FULL_KEY, api_base=self.url, max_retries=0)
        self.desk = self.gateway()
        self.control = ClientSession(headers={"Authorization": f"Bearer {FULL_KEY}"})
        await self.tell("clock", {"advance": 1})  # a new world bills what is due with its own dates

    async def close(self) -> None:
        await self.control.close()
        await self.agent.close()
        await self.desk.close()
        await self.runner.cleanup()
        self.store.close()

    def gateway(self) -> StripeGateway:
        async def no_pause(_: float) -> None:
            return

        return StripeGateway(FULL_KEY, api_base=self.url, sleep=no_pause)

    async def tell(self, what: str, wish: Json) -> None:
        """Ask something of the sandbox that Stripe hasn't."""
        async with self.control.post(f"{self.url}/_sandbox/{what}", json=wish) as answer:
            assert answer.status == 200, await answer.text()

    async def end_faults(self) -> None:
        async with self.control.delete(f"{self.url}/_sandbox/faults"):
            return

    def one(self, kind: str, place: int) -> Json | None:
        """Some object that the sandbox has."""
        found = [entry for entry in self.state.kind(kind).values() if not entry.get("deleted")]
        return found[place % len(found)] if found else None

    async def sync(self, *, kill_after: int | None = None, verify: bool = False) -> None:
        """Sync in a process of its own, as it were; `kill_after` so many reads and writes it is killed."""
        left = kill_after

        def count() -> None:
            nonlocal left
            if left is not None:
                left -= 1
                if left < 0:
                    raise Killed

        gateway = self.gateway()
        store = Dying(self.folder / "cache.sqlite3", count)
        try:
            await sync(
                Watched(gateway, count),
                store,
                lock=self.folder / "lock",
                follow=False,
                report=lambda _: None,
                attention=Attention(verify=verify),
            )
        finally:
            store.close()
            await gateway.close()


class Watched(StripeGateway):
    """A gateway that counts what it is asked for."""

    def __init__(self, gateway: StripeGateway, count: Callable[[], None]) -> None:
        self.__dict__ = gateway.__dict__
        self._count = count

    async def get(self, path: str, params: Json | None = None) -> Json:
        self._count()
        found = await super().get(path, params)
        self._count()
        return found


class Dying(Store):
    """A cache whose writer can be killed before and after each transaction."""

    def __init__(self, path: Path, count: Callable[[], None]) -> None:
        super().__init__(path, FILE_KEY)
        self._count = count

    def write(self, batch: Any) -> Any:
        self._count()
        found = super().write(batch)
        self._count()
        return found


class Histories(RuleBasedStateMachine):
    """What agents and customers do, what goes wrong, and how often the desk looks."""

    def __init__(self) -> None:
        super().__init__()
        logging.disable(logging.WARNING)
        self.folder = tempfile.TemporaryDirectory()
        self.loop = asyncio.Runner()

    def run(self, work: Awaitable[object]) -> None:
        async def wrapped() -> None:
            with suppress(DeskError, Killed):
                await work

        self.loop.run(wrapped())

    def post(self, path: str, params: Json) -> None:
        self.run(self.world.agent.post(path, params))

    def post_to(self, kind: str, place: int, path: str, params: Json) -> None:
        found = self.world.one(kind, place)
        if found is not None:
            self.post(path.format(**found), params)

    def delete(self, kind: str, place: int, path: str) -> None:
        found = self.world.one(kind, place)
        if found is not None:
            self.run(self.world.agent.delete(path.format(**found)))

    @initialize(seed=st.integers(0, 20))
    def begin(self, seed: int) -> None:
        self.world = World(Path(self.folder.name), seed)
        self.loop.run(self.world.open())

    # What happens at Stripe

    @rule(name=names)
    def a_customer_comes(self, name: str) -> None:
        self.post("/v1/customers", {"name": name, "email": "a@example.com"})

    @rule(place=somewhere, name=names, phone=st.sampled_from(["1", "2"]))
    def a_customer_changes(self, place: int, name: str, phone: str) -> None:
        changed = {"name": name} if phone == "1" else {"phone": phone}
        self.post_to("customer", place, "/v1/customers/{id}", changed)

    @rule(place=somewhere)
    def a_customer_is_deleted(self, place: int) -> None:
        self.delete("customer", place, "/v1/customers/{id}")

    @rule(place=somewhere, count=st.integers(1, 12))
    def tax_ids_are_added(self, place: int, count: int) -> None:
        for number in range(count):
            params = {"type": "eu_vat", "value": f"DE{number:09}"}
            self.post_to("customer", place, "/v1/customers/{id}/tax_ids", params)

    @rule(place=somewhere)
    def a_tax_id_goes(self, place: int) -> None:
        self.delete("tax_id", place, "/v1/customers/{customer}/tax_ids/{id}")

    @rule(place=somewhere)
    def a_card_is_attached(self, place: int) -> None:
        found = self.world.one("customer", place)
        if found is not None:
            path = "/v1/payment_methods/pm_card_visa/attach"
            self.post(path, {"customer": found["id"]})

    @rule(place=somewhere)
    def a_card_is_detached(self, place: int) -> None:
        self.post_to("payment_method", place, "/v1/payment_methods/{id}/detach", {})

    @rule(place=somewhere, price=somewhere, items=st.sampled_from([1, 2, 13]))
    def a_subscription_begins(self, place: int, price: int, items: int) -> None:
        customer = self.world.one("customer", place)
        prices = [
            entry["id"]
            for entry in self.world.state.kind("price").values()
            if entry["active"]
            and (entry.get("recurring") or {}).get("interval") == "month"
            and (entry.get("recurring") or {}).get("usage_type") == "licensed"
            and entry["currency"] == "usd"
        ]
        chosen = [{"price": prices[(price + n) % len(prices)]} for n in range(items)]
        if customer is not None:
            params = {"collection_method": "send_invoice", "days_until_due": 3}
            self.post("/v1/subscriptions", {"customer": customer["id"], "items": chosen, **params})

    @rule(place=somewhere, ends=st.booleans())
    def a_subscription_is_to_end(self, place: int, ends: bool) -> None:
        path = "/v1/subscriptions/{id}"
        self.post_to("subscription", place, path, {"cancel_at_period_end": ends})

    @rule(place=somewhere, quantity=st.integers(1, 3))
    def a_quantity_changes(self, place: int, quantity: int) -> None:
        self.post_to(
            "subscription_item", place, "/v1/subscription_items/{id}", {"quantity": quantity}
        )

    @rule(place=somewhere)
    def a_subscription_is_cancelled(self, place: int) -> None:
        self.delete("subscription", place, "/v1/subscriptions/{id}")

    @rule(place=somewhere, coupon=own_ids)
    def a_discount_is_given(self, place: int, coupon: str) -> None:
        params = {"discounts": [{"coupon": coupon}]}
        self.post_to("subscription", place, "/v1/subscriptions/{id}", params)

    @rule(place=somewhere)
    def a_discount_ends(self, place: int) -> None:
        self.delete("subscription", place, "/v1/subscriptions/{id}/discount")

    @rule(place=somewhere)
    def a_schedule_is_made(self, place: int) -> None:
        found = self.world.one("subscription", place)
        if found is not None:
            self.post("/v1/subscription_schedules", {"from_subscription": found["id"]})

    @rule(coupon=own_ids, percent=st.sampled_from([10, 20]))
    def a_coupon_is_made(self, coupon: str, percent: int) -> None:
        wish = {"id": coupon, "percent_off": percent, "duration": "forever"}
        self.post("/v1/coupons", wish)

    @rule(place=somewhere)
    def a_coupon_goes(self, place: int) -> None:
        self.delete("coupon", place, "/v1/coupons/{id}")

    @rule(product=own_ids, name=st.sampled_from(["First", "Second"]))
    def a_product_is_made(self, product: str, name: str) -> None:
        self.post("/v1/products", {"id": product, "name": name})

    @rule(place=somewhere, name=st.sampled_from(["First", "Second"]))
    def a_product_changes(self, place: int, name: str) -> None:
        self.post_to("product", place, "/v1/products/{id}", {"name": name})

    @rule(product=own_ids)
    def a_product_goes(self, product: str) -> None:
        self.run(self.world.agent.delete(f"/v1/products/{product}"))

    @rule(product=own_ids)
    def a_price_is_made(self, product: str) -> None:
        elsewhere = {"currency_options": {"eur": {"unit_amount": 800}}}
        self.post(
            "/v1/prices",
            {"product": product, "currency": "usd", "unit_amount": 900, **elsewhere},
        )

    @rule(place=somewhere, nickname=names)
    def a_price_changes(self, place: int, nickname: str) -> None:
        self.post_to("price", place, "/v1/prices/{id}", {"nickname": nickname})

    @rule(place=somewhere, coupon=own_ids)
    def a_promotion_begins(self, place: int, coupon: str) -> None:
        promotion = {"type": "coupon", "coupon": coupon}
        self.post("/v1/promotion_codes", {"promotion": promotion})

    @rule(place=somewhere)
    def a_draft_is_made(self, place: int) -> None:
        found = self.world.one("customer", place)
        if found is not None:
            item = {"customer": found["id"], "amount": 500, "currency": "usd"}
            self.post("/v1/invoiceitems", item)
            wish = {"collection_method": "send_invoice", "days_until_due": 3}
            self.post("/v1/invoices", {"customer": found["id"], **wish})

    @rule(place=somewhere, what=st.sampled_from(["finalize", "pay", "void"]))
    def an_invoice_goes_on(self, place: int, what: str) -> None:
        self.post_to("invoice", place, f"/v1/invoices/{{id}}/{what}", {})

    @rule(place=somewhere)
    def a_draft_is_deleted(self, place: int) -> None:
        self.delete("invoice", place, "/v1/invoices/{id}")

    @rule(place=somewhere, name=names)
    def a_configuration_changes(self, place: int, name: str) -> None:
        path = "/v1/billing_portal/configurations/{id}"
        self.post_to("billing_portal.configuration", place, path, {"name": name})

    @rule(version=st.sampled_from([AGED, None]))
    def events_have_another_version(self, version: str | None) -> None:
        wanted = version or self.loop.run(self.world.agent.api_version())
        self.loop.run(self.world.tell("settings", {"api_version": wanted}))

    @rule(seconds=st.sampled_from([0, 1, 2, 10, 20, 3_600, 20 * 86_400, 31 * 86_400]))
    def time_passes(self, seconds: int) -> None:
        self.loop.run(self.world.tell("clock", {"advance": seconds}))

    # What goes wrong

    @rule(
        kind=st.sampled_from(REQUEST_FAULTS),
        times=st.integers(1, 6),
        seed=st.integers(0, 9),
        probability=st.sampled_from([0.3, 1.0]),
    )
    def requests_go_wrong(self, kind: str, times: int, seed: int, probability: float) -> None:
        wish = {"kind": kind, "times": times, "seed": seed, "probability": probability}
        self.loop.run(self.world.tell("faults", wish))

    @rule(kind=st.sampled_from(EVENT_FAULTS), seconds=st.integers(1, 15), seed=st.integers(0, 9))
    def events_go_wrong(self, kind: str, seconds: int, seed: int) -> None:
        extent: Json = {"seconds": seconds} if kind in {"late_event", "paused_feed"} else {}
        if kind != "paused_feed":
            extent |= {"times": 5, "seed": seed, "probability": 0.6}
        self.loop.run(self.world.tell("faults", {"kind": kind, **extent}))

    @rule()
    def all_is_well_again(self) -> None:
        self.loop.run(self.world.end_faults())

    @rule()
    def the_cache_is_deleted(self) -> None:
        Store.discard(self.world.folder / "cache.sqlite3")

    # What the desk does

    @rule()
    def it_syncs(self) -> None:
        self.run(self.world.sync())

    @rule(after=st.integers(0, 40), verify=st.booleans())
    def it_is_killed(self, after: int, verify: bool) -> None:
        self.run(self.world.sync(kill_after=after, verify=verify))

    @rule()
    def it_compares(self) -> None:
        self.run(self.world.sync(verify=True))

    @rule(place=somewhere, meanwhile=st.booleans())
    def a_customer_is_opened(self, place: int, meanwhile: bool) -> None:
        found = self.world.one("customer", place)
        if found is None:
            return
        opening = refresh_customer(self.world.desk, self.world.store, found["id"])
        self.run(self.both(opening) if meanwhile else opening)

    async def both(self, opening: Awaitable[object]) -> None:
        """Sync and open a customer side by side."""
        await asyncio.gather(self.world.sync(), opening, return_exceptions=True)

    def teardown(self) -> None:
        try:
            found = self.loop.run(self.end()) if hasattr(self, "world") else []
        finally:
            if hasattr(self, "world"):
                self.loop.run(self.world.close())
            self.loop.close()
            self.folder.cleanup()
            logging.disable(logging.NOTSET)
        assert found == [], "\n".join(found)

    async def end(self) -> list[str]:
        """All is well again, and the desk has synced: what is different?"""
        await self.world.end_faults()
        await self.world.tell("clock", {"advance": 2})
        await self.world.sync()
        return await differences(self.world.agent, self.world.store)


TestHistories = Histories.TestCase
TestHistories.settings = settings(
    max_examples=MANY or 12,
    stateful_step_count=30,
    deadline=None,
    derandomize=not MANY,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
