"""Getting into the portal by email: the login page, and sessions that have expired."""

from __future__ import annotations

import pytest

from portal_desk.models.json import Json
from portal_desk.portal.words import Words
from portal_desk.sandbox import billing

from .http_world import Answer, Server, World
from .portal_visitor import Visitor, text_of

MINUTE = 60
RECOVERABLE = {"after_expiration[type]": "customer_login"}


def sent(server: Server) -> list[Json]:
    """The emails in the outbox, newest first."""
    found: list[Json] = server.request("GET", "/_sandbox/outbox").json["emails"]
    return found


def ask(server: Server, url: str, email: str) -> Answer:
    """Ask for a link as the page's form does."""
    return server.request("POST", url, {"email": email}, key=None)


def login(server: Server) -> str:
    """The address of the login page."""
    path = f"/v1/billing_portal/configurations/{server.world.configuration['id']}"
    page = server.request("POST", path, {"login_page[enabled]": "true"}).json["login_page"]
    return str(page["url"])


@pytest.fixture
def expired(server: Server, world: World) -> Visitor:
    """A visitor whose session ended unused, in German, and can be recovered."""
    visitor = Visitor.of(server, locale="de", return_url="https://x.example/me", **RECOVERABLE)
    world.clock.time += 6 * MINUTE
    return visitor


def test_logging_in_sends_a_link_that_opens_the_portal(server: Server, world: World) -> None:
    assert "Check your email" in ask(server, login(server), " ada@example.com ").text
    [email] = sent(server)
    assert (email["to"], email["customer"]) == ("ada@example.com", world.customer["id"])
    assert "4242" in Visitor(server, email["url"]).read()


def test_a_strange_address_is_answered_alike_and_sent_nothing(server: Server) -> None:
    url = login(server)
    known, strange = ask(server, url, "ada@example.com"), ask(server, url, "eve@example.com")
    assert text_of(strange) == text_of(known).replace("ada@", "eve@")
    assert [email["to"] for email in sent(server)] == ["ada@example.com"]


def test_of_several_customers_the_newest_with_an_active_subscription_is_meant(
    server: Server, world: World
) -> None:
    world.clock.time += MINUTE
    newest = world.new_customer(name="Ada again", email="ada@example.com")
    url = login(server)
    ask(server, url, "ada@example.com")
    billing.cancel_subscription(world.state, world.subscription, {})
    world.clock.time += MINUTE
    ask(server, url, "ada@example.com")
    meant = [email["customer"] for email in sent(server)]
    assert meant == [newest["id"], world.customer["id"]]


def test_whoever_logged_in_by_email_cannot_change_the_address(server: Server, world: World) -> None:
    update = world.configuration["features"]["customer_update"]
    update["allowed_updates"] = ["email", "name"]
    ask(server, login(server), "ada@example.com")
    visitor = Visitor(server, sent(server)[0]["url"])
    assert 'name="email"' not in visitor.get("customer/update").text
    visitor.post("customer/update", {"email": "eve@example.com", "name": "Ada King"})
    assert (world.customer["email"], world.customer["name"]) == ("ada@example.com", "Ada King")


def test_a_recovered_session_is_like_the_expired_one(
    server: Server, world: World, expired: Visitor
) -> None:
    german = Words("de").gettext
    assert german("Log in to manage your billing") in expired.get().text
    assert german("Check your email") in ask(server, expired.url, "ADA@example.com").text
    [email] = sent(server)
    assert email["to"] == "ada@example.com"
    again = Visitor(server, email["url"])
    page = again.get()
    assert german("Payment methods") in page.text
    assert "https://x.example/me" in page.text
    world.clock.time += 61 * MINUTE
    assert german("Log in to manage your billing") in again.get().text


def test_only_the_customers_own_address_recovers_a_session(
    server: Server, expired: Visitor
) -> None:
    ask(server, expired.url, "eve@example.com")
    assert sent(server) == []


def test_a_session_is_recovered_with_its_flow_while_that_makes_sense(
    server: Server, world: World
) -> None:
    flow = {
        "flow_data[type]": "subscription_cancel",
        "flow_data[subscription_cancel][subscription]": world.subscription["id"],
    }
    visitor = Visitor.of(server, **flow, **RECOVERABLE)
    world.clock.time += 6 * MINUTE
    ask(server, visitor.url, "ada@example.com")
    assert Visitor(server, sent(server)[0]["url"]).get().headers["Location"].endswith("/cancel")
    billing.cancel_subscription(world.state, world.subscription, {})
    world.clock.time += MINUTE
    ask(server, visitor.url, "ada@example.com")
    assert Visitor(server, sent(server)[0]["url"]).get().status == 200


def test_a_session_is_not_recovered_after_its_deadline(server: Server, world: World) -> None:
    until = world.clock.time + 10 * MINUTE
    deadline = {"after_expiration[customer_login][expires_at]": str(until)}
    visitor = Visitor.of(server, **RECOVERABLE, **deadline)
    world.clock.time = until
    assert "Log in to manage your billing" in visitor.get().text
    world.clock.time += 1
    for page in (visitor.get(), ask(server, visitor.url, "ada@example.com")):
        assert (page.status, "This link has expired" in page.text) == (410, True)
    assert sent(server) == []


def test_a_session_of_a_configuration_that_is_turned_off_is_not_recovered(
    server: Server, world: World, expired: Visitor
) -> None:
    world.state.update(world.configuration, {"active": False})
    assert ask(server, expired.url, "ada@example.com").status == 410
    assert sent(server) == []


def test_a_session_that_goes_on_needs_no_email(server: Server) -> None:
    visitor = Visitor.of(server, **RECOVERABLE)
    assert visitor.post("", {"email": "ada@example.com"}).status == 303
    assert sent(server) == []


def test_a_session_without_recovery_sends_nothing(server: Server, world: World) -> None:
    visitor = Visitor.of(server)
    world.clock.time += 6 * MINUTE
    assert ask(server, visitor.url, "ada@example.com").status == 410
    assert ask(server, f"{server.url}/p/session/test_none", "ada@example.com").status == 404
    assert sent(server) == []


def test_the_outbox_wants_a_key(server: Server) -> None:
    assert server.request("GET", "/_sandbox/outbox", key=None).status == 401
