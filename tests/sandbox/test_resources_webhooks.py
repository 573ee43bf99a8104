"""Webhook endpoints: signed deliveries to a server of the test's own."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Thread
from typing import Any

import pytest
import stripe

from portal_desk.models.json import Json

from .http_shapes import complaints
from .http_world import Server

PATIENCE = 20


@dataclass
class Receiver:
    """A server that takes events.

    Attributes:
        url: where it is.
        answers: the statuses that it answers with, one after the other; 200 after that.
        got: the bodies and signatures that came.
    """

    url: str = ""
    answers: list[int] = field(default_factory=list)
    got: Queue[tuple[bytes, str]] = field(default_factory=Queue)

    def event(self, secret: str) -> Any:
        """The next event that comes, verified as a program would verify it."""
        payload, signature = self.got.get(timeout=PATIENCE)
        return stripe.Webhook.construct_event(payload, signature, secret)  # type: ignore[no-untyped-call]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(found.answers.pop(0) if found.answers else 200)
            self.end_headers()
            found.got.put((body, self.headers["Stripe-Signature"]))

        def log_message(self, *_: object) -> None:
            """Nothing: the tests' output stays readable."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        found.url = f"http://127.0.0.1:{server.server_port}/hooks"
        yield found
        server.shutdown()
        thread.join(PATIENCE)


def listen(server: Server, url: str, *events: str, **fields: Any) -> stripe.WebhookEndpoint:
    wish: Any = {"url": url, "enabled_events": events or ("*",), **fields}
    return server.client().v1.webhook_endpoints.create(wish)


def undelivered(server: Server) -> list[Json]:
    found: list[Json] = server.request("GET", "/_sandbox/webhooks").json["deliveries"]
    return found


def until(server: Server, holds: Callable[[list[Json]], bool]) -> list[Json]:
    """Wait until something holds of what is not delivered yet."""
    patience = time.monotonic() + PATIENCE
    while not holds(found := undelivered(server)):
        assert time.monotonic() < patience, found
    return found


def none_is_left(deliveries: list[Json]) -> bool:
    return not deliveries


def tried(times: int) -> Callable[[list[Json]], bool]:
    return lambda found: all(each["attempts"] == times for each in found)


def pass_time(server: Server, seconds: int) -> None:
    server.request("POST", "/_sandbox/clock", json.dumps({"advance": seconds}))


def test_an_endpoint_is_told_what_happens_and_can_verify_it(
    server: Server, receiver: Receiver
) -> None:
    made = listen(server, receiver.url)
    assert not complaints(made)
    customer = server.client().v1.customers.create({"name": "Grace"})
    event = receiver.event(str(made.secret))
    assert (event.type, event.data.object.id) == ("customer.created", customer.id)
    assert event.pending_webhooks == 1
    server.client().v1.customers.create({"name": "Ada"})
    with pytest.raises(stripe.SignatureVerificationError):
        receiver.event("whsec_another")


def test_events_come_in_the_order_in_which_they_happened(
    server: Server, receiver: Receiver
) -> None:
    secret = str(listen(server, receiver.url, "customer.updated").secret)
    customer = server.client().v1.customers.create({})
    for name in "ABCDE":
        server.client().v1.customers.update(customer.id, {"name": name})
    assert "".join(receiver.event(secret).data.object.name for _ in "ABCDE") == "ABCDE"


def test_an_event_counts_down_who_has_not_taken_it_yet(server: Server, receiver: Receiver) -> None:
    receiver.answers = [500]
    made = listen(server, receiver.url, "customer.created")
    server.client().v1.customers.create({})
    event = receiver.event(str(made.secret))
    [waiting] = until(server, tried(1))
    assert (waiting["event"], waiting["answered"], waiting["attempts"]) == (event.id, 500, 1)
    assert server.client().v1.events.retrieve(event.id).pending_webhooks == 1
    pass_time(server, 300)
    assert receiver.event(str(made.secret)).id == event.id
    until(server, none_is_left)
    assert server.client().v1.events.retrieve(event.id).pending_webhooks == 0


def test_after_three_retries_an_event_is_given_up(server: Server, receiver: Receiver) -> None:
    receiver.answers = [302, 404, 500, 503]
    secret = str(listen(server, receiver.url, "customer.created").secret)
    server.client().v1.customers.create({})
    first = receiver.event(secret).id
    for number, seconds in enumerate((300, 1_800, 7_200)):
        until(server, tried(number + 1))
        pass_time(server, seconds)
        assert receiver.event(secret).id == first
    until(server, none_is_left)
    assert server.client().v1.events.retrieve(first).pending_webhooks == 1


def test_an_address_where_nobody_is_says_so(server: Server, receiver: Receiver) -> None:
    listen(server, "http://127.0.0.1:1/hooks", "customer.created")
    there = listen(server, receiver.url, "customer.created")
    server.client().v1.customers.create({})
    assert receiver.event(str(there.secret)).type == "customer.created"
    assert "Cannot connect" in until(server, tried(1))[0]["answered"]


def test_an_endpoint_gets_only_what_it_asked_for_and_in_its_own_version(
    server: Server, receiver: Receiver
) -> None:
    version = "2024-12-18.acacia"
    wanted = ("customer.subscription.updated", "customer.deleted")
    secret = str(listen(server, receiver.url, *wanted, api_version=version).secret)
    client, world = server.client(), server.world
    client.v1.customers.create({})
    client.v1.subscriptions.update(world.subscription["id"], {"description": "Hello"})
    event = receiver.event(secret)
    assert (event.type, event.api_version) == (wanted[0], version)
    assert "current_period_end" in event.data.object


def test_a_secret_is_shown_once_and_an_endpoint_can_be_changed_and_deleted(
    server: Server, receiver: Receiver
) -> None:
    endpoints = server.client().v1.webhook_endpoints
    made = listen(server, receiver.url)
    assert "secret" not in endpoints.retrieve(made.id).to_dict()
    changed = endpoints.update(made.id, {"disabled": True, "description": "Off"})
    assert (changed.status, changed.description) == ("disabled", "Off")
    server.client().v1.customers.create({})
    assert not undelivered(server)
    assert [each.id for each in endpoints.list().data] == [made.id]
    assert endpoints.delete(made.id).deleted
    assert not endpoints.list().data


def test_a_refused_request_tells_nobody(server: Server, receiver: Receiver) -> None:
    listen(server, receiver.url)
    wish = {"tax_id_data[0][type]": "eu_vat", "tax_id_data[0][value]": "DE1", "test_clock": "no"}
    assert server.request("POST", "/v1/customers", wish).status == 400
    assert not undelivered(server)


def test_a_late_event_comes_late(server: Server, receiver: Receiver) -> None:
    late = {"kind": "late_event", "seconds": 60, "type": "customer.created"}
    server.request("POST", "/_sandbox/faults", json.dumps(late))
    secret = str(listen(server, receiver.url).secret)
    client = server.client()
    first = client.v1.customers.create({})
    client.v1.customers.update(first.id, {"name": "Ada"})
    assert receiver.event(secret).type == "customer.updated"
    pass_time(server, 60)
    assert receiver.event(secret).type == "customer.created"


@pytest.mark.parametrize("url", ["example.com/hooks", "ftp://example.com", "http://"])
def test_an_address_that_is_none_is_refused(server: Server, url: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        listen(server, url)
    assert (caught.value.code, caught.value.param) == ("url_invalid", "url")


def test_there_are_sixteen_endpoints_at_most(server: Server) -> None:
    for number in range(16):
        listen(server, f"http://127.0.0.1:1/{number}")
    with pytest.raises(stripe.InvalidRequestError, match="maximum of 16 test webhook endpoints"):
        listen(server, "http://127.0.0.1:1/more")
