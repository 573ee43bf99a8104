"""The pages that a portal session's link opens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from portal_desk.models.json import Json
from portal_desk.portal.words import Words
from portal_desk.sandbox import billing, objects
from portal_desk.sandbox.portal_judgement import judge
from portal_desk.sandbox.portal_page import snapshot_of

from .http_world import Answer, Server, World

MINUTE = 60


def link(server: Server, **params: str) -> str:
    """A new session's link."""
    body = {"customer": server.world.customer["id"], **params}
    answer = server.request("POST", "/v1/billing_portal/sessions", body)
    assert answer.status == 200, answer.text
    return str(answer.json["url"])


def visit(server: Server, url: str, **headers: str) -> Answer:
    """Open a page as a browser does, without a key."""
    return server.request("GET", url, key=None, **headers)


def words(tag: str, text: str) -> str:
    """A portal text in another language."""
    return Words(tag).gettext(text)


def test_the_page_shows_what_the_customer_has(server: Server) -> None:
    page = visit(server, link(server))
    assert page.status == 200
    for text in ("Lumen Ltd", "Team", "$40.00", "4242", "ada@example.com", "Cancel subscription"):
        assert text in page.text


def test_the_page_is_not_shown_in_a_frame(server: Server) -> None:
    assert visit(server, link(server)).headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("locale", ["de", "ja"])
def test_the_page_speaks_the_sessions_language(server: Server, locale: str) -> None:
    text = words(locale, "Billing information")
    assert text != "Billing information"
    assert text in visit(server, link(server, locale=locale)).text


def test_without_a_locale_the_customers_language_goes_before_the_browsers(
    server: Server, world: World
) -> None:
    german, japanese = (words(tag, "Billing information") for tag in ("de", "ja"))
    url = link(server)
    assert japanese in visit(server, url, Accept_Language="xx,ja;q=0.9,de;q=0.1").text
    world.state.update(world.customer, {"preferred_locales": ["de-AT"]})
    assert german in visit(server, url, Accept_Language="ja").text


def test_an_unused_link_works_for_five_minutes(server: Server, world: World) -> None:
    early, late = link(server), link(server, locale="de")
    world.clock.time += 5 * MINUTE
    assert visit(server, early).status == 200
    world.clock.time += 1
    gone = visit(server, late)
    assert gone.status == 410
    assert words("de", "This link has expired") in gone.text
    assert "4242" not in gone.text


def test_a_used_link_works_for_an_hour_after_the_last_visit(server: Server, world: World) -> None:
    url = link(server)
    assert visit(server, url).status == 200
    for _ in range(3):
        world.clock.time += 60 * MINUTE
        assert visit(server, url).status == 200
    world.clock.time += 60 * MINUTE + 1
    assert visit(server, url).status == 410


def test_a_link_that_never_was_is_not_found(server: Server) -> None:
    assert visit(server, f"{server.url}/p/session/test_nothing").status == 404


def test_the_login_page_takes_the_email_along(server: Server, world: World) -> None:
    path = f"/v1/billing_portal/configurations/{world.configuration['id']}"
    assert server.request("GET", path).json["login_page"] == {"enabled": False, "url": None}
    enabled = server.request("POST", path, {"login_page[enabled]": "true"}).json
    url = enabled["login_page"]["url"]
    page = visit(server, f"{url}?prefilled_email=ada%2Bx%40example.com")
    assert 'value="ada+x@example.com"' in page.text
    server.request("POST", path, {"login_page[enabled]": "false"})
    assert visit(server, url).status == 404
    assert server.request("POST", url, {"email": "ada@example.com"}, key=None).status == 404


def verdicts(world: World, subscription: Json | None = None) -> dict[str, str]:
    """What the portal makes of a subscription, by capability."""
    judged = judge(snapshot_of(world.state, world.customer), world.configuration)
    found = judged.subscriptions[(subscription or world.subscription)["id"]]
    return {name: verdict.availability for name, verdict in found.items()}


UPDATES = ("update_plan", "update_quantity", "apply_promotion_code")


def test_a_plain_subscription_can_be_updated_and_cancelled(world: World) -> None:
    found = verdicts(world)
    assert {found[name] for name in (*UPDATES, "cancel")} == {"enabled"}
    assert {found[name] for name in ("renew", "pause", "resume")} == {"hidden"}


def test_a_flexible_subscription_can_be_paused(world: World) -> None:
    flexible = world.subscribe(world.customer, world.monthly, billing_mode={"type": "flexible"})
    assert verdicts(world, flexible)["pause"] == "enabled"


def several(world: World) -> Json:
    other = world.price(world.state.create(objects.new_product(world.state, "X")), 1, "month")
    return world.subscribe(world.customer, world.monthly, other)


def metered(world: World) -> Json:
    usage = objects.recurring("month", meter="mtr_1")
    return world.subscribe(world.customer, world.price(world.team, 5, "month", recurring=usage))


def emailed(world: World) -> Json:
    terms: dict[str, Any] = {"collection_method": "send_invoice", "days_until_due": 30}
    return world.subscribe(world.customer, world.monthly, **terms)


def unsupported_method(world: World) -> Json:
    details = objects.bank(world.state, "sepa_debit", "3000", "DE")
    method = objects.new_payment_method(
        world.state, "sepa_debit", details, customer=world.customer["id"]
    )
    world.state.create(method)
    return world.state.update(world.subscription, {"default_payment_method": method["id"]})


@pytest.mark.parametrize("make", [several, metered, emailed, unsupported_method])
def test_some_subscriptions_can_only_be_cancelled(
    world: World, make: Callable[[World], Json]
) -> None:
    found = verdicts(world, make(world))
    assert {found[name] for name in UPDATES} == {"hidden"}
    assert found["cancel"] == "enabled"


def test_a_schedule_hides_everything(world: World) -> None:
    billing.create_schedule(world.state, {"from_subscription": world.subscription["id"]})
    assert set(verdicts(world).values()) == {"hidden"}


@pytest.mark.parametrize("behavior", ["inclusive", "unspecified"])
def test_a_plan_of_another_tax_behavior_is_no_target(world: World, behavior: str) -> None:
    world.state.update(world.yearly, {"tax_behavior": behavior})
    assert verdicts(world)["update_plan"] == "hidden"
    assert verdicts(world)["update_quantity"] == "enabled"


def test_a_scheduled_cancellation_can_be_taken_back(world: World) -> None:
    billing.update_subscription(world.state, world.subscription, {"cancel_at_period_end": True})
    found = verdicts(world)
    assert {name for name, shown in found.items() if shown == "enabled"} == {"renew"}


def test_on_behalf_of_shows_that_accounts_share_alone(server: Server, world: World) -> None:
    share = objects.new_account("acct_share", "Share", created=world.clock.time)
    world.state.create(share)
    page = visit(server, link(server, on_behalf_of="acct_share"))
    assert "You have no active subscription." in page.text
    world.state.update(world.subscription, {"on_behalf_of": "acct_share"})
    assert "Team" in visit(server, link(server, on_behalf_of="acct_share")).text
