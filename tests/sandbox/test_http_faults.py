"""Faults on demand: what happens to requests and events, how often, and again with the same seed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TypeAlias

import pytest
import stripe

from portal_desk.models.json import Json
from portal_desk.sandbox import gate

from .http_world import DAY, Answer, Server, World, new_world, serving


def ask(server: Server, **wish: object) -> Answer:
    return server.request("POST", "/_sandbox/faults", json.dumps(wish))


def active(server: Server) -> list[Json]:
    found: list[Json] = server.request("GET", "/_sandbox/faults").json["faults"]
    return found


def end(server: Server) -> None:
    assert server.request("DELETE", "/_sandbox/faults").json == {"faults": []}


def rename(server: Server, world: World, *names: str) -> None:
    for name in names:
        server.client().v1.customers.update(world.customer["id"], {"name": name})


def feed(server: Server) -> list[Json]:
    found: list[Json] = server.request("GET", "/v1/events?limit=100").json["data"]
    return found


def renamed(events: list[Json]) -> list[Json]:
    """The events of Ada's new names."""
    return [
        each
        for each in events
        if each["type"] == "customer.updated" and "name" in each["data"]["previous_attributes"]
    ]


def names(events: list[Json]) -> list[str]:
    return [each["data"]["object"]["name"] for each in renamed(events)]


# Which faults there are


@pytest.mark.parametrize(
    ("wish", "param"),
    [
        ({}, "kind"),
        ({"kind": "flood"}, "kind"),
        ({"kind": ["drop"]}, "kind"),
        ({"kind": "drop", "colour": "red"}, "colour"),
        ({"kind": "drop", "seconds": 1}, "seconds"),
        ({"kind": "drop", "times": 0}, "times"),
        ({"kind": "drop", "times": 1.5}, "times"),
        ({"kind": "drop", "times": True}, "times"),
        ({"kind": "drop", "method": "PATCH"}, "method"),
        ({"kind": "drop", "path": "customers"}, "path"),
        ({"kind": "drop", "path": 3}, "path"),
        ({"kind": "drop", "probability": 0}, "probability"),
        ({"kind": "drop", "probability": 1.1}, "probability"),
        ({"kind": "drop", "probability": "half"}, "probability"),
        ({"kind": "drop", "seed": "x"}, "seed"),
        ({"kind": "delay", "seconds": -1}, "seconds"),
        ({"kind": "server_error", "status": 404}, "status"),
        ({"kind": "server_error", "status": [500]}, "status"),
        ({"kind": "rate_limit", "reason": "busy"}, "reason"),
        ({"kind": "rate_limit", "reason": {}}, "reason"),
        ({"kind": "late_event", "path": "/v1/events"}, "path"),
        ({"kind": "late_event", "type": 1}, "type"),
        ({"kind": "paused_feed", "times": 2}, "times"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(server: Server, wish: Json, param: str) -> None:
    answer = ask(server, **wish)
    assert (answer.status, answer.error["param"]) == (400, param)
    assert active(server) == []


def test_faults_need_a_key_and_an_object(server: Server) -> None:
    wish = json.dumps({"kind": "rate_limit"})
    for method in ("GET", "POST", "DELETE"):
        body = wish if method == "POST" else None
        assert server.request(method, "/_sandbox/faults", body, key=None).status == 401
    assert server.request("POST", "/_sandbox/faults", "[").status == 400
    assert server.request("POST", "/_sandbox/faults", "[]").status == 400
    assert server.request("GET", "/v1/account").status == 200


def test_faults_are_listed_with_the_times_that_are_left(server: Server) -> None:
    ask(server, kind="rate_limit", path="/v1/account", times=3)
    ask(server, kind="late_event", seconds=5)
    server.request("GET", "/v1/account")
    limit, late = active(server)
    assert limit == {
        "kind": "rate_limit",
        "method": "",
        "path": "/v1/account",
        "times": 2,
        "probability": 1.0,
        "seed": 0,
        "reason": "global-rate",
    }
    assert (late["kind"], late["seconds"], late["type"]) == ("late_event", 5, "")
    end(server)
    assert active(server) == []
    assert server.request("GET", "/v1/account").status == 200


# What happens to requests


def test_a_storm_goes_on_until_it_is_ended_and_says_why(server: Server) -> None:
    ask(server, kind="rate_limit", times=None, reason="endpoint-concurrency")
    answers = [server.request("GET", "/v1/account") for _ in range(20)]
    assert {each.status for each in answers} == {429}
    assert answers[0].headers["Stripe-Rate-Limited-Reason"] == "endpoint-concurrency"
    end(server)
    assert server.request("GET", "/v1/account").status == 200


def test_the_same_seed_makes_the_same_requests_fail(server: Server) -> None:
    def run(seed: int) -> list[int]:
        end(server)
        ask(server, kind="server_error", times=None, probability=0.5, seed=seed, status=503)
        return [server.request("GET", "/v1/account").status for _ in range(30)]

    first = run(4)
    assert set(first) == {200, 503}
    assert run(4) == first
    assert run(5) != first


def test_a_truncated_answer_was_an_effect_all_the_same(server: Server, world: World) -> None:
    ask(server, kind="truncated", method="POST")
    answer = server.request("POST", "/v1/customers", {"name": "Cut"}, Idempotency_Key="cut")
    assert answer.status == 200
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.text)
    again = server.request("POST", "/v1/customers", {"name": "Cut"}, Idempotency_Key="cut")
    assert [each["id"] for each in world.state.where("customer", name="Cut")] == [again.json["id"]]


@pytest.mark.parametrize(("kind", "effects"), [("drop", 0), ("lost_answer", 1)])
def test_a_connection_breaks_before_or_after_the_effect(
    server: Server, world: World, kind: str, effects: int
) -> None:
    ask(server, kind=kind, path="/v1/customers")
    with pytest.raises(stripe.APIConnectionError):
        server.client().v1.customers.create({"name": "Broken"})
    assert len(list(world.state.where("customer", name="Broken"))) == effects


def test_a_server_error_is_what_its_key_is_answered_with_from_then_on(server: Server) -> None:
    ask(server, kind="server_error", method="POST", status=502)
    answers = [
        server.request("POST", "/v1/customers", {"name": "A"}, Idempotency_Key="k")
        for _ in range(2)
    ]
    assert [each.status for each in answers] == [502, 502]
    assert answers[1].headers["Idempotent-Replayed"] == "true"


def test_stripes_client_tries_a_lock_timeout_again_but_not_a_rate_limit(server: Server) -> None:
    client = server.client(max_network_retries=1)
    ask(server, kind="lock_timeout")
    assert client.v1.accounts.retrieve_current().id == "acct_world"
    ask(server, kind="rate_limit")
    with pytest.raises(stripe.RateLimitError):
        client.v1.accounts.retrieve_current()


Meanwhile: TypeAlias = Callable[[Callable[[], Answer], Callable[[], Answer]], Answer]


@pytest.fixture
def meanwhile(server: Server, monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    """What a request is answered while another, which is delayed, is still in progress."""
    started, go_on = Event(), Event()

    async def delay(seconds: float) -> None:
        if seconds:
            started.set()
            await asyncio.to_thread(go_on.wait, 20)

    def run(slow: Callable[[], Answer], act: Callable[[], Answer]) -> Answer:
        ask(server, kind="delay", method="POST", seconds=1)
        with ThreadPoolExecutor(1) as pool:
            late = pool.submit(slow)
            assert started.wait(20)
            try:
                return act()
            finally:
                go_on.set()
                assert late.result().status == 200

    monkeypatch.setattr(gate, "sleep", delay)
    return run


def test_two_writes_to_one_object_at_a_time_are_one_too_many(
    server: Server, world: World, meanwhile: Meanwhile
) -> None:
    ada = f"/v1/customers/{world.customer['id']}"
    answer = meanwhile(
        lambda: server.request("POST", ada, {"name": "Slow"}),
        lambda: server.request("POST", ada, {"name": "Quick"}),
    )
    assert (answer.status, answer.error["code"]) == (429, "lock_timeout")
    assert answer.headers["Stripe-Rate-Limited-Reason"] is None
    assert world.customer["name"] == "Slow"
    assert server.request("POST", ada, {"name": "Quick"}).status == 200


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("GET", "/v1/customers/{ada}", None), ("POST", "/v1/customers", {"name": "Other"})],
)
def test_reading_and_writing_elsewhere_go_on_meanwhile(
    server: Server,
    world: World,
    meanwhile: Meanwhile,
    method: str,
    path: str,
    body: dict[str, str] | None,
) -> None:
    ada = world.customer["id"]
    answer = meanwhile(
        lambda: server.request("POST", f"/v1/customers/{ada}", {"name": "Slow"}),
        lambda: server.request(method, path.format(ada=ada), body),
    )
    assert answer.status == 200


def test_a_key_in_use_is_not_free_for_a_second_request(
    server: Server, world: World, meanwhile: Meanwhile
) -> None:
    def create() -> Answer:
        return server.request("POST", "/v1/customers", {"name": "Once"}, Idempotency_Key="busy")

    answer = meanwhile(create, create)
    assert (answer.status, answer.error["type"]) == (409, "idempotency_error")
    assert answer.error["code"] == "idempotency_key_in_use"
    assert create().headers["Idempotent-Replayed"] == "true"
    assert len(list(world.state.where("customer", name="Once"))) == 1


# What happens to events


def test_an_event_is_told_twice_under_two_ids(server: Server, world: World) -> None:
    ask(server, kind="duplicate_event", type="customer.")
    rename(server, world, "Twice", "Once")
    once, *twice = feed(server)[:3]
    assert names([once, *twice]) == ["Once", "Twice", "Twice"]
    assert twice[0]["id"] != twice[1]["id"]
    assert {**twice[0], "id": ""} == {**twice[1], "id": ""}


def test_a_late_event_takes_its_place_behind_younger_ones(server: Server, world: World) -> None:
    ask(server, kind="late_event", type="customer.updated", seconds=300)
    rename(server, world, "Late")
    world.clock.time += 10
    rename(server, world, "Punctual")
    late = next(each for each in world.state.where("event") if names([each]) == ["Late"])
    path = f"/v1/events/{late['id']}"
    assert names(feed(server)) == ["Punctual"]
    assert server.request("GET", path).status == 404
    world.clock.time += 290
    assert names(feed(server)) == ["Punctual", "Late"]
    assert server.request("GET", path).json["created"] == world.clock.time - 300


def test_a_paused_feed_tells_nothing_until_it_goes_on(server: Server, world: World) -> None:
    ask(server, kind="paused_feed")
    rename(server, world, "One", "Two")
    world.clock.time += DAY
    assert names(feed(server)) == []
    end(server)
    assert names(feed(server)) == ["Two", "One"]


def test_a_pause_can_end_by_itself(server: Server, world: World) -> None:
    ask(server, kind="paused_feed", seconds=60)
    rename(server, world, "During")
    world.clock.time += 59
    rename(server, world, "Still")
    assert names(feed(server)) == []
    world.clock.time += 1
    rename(server, world, "After")
    assert names(feed(server)) == ["After", "Still", "During"]
    assert active(server) == []


def same_second(seed: int) -> tuple[list[str], set[int]]:
    """The order in which ten changes within ten minutes are told, and the seconds they bear."""
    world = new_world()
    with serving(world) as server:
        ask(server, kind="same_second", times=10, seed=seed)
        for number in range(10):
            rename(server, world, str(number))
            world.clock.time += 60
        told = renamed(feed(server))
        return names(told), {each["created"] for each in told}


def test_events_of_one_second_come_in_any_order_but_the_same_for_a_seed() -> None:
    first, seconds = same_second(1)
    assert len(seconds) == 1
    assert sorted(first) == [str(number) for number in range(10)]
    assert first != sorted(first, reverse=True)
    assert same_second(1)[0] == first
    assert same_second(2)[0] != first


def test_what_was_told_once_stays_as_it_was(server: Server, world: World) -> None:
    ask(server, kind="same_second", times=None)
    rename(server, world, *"abcde")
    told = feed(server)
    rename(server, world, *"fghij")
    assert feed(server)[5:] == told
    assert sorted(names(feed(server)[:5])) == list("fghij")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("type=customer.subscription.*", {"customer.subscription.created"}),
        ("type=*.created&delivery_success=false", set()),
        ("type=product.created&delivery_success=true", {"product.created"}),
    ],
)
def test_events_are_narrowed_by_a_group_of_types(
    server: Server, query: str, expected: set[str]
) -> None:
    found = server.request("GET", f"/v1/events?limit=100&{query}").json["data"]
    assert {each["type"] for each in found} == expected


def test_events_of_more_than_twenty_types_are_refused(server: Server) -> None:
    query = "&".join(["types[]=customer.created"] * 21)
    assert server.request("GET", f"/v1/events?{query}").error["param"] == "types"
