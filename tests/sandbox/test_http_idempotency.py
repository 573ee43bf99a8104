"""A request that is sent twice takes effect once."""

from __future__ import annotations

import json

import pytest
import stripe

from .http_world import DAY, Server, World


def test_a_repeated_key_replays_the_same_answer(server: Server, world: World) -> None:
    before = len(world.state.kind("customer"))
    body = {"email": "new@example.com"}
    first = server.request("POST", "/v1/customers", body, Idempotency_Key="k1")
    second = server.request("POST", "/v1/customers", body, Idempotency_Key="k1")
    assert second.text == first.text
    assert first.headers["Idempotent-Replayed"] is None
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.headers["Original-Request"] == first.headers["Request-Id"]
    assert len(world.state.kind("customer")) == before + 1


def test_a_refusal_is_replayed_too(server: Server, world: World) -> None:
    path = f"/v1/billing_portal/sessions?customer={world.customer['id']}"
    wish = {"configuration": "bpc_later"}
    first = server.request("POST", path, wish, Idempotency_Key="k2")
    world.state.create({**world.configuration, "id": "bpc_later"})
    second = server.request("POST", path, wish, Idempotency_Key="k2")
    assert (first.status, second.status) == (400, 400)
    assert second.error == first.error


def test_a_key_is_only_for_the_same_parameters(client: stripe.StripeClient) -> None:
    client.v1.customers.create({"name": "One"}, {"idempotency_key": "k3"})
    with pytest.raises(stripe.IdempotencyError) as caught:
        client.v1.customers.create({"name": "Two"}, {"idempotency_key": "k3"})
    assert caught.value.http_status == 400
    assert caught.value.user_message == (
        "Keys for idempotent requests can only be used with the same parameters they were first "
        "used with. Try using a key other than 'k3' if you meant to execute a different request."
    )


def test_the_same_parameters_are_the_same_in_any_order(server: Server) -> None:
    bodies = ("name=A&metadata[b]=2&metadata[c]=3", "metadata[c]=3&metadata[b]=2&name=A")
    form = {"Content_Type": "application/x-www-form-urlencoded", "Idempotency_Key": "k3"}
    first, second = (server.request("POST", "/v1/customers", each, **form) for each in bodies)
    assert (second.status, second.text) == (200, first.text)


def test_a_key_is_only_for_the_same_endpoint(server: Server, world: World) -> None:
    path = f"/v1/customers/{world.customer['id']}"
    server.request("POST", "/v1/customers", {"name": "A"}, Idempotency_Key="k3")
    refused = server.request("POST", path, {"name": "A"}, Idempotency_Key="k3")
    assert (refused.status, refused.error["type"]) == (400, "idempotency_error")
    assert refused.error["message"] == (
        "Keys for idempotent requests can only be used for the same endpoint they were first used "
        f"for ('{path}' vs '/v1/customers'). Try using a key other than 'k3' if you meant to "
        "execute a different request."
    )


def test_a_key_says_nothing_about_reading_and_deleting(server: Server, world: World) -> None:
    path = f"/v1/customers/{world.customer['id']}"
    for method in ("GET", "DELETE", "GET"):
        answer = server.request(method, path, Idempotency_Key="k3")
        assert (answer.status, answer.headers["Idempotency-Key"]) == (200, None)
    assert answer.json["deleted"] is True


@pytest.mark.parametrize("kind", ["rate_limit", "lock_timeout"])
def test_a_request_that_did_nothing_leaves_the_key_unused(server: Server, kind: str) -> None:
    server.request("POST", "/_sandbox/faults", json.dumps({"kind": kind, "method": "POST"}))
    refused = server.request("POST", "/v1/customers", {"name": "A"}, Idempotency_Key="k4")
    accepted = server.request("POST", "/v1/customers", {"name": "B"}, Idempotency_Key="k4")
    assert (refused.status, accepted.status) == (429, 200)


def test_a_key_that_is_too_long_is_refused(server: Server) -> None:
    answers = [
        server.request("POST", "/v1/customers", {"name": "A"}, Idempotency_Key="k" * length)
        for length in (255, 256)
    ]
    assert [each.status for each in answers] == [200, 400]


def test_invalid_parameters_leave_the_key_unused(server: Server) -> None:
    refused = server.request("POST", "/v1/customers", {"nme": "A"}, Idempotency_Key="k4")
    accepted = server.request("POST", "/v1/customers", {"name": "A"}, Idempotency_Key="k4")
    assert (refused.status, accepted.status) == (400, 200)


def test_a_key_is_forgotten_after_a_day(server: Server, world: World) -> None:
    body = {"name": "A"}
    first = server.request("POST", "/v1/customers", body, Idempotency_Key="k5").json["id"]
    world.clock.time += DAY + 1
    second = server.request("POST", "/v1/customers", body, Idempotency_Key="k5").json["id"]
    assert first != second


def test_a_lost_answer_is_found_again_with_the_same_key(server: Server, world: World) -> None:
    fault = {"kind": "lost_answer", "method": "POST", "path": "/v1/customers"}
    server.request("POST", "/_sandbox/faults", json.dumps(fault))
    client = server.client()
    with pytest.raises(stripe.APIConnectionError):
        client.v1.customers.create({"name": "Lost"}, {"idempotency_key": "k6"})
    found = client.v1.customers.create({"name": "Lost"}, {"idempotency_key": "k6"})
    assert [each["id"] for each in world.state.where("customer", name="Lost")] == [found.id]


def test_events_name_the_request_that_caused_them(client: stripe.StripeClient) -> None:
    created = client.v1.customers.create({"name": "A"}, {"idempotency_key": "k7"})
    event = client.v1.events.list({"type": "customer.created", "limit": 1}).data[0]
    assert event.data.object["id"] == created.id
    assert event.request is not None
    assert event.request.idempotency_key == "k7"
    assert str(event.request.id).startswith("req_")


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [("rate_limit", 429, "rate_limit"), ("lock_timeout", 429, "lock_timeout")],
)
def test_a_busy_stripe_can_be_played(server: Server, kind: str, status: int, code: str) -> None:
    server.request("POST", "/_sandbox/faults", json.dumps({"kind": kind}))
    refused = server.request("GET", "/v1/account")
    assert (refused.status, refused.error["code"]) == (status, code)
    assert server.request("GET", "/v1/account").status == 200


def test_stripes_client_rides_out_a_server_error(server: Server) -> None:
    server.request("POST", "/_sandbox/faults", json.dumps({"kind": "server_error"}))
    client = server.client(max_network_retries=1)
    assert client.v1.accounts.retrieve_current().id == "acct_world"
