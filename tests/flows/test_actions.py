"""On a customer's behalf, through Stripe's own SDK, against a real sandbox process."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from portal_desk.errors import NotPossible, OutcomeUnknown, ResourceMissing, Stale
from portal_desk.models.actions import CancelRequest, ResumeRequest, SwitchRequest
from portal_desk.models.json import Json, data_of, ends_at, period_end
from portal_desk.models.money import Money
from portal_desk.services.actions import Actions
from portal_desk.services.journal import Journal
from portal_desk.services.store import Store
from portal_desk.services.stripe_gateway import StripeGateway

from ..conftest import Sandbox, running_sandbox

if TYPE_CHECKING:
    from portal_desk.models.actions import Outcome


@dataclass
class Back:
    """The back office of one sandbox, and a look at what Stripe really has."""

    sandbox: Sandbox
    gateway: StripeGateway
    store: Store
    journal: Journal
    actions: Actions

    async def subscription(self, customer_name: str) -> Json:
        """The newest subscription of a customer, as Stripe has it."""
        customers = await self.gateway.get("/v1/customers", {"limit": 100})
        [customer] = [one for one in customers["data"] if one["name"] == customer_name]
        found = await self.gateway.get(
            "/v1/subscriptions", {"customer": customer["id"], "status": "all"}
        )
        return found["data"][0]

    async def again(self, subscription: Json) -> Json:
        """The subscription as Stripe has it now."""
        return await self.gateway.get(f"/v1/subscriptions/{subscription['id']}")

    async def price(self, subscription: Json, product: str, interval: str = "month") -> Json:
        """What a product costs in the subscription's currency."""
        params = {"limit": 100, "active": True, "type": "recurring"}
        async for page in self.gateway.pages("/v1/prices", {**params, "expand": ["data.product"]}):
            for price in page:
                sold = (price["product"]["name"], price["recurring"]["interval"], price["currency"])
                if sold == (product, interval, subscription["currency"]):
                    return price
        raise AssertionError(product)

    async def switch(self, subscription: Json, price: Json, **fields: Any) -> SwitchRequest:
        """The wish to move the subscription's first item."""
        item = data_of(subscription["items"])[0]
        wish = {"quantity": item["quantity"] or 1} | fields
        return SwitchRequest(subscription["id"], item["id"], price["id"], **wish)

    async def newest_invoice(self, subscription: Json) -> Json:
        """The invoice that was made last for the subscription."""
        found = await self.gateway.get("/v1/invoices", {"subscription": subscription["id"]})
        return found["data"][0]

    async def control(self, what: str, **wish: Any) -> None:
        """Ask the sandbox for a fault, or move its clock."""
        headers = {"Authorization": f"Bearer {self.sandbox.key}"}
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.post(f"{self.sandbox.url}/_sandbox/{what}", json=wish) as answer,
        ):
            assert answer.status == 200, await answer.text()

    async def cached(self, subscription: Json) -> Json:
        """The subscription as the cache has it."""
        found = self.store.object("subscription", subscription["id"])
        assert found is not None
        return found


async def back_office(sandbox: Sandbox, folder: Path) -> AsyncIterator[Back]:
    gateway = StripeGateway(sandbox.key, api_base=sandbox.url, max_retries=0)
    store, journal = Store(folder / "cache.sqlite3"), Journal(folder / "journal.sqlite3")
    yield Back(sandbox, gateway, store, journal, Actions(gateway, store, journal))
    journal.close()
    store.close()
    await gateway.close()


@pytest.fixture(scope="module")
def world() -> Iterator[Sandbox]:
    """One sandbox for this file: each test has customers of its own there."""
    with running_sandbox(customers=60, seed=1) as sandbox:
        yield sandbox


@pytest.fixture
async def back(world: Sandbox, tmp_path: Path) -> AsyncIterator[Back]:
    async for made in back_office(world, tmp_path):
        yield made


@pytest.fixture
async def own_back(sandbox: Sandbox, tmp_path: Path) -> AsyncIterator[Back]:
    """A back office whose sandbox's clock may be moved."""
    async for made in back_office(sandbox, tmp_path):
        yield made


def shown(invoice: Json) -> list[tuple[str, int]]:
    return [(line["description"], line["amount"]) for line in data_of(invoice["lines"])]


@pytest.mark.parametrize(
    "name",
    ["Midmonth Media", "مكتبة الواحة", "コンビニ文具店", "Refund Me Rowing", "Redirect Records"],
)
async def test_what_is_charged_at_once_is_exactly_what_was_previewed(back: Back, name: str) -> None:
    subscription = await back.subscription(name)
    interval = data_of(subscription["items"])[0]["price"]["recurring"]["interval"]
    price = await back.price(subscription, "Team", interval)
    request = await back.switch(
        subscription, price, quantity=3, proration_behavior="always_invoice"
    )
    plan = await back.actions.prepare_switch(request)
    await back.actions.execute(plan)
    invoice = await back.newest_invoice(subscription)
    lines = shown(invoice)
    assert lines == [(line.description, line.amount.amount) for line in plan.lines][: len(lines)]
    assert Money(invoice["total"], invoice["currency"]) == plan.next_total
    assert plan.due_now.amount == (invoice["amount_due"] or invoice["total"])
    assert invoice["id"] != subscription["latest_invoice"]


async def test_another_interval_is_charged_as_previewed_and_starts_a_new_period(back: Back) -> None:
    subscription = await back.subscription("Expand & Sons")
    price = await back.price(subscription, "Business", "year")
    plan = await back.actions.prepare_switch(await back.switch(subscription, price))
    await back.actions.execute(plan)
    invoice = await back.newest_invoice(subscription)
    assert invoice["amount_due"] == plan.due_now.amount > 0
    assert period_end(await back.again(subscription)) == plan.next_date


async def test_what_is_billed_later_is_on_the_next_invoice_as_previewed(own_back: Back) -> None:
    subscription = await own_back.subscription("Seatfull Coworking")
    price = await own_back.price(subscription, "Business")
    plan = await own_back.actions.prepare_switch(
        await own_back.switch(subscription, price, quantity=7)
    )
    await own_back.actions.execute(plan)
    assert plan.due_now.amount == 0
    assert (await own_back.newest_invoice(subscription))["id"] == subscription["latest_invoice"]
    await own_back.control("clock", advance=plan.next_date - own_back.gateway.now() + 7200)
    invoice = await own_back.newest_invoice(subscription)
    assert invoice["total"] == plan.next_total.amount
    assert sorted(shown(invoice)) == sorted(
        (line.description, line.amount.amount) for line in plan.lines
    )


@pytest.mark.parametrize(
    ("name", "mode"), [("Late Opener Law", "classic"), ("Deep Link Diving", "flexible")]
)
async def test_a_cancellation_at_the_periods_end_and_its_undoing(
    back: Back, name: str, mode: str
) -> None:
    before = await back.subscription(name)
    assert before["billing_mode"]["type"] == mode
    request = CancelRequest(before["id"], feedback="unused", comment="Never opened it")
    await back.actions.execute(await back.actions.prepare_cancel(request))
    scheduled = await back.again(before)
    assert scheduled["status"] == "active"
    assert ends_at(scheduled) == period_end(before)
    assert scheduled["cancel_at_period_end"] == (mode == "classic")
    assert scheduled["cancellation_details"]["feedback"] == "unused"
    assert scheduled["cancellation_details"]["comment"] == "Never opened it"
    assert ends_at(await back.cached(before)) == period_end(before)
    with pytest.raises(NotPossible, match="already set to be cancelled"):
        await back.actions.prepare_cancel(request)
    plan = await back.actions.prepare_resume(ResumeRequest(before["id"]))
    await back.actions.execute(plan)
    assert ends_at(await back.again(before)) is None
    assert ends_at(await back.cached(before)) is None
    assert plan.next_total.amount > 0


@pytest.mark.parametrize("name", ["Flexible Farewell", "Classic Farewell"])
async def test_a_cancellation_made_elsewhere_is_undone(back: Back, name: str) -> None:
    before = await back.subscription(name)
    assert ends_at(before)
    await back.actions.execute(await back.actions.prepare_resume(ResumeRequest(before["id"])))
    after = await back.again(before)
    assert (after["cancel_at"], after["cancel_at_period_end"]) == (None, False)


async def test_a_cancellation_now_ends_it_at_once(back: Back) -> None:
    before = await back.subscription("Framed Pictures Gallery")
    plan = await back.actions.prepare_cancel(CancelRequest(before["id"], when="now"))
    outcome = await back.actions.execute(plan)
    assert (await back.again(before))["status"] == "canceled"
    assert (await back.cached(before))["status"] == "canceled"
    assert outcome.entry.state == "done"
    with pytest.raises(NotPossible, match="already cancelled"):
        await back.actions.prepare_resume(ResumeRequest(before["id"]))


async def test_a_cancellation_now_credits_unused_time_as_previewed(back: Back) -> None:
    before = await back.subscription("Long Year Vineyards")
    request = CancelRequest(before["id"], when="now", prorate=True, invoice_now=True)
    plan = await back.actions.prepare_cancel(request)
    await back.actions.execute(plan)
    invoice = await back.newest_invoice(before)
    assert invoice["id"] != before["latest_invoice"]
    assert plan.due_now.amount < 0
    # Unused time is counted to the second of the cancellation, which is not the one of the preview.
    assert abs(invoice["total"] - plan.due_now.amount) <= 5


async def test_a_trial_is_switched_without_a_charge_and_goes_on(back: Back) -> None:
    before = await back.subscription("Tryout Theatre")
    price = await back.price(before, "Business")
    request = await back.switch(before, price, proration_behavior="always_invoice")
    plan = await back.actions.prepare_switch(request)
    assert plan.due_now.amount == 0
    await back.actions.execute(plan)
    after = await back.again(before)
    assert (after["status"], after["trial_end"]) == ("trialing", before["trial_end"])
    assert after["latest_invoice"] == before["latest_invoice"]


async def test_the_cache_shows_a_switch_at_once(back: Back) -> None:
    before = await back.subscription("Prefilled Pottery")
    price = await back.price(before, "Team")
    plan = await back.actions.prepare_switch(await back.switch(before, price, quantity=4))
    await back.actions.execute(plan)
    [item] = data_of((await back.cached(before))["items"])
    assert (item["price"]["id"], item["quantity"]) == (price["id"], 4)
    [entry] = back.journal.for_customer(before["customer"])
    assert (entry.kind, entry.state) == ("switch", "done")


async def test_a_schedule_stands_in_the_way_of_all_but_cancelling_now(back: Back) -> None:
    before = await back.subscription("Stepwise Consulting")
    price = await back.price(before, "Business")
    with pytest.raises(NotPossible, match="sub_sched_") as refused:
        await back.actions.prepare_cancel(CancelRequest(before["id"]))
    assert "Release" in refused.value.next_step
    with pytest.raises(NotPossible, match="sub_sched_"):
        await back.actions.prepare_switch(await back.switch(before, price))
    plan = await back.actions.prepare_cancel(CancelRequest(before["id"], when="now"))
    await back.actions.execute(plan)
    assert (await back.again(before))["status"] == "canceled"


@pytest.mark.parametrize("name", ["Expired Express", "Halfway Hostel"])
async def test_what_never_began_can_not_be_switched(back: Back, name: str) -> None:
    before = await back.subscription(name)
    price = await back.price(before, "Business")
    with pytest.raises(NotPossible, match="first payment"):
        await back.actions.prepare_switch(await back.switch(before, price))


async def test_a_plan_is_stale_once_somebody_else_changed_the_subscription(back: Back) -> None:
    before = await back.subscription("Quick View Quilts")
    price = await back.price(before, "Team")
    plan = await back.actions.prepare_switch(await back.switch(before, price))
    item = data_of(before["items"])[0]["id"]
    await back.gateway.post(
        f"/v1/subscriptions/{before['id']}", {"items": [{"id": item, "quantity": 9}]}
    )
    with pytest.raises(Stale):
        await back.actions.execute(plan)
    [after] = data_of((await back.again(before))["items"])
    assert after["price"]["id"] != price["id"]
    assert back.journal.recent() == []


async def test_a_credit_given_meanwhile_makes_the_preview_stale(back: Back) -> None:
    before = await back.subscription("Twin Price Toys")
    price = await back.price(before, "Business")
    request = await back.switch(before, price, proration_behavior="always_invoice")
    plan = await back.actions.prepare_switch(request)
    await back.gateway.post(f"/v1/customers/{before['customer']}", {"balance": -500})
    with pytest.raises(Stale, match="other amounts"):
        await back.actions.execute(plan)
    assert back.journal.recent() == []


async def test_a_subscription_cancelled_meanwhile_is_left_alone(back: Back) -> None:
    before = await back.subscription("Stay Awhile Inn")
    plan = await back.actions.prepare_cancel(CancelRequest(before["id"]))
    await back.gateway.delete(f"/v1/subscriptions/{before['id']}")
    with pytest.raises(Stale):
        await back.actions.execute(plan)
    assert back.journal.recent() == []


async def test_a_customer_deleted_meanwhile_leaves_the_cache(back: Back) -> None:
    before = await back.subscription("Oldtimer Garage")
    plan = await back.actions.prepare_cancel(CancelRequest(before["id"]))
    await back.gateway.delete(f"/v1/customers/{before['customer']}")
    with pytest.raises((Stale, ResourceMissing)):
        await back.actions.execute(plan)
    assert back.journal.recent() == []


async def replayed(back: Back, outcome: Outcome) -> Json:
    path = f"/v1/subscriptions/{outcome.subscription['id']}"
    key = outcome.entry.idempotency_key
    return await back.gateway.post(path, outcome.entry.params, idempotency_key=key)


async def test_the_journaled_key_makes_a_repeat_harmless(back: Back) -> None:
    before = await back.subscription("Inklusive Optik")
    price = await back.price(before, "Team")
    request = await back.switch(before, price, quantity=2, proration_behavior="always_invoice")
    outcome = await back.actions.execute(await back.actions.prepare_switch(request))
    invoice = await back.newest_invoice(before)
    assert (await replayed(back, outcome))["id"] == before["id"]
    assert (await back.newest_invoice(before))["id"] == invoice["id"]


@pytest.mark.parametrize(
    ("name", "when", "method"),
    [("Papierladen Graf", "period_end", "POST"), ("Connected Co-op", "now", "DELETE")],
)
async def test_a_lost_answer_is_looked_up_and_nothing_is_sent_twice(
    back: Back, name: str, when: str, method: str
) -> None:
    before = await back.subscription(name)
    plan = await back.actions.prepare_cancel(CancelRequest(before["id"], when=when))
    path = f"/v1/subscriptions/{before['id']}"
    await back.control("faults", kind="lost_answer", method=method, path=path)
    outcome = await back.actions.execute(plan)
    assert outcome.entry.state == "done"
    assert back.journal.pending() == []


@pytest.mark.parametrize(
    ("name", "when", "method"),
    [("Downshift Cycles", "now", "DELETE"), ("Nocard Nursery", "period_end", "POST")],
)
async def test_a_lost_request_stays_unknown_until_it_is_settled(
    back: Back, tmp_path: Path, name: str, when: str, method: str
) -> None:
    before = await back.subscription(name)
    plan = await back.actions.prepare_cancel(CancelRequest(before["id"], when=when))
    path = f"/v1/subscriptions/{before['id']}"
    await back.control("faults", kind="drop", method=method, path=path)
    with pytest.raises(OutcomeUnknown):
        await back.actions.execute(plan)
    assert [entry.state for entry in back.journal.pending()] == ["unknown"]
    assert await back.actions.reconcile() == []
    with closing(Journal(tmp_path / "journal.sqlite3", clock=lambda: time.time() + 600)) as later:
        [entry] = await Actions(back.gateway, back.store, later).reconcile()
    assert (entry.state, entry.error) == ("failed", "The change does not show at Stripe.")
    after = await back.again(before)
    assert (after["status"], ends_at(after)) == (before["status"], ends_at(before))


async def test_retries_of_a_lost_answer_change_and_charge_once(back: Back) -> None:
    before = await back.subscription("Single Item Silver")
    price = await back.price(before, "Business")
    gateway = StripeGateway(back.sandbox.key, api_base=back.sandbox.url)
    actions = Actions(gateway, back.store, back.journal)
    request = await back.switch(before, price, proration_behavior="always_invoice")
    plan = await actions.prepare_switch(request)
    path = f"/v1/subscriptions/{before['id']}"
    await back.control("faults", kind="lost_answer", method="POST", path=path)
    await actions.execute(plan)
    found = await gateway.get("/v1/invoices", {"subscription": before["id"]})
    made = [one for one in found["data"] if one["billing_reason"] == "subscription_update"]
    assert [one["amount_due"] for one in made] == [plan.due_now.amount]
    await gateway.close()


@pytest.mark.parametrize(
    "customer", ["Quick View Quilts", "Deep Link Diving", "Fenland Data plc", "コンビニ文具店"]
)
async def test_the_lines_of_a_preview_add_up_to_what_is_billed(back: Back, customer: str) -> None:
    subscription = await back.subscription(customer)
    item = data_of(subscription["items"])[0]
    wish = await back.switch(subscription, item["price"], quantity=item["quantity"] + 2)
    plan = await back.actions.prepare_switch(wish)
    assert plan.next_total is not None
    billed = await back.gateway.post("/v1/invoices/create_preview", plan.preview)
    due = billed["amount_due"] if billed["total"] > 0 else billed["total"]
    assert sum(line.amount.amount for line in plan.lines) == due
