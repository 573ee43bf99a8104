"""Portal links, issued by a real sandbox, and what is foreseen where it refuses."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

import aiohttp
import pytest

from portal_desk.errors import (
    DiskFull,
    NotFound,
    OutcomeUnknown,
    PermissionMissing,
    ResourceMissing,
    StripeError,
)
from portal_desk.models.actions import FlowType, LinkRequest
from portal_desk.models.json import data_of
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.sandbox.keys import NO_PORTAL_KEY
from portal_desk.services.journal import Journal
from portal_desk.services.links import Links, login_link
from portal_desk.services.store import Store
from portal_desk.services.stripe_gateway import StripeGateway
from portal_desk.services.sync.run import sync

from ..conftest import (
    Sandbox,
    running_sandbox,
)

FLOWS = get_args(FlowType)


@dataclass
class Office:
    """A back office with a filled cache."""

    sandbox: Sandbox
    gateway: StripeGateway
    store: Store
    journal: Journal
    links: Links
    folder: Path

    async def customer(self, name: str) -> CustomerSnapshot:
        """A customer as the cache has it."""
        customers = await self.gateway.get("/v1/customers", {"limit": 100})
        [found] = [one for one in customers["data"] if one["name"] == name]
        snapshot = self.store.snapshot(found["id"])
        assert snapshot is not None
        return snapshot

    def configuration(self, name: str) -> str:
        """The id of a portal configuration."""
        [found] = [one for one in self.store.configurations() if one["name"] == name]
        return str(found["id"])

    def request(
        self, snapshot: CustomerSnapshot, flow: FlowType | None, **fields: object
    ) -> LinkRequest:
        """A link for the customer's newest subscription, with another quantity to confirm."""
        request = LinkRequest(snapshot.customer["id"], flow=flow)
        if flow and flow.startswith("subscription_"):
            subscription = snapshot.subscriptions[0]
            request = replace(request, flow_subscription=subscription["id"])
            if flow == "subscription_update_confirm":
                item = data_of(subscription["items"])[0]
                quantity = (item.get("quantity") or 1) + 1
                request = replace(request, flow_item=item["id"], flow_quantity=quantity)
        return replace(request, **fields)


@pytest.fixture(scope="module")
def world() -> Iterator[Sandbox]:
    with running_sandbox(customers=60, seed=1) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def filled(world: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A filled cache, to be copied."""
    import asyncio  # noqa: PLC0415 - only here, before any test's own loop

    folder = tmp_path_factory.mktemp("filled")

    async def fill() -> None:
        gateway = StripeGateway(world.key, api_base=world.url)
        store = Store(folder / "cache.sqlite3")
        await sync(gateway, store, lock=folder / "lock", follow=False, report=lambda _: None)
        store.close()
        await gateway.close()

    asyncio.run(fill())
    return folder / "cache.sqlite3"


@pytest.fixture
async def office(world: Sandbox, filled: Path, tmp_path: Path) -> AsyncIterator[Office]:
    gateway = StripeGateway(world.key, api_base=world.url, max_retries=0)
    cache = tmp_path / "cache.sqlite3"
    shutil.copy(filled, cache)
    store, journal = Store(cache), Journal(tmp_path / "journal.sqlite3")
    yield Office(world, gateway, store, journal, Links(gateway, store, journal), tmp_path)
    journal.close()
    store.close()
    await gateway.close()


async def test_a_link_opens_the_portal_and_expires_in_five_minutes(office: Office) -> None:
    snapshot = await office.customer("Deep Link Diving")
    link = await office.links.issue(office.request(snapshot, None))
    assert link.expires - link.session["created"] == 300
    async with aiohttp.ClientSession() as session, session.get(link.url) as page:
        assert page.status == 200
        assert "Fernleaf" in await page.text()


async def test_a_link_is_journaled_and_never_stored(office: Office) -> None:
    snapshot = await office.customer("Deep Link Diving")
    request = office.request(
        snapshot, None, locale="de", return_url="https://shop.example/x?t=hush"
    )
    link = await office.links.issue(request)
    [entry] = office.journal.for_customer(snapshot.customer["id"])
    assert (entry.kind, entry.state, entry.expires) == ("link", "done", link.expires)
    assert entry.summary == "Portal link: home page, in de"
    assert link.url not in repr(link)
    assert "url" not in link.session
    office.journal.close()
    secret = link.url.rsplit("/", 1)[-1].encode()
    for file in office.folder.glob("*.sqlite3*"):
        assert secret not in file.read_bytes()
        assert b"t=hush" not in file.read_bytes()


async def test_a_link_that_could_not_be_recorded_is_given_all_the_same(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise DiskFull("journal.sqlite3 can't be written.")

    monkeypatch.setattr(office.journal, "finish", full)
    snapshot = await office.customer("Deep Link Diving")
    link = await office.links.issue(office.request(snapshot, None))
    assert link.url.startswith("http")
    assert not link.recorded
    assert [entry.state for entry in office.journal.pending()] == ["sending"]


@pytest.mark.parametrize("flow", FLOWS)
async def test_every_flow_can_be_linked_to(office: Office, flow: FlowType) -> None:
    snapshot = await office.customer("Deep Link Diving")
    configuration = office.configuration("Updates, reasons and an offer to stay")
    request = office.request(snapshot, flow, configuration=configuration)
    assert office.links.foresee(request) == []
    link = await office.links.issue(request)
    assert link.session["flow"]["type"] == flow


async def test_a_new_plan_and_an_offer_to_stay_reach_the_session(office: Office) -> None:
    snapshot = await office.customer("Deep Link Diving")
    offer = office.request(snapshot, "subscription_cancel", retention_coupon="STAY20")
    cancel = (await office.links.issue(offer)).session["flow"]["subscription_cancel"]
    assert cancel["retention"]["coupon_offer"]["coupon"] == "STAY20"
    after = office.request(
        snapshot,
        "payment_method_update",
        after_completion="redirect",
        after_completion_value="https://shop.example/done",
    )
    completion = (await office.links.issue(after)).session["flow"]["after_completion"]
    assert completion["redirect"]["return_url"] == "https://shop.example/done"


async def test_every_refusal_is_foreseen(office: Office) -> None:
    """Each flow for each customer made for a rule, and under configurations of every kind."""
    customers = await office.gateway.get("/v1/customers", {"limit": 100})
    odd = [one for one in customers["data"] if "scenario" in one["metadata"]]
    cases = [(one, "Standard") for one in odd]
    others = ("Cancel only", "Invoices only", "Old portal (switched off)", "日本")
    cases += [(one, name) for name in others for one in odd[:6]]
    answers = [await _answers(office, customer["id"], name) for customer, name in cases]
    refusals = [one for several in answers for one in several]
    assert [one for one in refusals if not office.links.foresee(one)] == []
    assert len(refusals) > 50


async def _answers(office: Office, customer: str, configuration: str) -> list[LinkRequest]:
    """The links to a customer that Stripe refuses under a configuration."""
    snapshot = office.store.snapshot(customer)
    assert snapshot is not None
    refused = []
    for flow in (None, *FLOWS):
        if flow and flow.startswith("subscription_") and not snapshot.subscriptions:
            continue
        request = office.request(snapshot, flow, configuration=office.configuration(configuration))
        try:
            await office.links.issue(request)
        except StripeError:
            refused.append(request)
    return refused


@pytest.mark.parametrize(
    ("name", "flow", "rule"),
    [
        ("Bundle Brothers Inc.", "subscription_update", "R1"),
        ("Meterstone Labs", "subscription_update", "R1"),
        ("Northgate County Library", None, "R2"),
        ("Stepwise Consulting", "subscription_cancel", "R3"),
    ],
)
async def test_what_the_customer_would_not_see_is_named_by_its_rule(
    office: Office, name: str, flow: FlowType | None, rule: str
) -> None:
    snapshot = await office.customer(name)
    found = office.links.foresee(office.request(snapshot, flow))
    assert rule in {reason.rule for reason in found}


@pytest.mark.parametrize("discount", [None, "STAY20"])
async def test_confirming_nothing_is_foreseen_and_refused_with_advice(
    office: Office, discount: str | None
) -> None:
    """A discount alone is nothing to confirm either."""
    snapshot = await office.customer("Seatfull Coworking")
    item = data_of(snapshot.subscriptions[0]["items"])[0]
    request = office.request(
        snapshot,
        "subscription_update_confirm",
        flow_quantity=item["quantity"],
        flow_discount=discount,
    )
    assert [reason.rule for reason in office.links.foresee(request)] == ["R19"]
    with pytest.raises(StripeError, match="no changes to confirm") as refused:
        await office.links.issue(request)
    assert refused.value.next_step == "Choose another price or quantity than the present one."


async def test_a_quantity_out_of_bounds_is_foreseen(office: Office) -> None:
    snapshot = await office.customer("Seatfull Coworking")
    request = office.request(
        snapshot,
        "subscription_update_confirm",
        configuration=office.configuration("Seats between 5 and 20"),
        flow_quantity=21,
    )
    assert [reason.rule for reason in office.links.foresee(request)] == ["R11"]
    with pytest.raises(StripeError, match="between 5 and 20"):
        await office.links.issue(request)


async def test_a_price_that_is_not_offered_is_foreseen(office: Office) -> None:
    snapshot = await office.customer("Seatfull Coworking")
    [storage] = [one for one in office.store.products() if one["name"] == "Extra storage"]
    price = next(one for one in office.store.prices() if one["product"] == storage["id"])
    request = office.request(
        snapshot, "subscription_update_confirm", flow_price=price["id"], flow_quantity=None
    )
    assert [reason.rule for reason in office.links.foresee(request)] == ["R19"]
    with pytest.raises(StripeError, match="not included"):
        await office.links.issue(request)


async def test_a_configuration_that_is_gone_is_answered_with_a_way_out(office: Office) -> None:
    snapshot = await office.customer("Deep Link Diving")
    request = office.request(snapshot, None, configuration="bpc_gone")
    assert "bpc_gone" in office.links.foresee(request)[0].text
    with pytest.raises(ResourceMissing, match="bpc_gone") as refused:
        await office.links.issue(request)
    assert "another configuration" in refused.value.next_step
    [entry] = office.journal.recent()
    assert (entry.state, entry.error) == ("failed", refused.value.message)


async def test_a_subscription_of_somebody_else_or_long_gone_is_foreseen(office: Office) -> None:
    snapshot = await office.customer("Deep Link Diving")
    other = await office.customer("Expired Express")
    foreign = office.request(
        snapshot, "subscription_cancel", flow_subscription=other.subscriptions[0]["id"]
    )
    assert "no subscription of this customer" in office.links.foresee(foreign)[0].text
    with pytest.raises(StripeError, match="does not belong"):
        await office.links.issue(foreign)
    ended = office.request(other, "subscription_cancel")
    assert "has ended" in office.links.foresee(ended)[0].text
    with pytest.raises(StripeError, match="incomplete_expired"):
        await office.links.issue(ended)


async def test_without_a_default_configuration_the_way_out_is_named(office: Office) -> None:
    snapshot = await office.customer("Deep Link Diving")
    default = next(one for one in office.store.configurations() if one["is_default"])
    office.store.apply([default | {"is_default": False}], as_of=office.gateway.now() + 60)
    [reason] = office.links.foresee(office.request(snapshot, None))
    assert "settings/billing/portal" in reason.way_out


async def test_a_customer_who_is_gone_is_named(office: Office) -> None:
    with pytest.raises(ResourceMissing, match="cus_gone"):
        await office.links.issue(LinkRequest("cus_gone"))
    with pytest.raises(NotFound, match="cus_gone"):
        office.links.foresee(LinkRequest("cus_gone"))


async def test_a_key_without_the_permission_is_told_which(office: Office) -> None:
    snapshot = await office.customer("Deep Link Diving")
    gateway = StripeGateway(NO_PORTAL_KEY, api_base=office.sandbox.url, max_retries=0)
    links = Links(gateway, office.store, office.journal)
    with pytest.raises(PermissionMissing, match="rak_customer_portal_write"):
        await links.issue(office.request(snapshot, None))
    await gateway.close()
    [warning] = office.links.foresee(office.request(snapshot, None))
    assert "rak_customer_portal_write" in warning.text
    await office.links.issue(office.request(snapshot, None))
    assert office.links.foresee(office.request(snapshot, None)) == []


async def test_a_lost_answer_leaves_no_link_and_a_new_one_is_safe(office: Office) -> None:
    snapshot = await office.customer("Deep Link Diving")
    headers = {"Authorization": f"Bearer {office.sandbox.key}"}
    wish = {"kind": "lost_answer", "path": "/v1/billing_portal/sessions"}
    async with aiohttp.ClientSession(headers=headers) as session:
        await session.post(f"{office.sandbox.url}/_sandbox/faults", json=wish)
    with pytest.raises(OutcomeUnknown) as refused:
        await office.links.issue(office.request(snapshot, None))
    assert "safe to ask for a new one" in refused.value.next_step
    assert [entry.state for entry in office.journal.pending()] == ["unknown"]
    await office.links.issue(office.request(snapshot, None))


async def test_the_login_page_opens_with_the_customers_address(office: Office) -> None:
    snapshot = await office.customer("Prefilled Pottery")
    default = office.store.configurations()[0]
    link = login_link(default, snapshot.customer["email"])
    assert link is not None
    assert link.endswith("?prefilled_email=pottery%2Bbilling%40example.com")
