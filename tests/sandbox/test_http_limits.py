"""Rate limits: how many requests a second get through, and what the others are told."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from portal_desk.sandbox import server
from portal_desk.sandbox.call import Endpoint
from portal_desk.sandbox.endpoints import ENDPOINTS
from portal_desk.sandbox.limits import Limits
from portal_desk.sandbox.problems import StripeProblem
from portal_desk.sandbox.settings import Plan, Settings

from .http_world import World, serving


@dataclass
class Watch:
    """Seconds that pass when told to."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def endpoint(path: str) -> Endpoint:
    return next(each for each in ENDPOINTS if (each.method, each.path) == ("GET", path))


CUSTOMERS, INVOICES = endpoint("/v1/customers"), endpoint("/v1/invoices")
SEARCH = endpoint("/v1/customers/search")


def through(limits: Limits, *endpoints: Endpoint) -> tuple[int, str]:
    """How many of these requests get through in a row, and why the next does not."""
    for number, each in enumerate(endpoints):
        try:
            limits.count(each)
        except StripeProblem as refused:
            return number, refused.headers["Stripe-Rate-Limited-Reason"]
    return len(endpoints), ""


@pytest.mark.parametrize(
    ("plan", "asked", "expected"),
    [
        ("off", [CUSTOMERS] * 500, (500, "")),
        ("test", [CUSTOMERS, INVOICES] * 50, (25, "global-rate")),
        ("live", [CUSTOMERS] * 50, (25, "endpoint-rate")),
        ("live", [SEARCH] * 50, (20, "endpoint-rate")),
        ("live", ENDPOINTS * 2, (100, "global-rate")),
    ],
)
def test_the_limits_are_stripes(
    plan: Plan, asked: list[Endpoint], expected: tuple[int, str]
) -> None:
    assert through(Limits(Settings(rate_limits=plan), Watch()), *asked) == expected


def test_a_second_later_there_is_room_again() -> None:
    watch = Watch()
    limits = Limits(Settings(rate_limits="test"), watch)
    assert through(limits, *[CUSTOMERS] * 30)[0] == 25
    watch.now += 0.4
    assert through(limits, *[CUSTOMERS] * 30)[0] == 10
    watch.now += 60
    assert through(limits, *[CUSTOMERS] * 30)[0] == 25


def test_who_is_refused_is_told_when_to_come_back() -> None:
    limits = Limits(Settings(rate_limits="test"), Watch())
    through(limits, *[CUSTOMERS] * 25)
    with pytest.raises(StripeProblem) as caught:
        limits.count(CUSTOMERS)
    assert (caught.value.status, caught.value.code) == (429, "rate_limit")
    assert caught.value.headers["Retry-After"] == "1"


@pytest.mark.parametrize(
    ("plan", "message"),
    [("test", "Testmode request rate limit exceeded,"), ("live", "Request rate limit exceeded.")],
)
def test_who_is_refused_is_told_whose_limit_it_was(plan: Plan, message: str) -> None:
    limits = Limits(Settings(rate_limits=plan), Watch())
    through(limits, *[CUSTOMERS] * 25)
    with pytest.raises(StripeProblem, match=message):
        limits.count(CUSTOMERS)


def test_a_sandbox_with_limits_turns_requests_away(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "time", SimpleNamespace(monotonic=Watch()))
    with serving(world) as limited:
        limited.request("POST", "/_sandbox/settings", '{"rate_limits": "test"}')
        answers = [limited.request("GET", "/v1/account") for _ in range(26)]
    assert [each.status for each in answers] == [200] * 25 + [429]
    assert answers[-1].headers["Stripe-Rate-Limited-Reason"] == "global-rate"
    assert answers[-1].headers["Request-Id"].startswith("req_")
