"""What a caller of the gateway gets, whatever the network and Stripe do."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from email.utils import formatdate

import pytest
from aiohttp import web

from portal_desk.errors import (
    DeskError,
    KeyRejected,
    Offline,
    OutcomeUnknown,
    PermissionMissing,
    RateLimited,
    ResourceMissing,
    StripeError,
    StripeUnavailable,
)
from portal_desk.services.stripe_gateway import StripeGateway
from portal_desk.services.stripe_transport import MAX_CONCURRENT

from .stripe_double import StripeDouble, dropped, error, json, text, truncated

ANNA = {"id": "cus_1", "object": "customer", "name": "Änna"}


async def test_an_object_arrives_as_plain_json(
    stripe: StripeDouble, gateway: StripeGateway
) -> None:
    stripe.answers = [json(ANNA)]
    assert await gateway.get("/v1/customers/cus_1", {"expand": ["tax_ids"]}) == ANNA
    method, path, headers, _ = stripe.requests[0]
    assert (method, path) == ("GET", "/v1/customers/cus_1?expand%5B0%5D=tax_ids")
    assert headers["authorization"] == "Bearer sk_test_123"
    assert headers["stripe-version"] == await gateway.api_version()


async def test_no_telemetry_is_sent(stripe: StripeDouble, gateway: StripeGateway) -> None:
    stripe.answers = [json(ANNA, Request_Id="req_1")]
    await gateway.get("/v1/customers/cus_1")
    await gateway.get("/v1/customers/cus_1")
    assert "x-stripe-client-telemetry" not in stripe.requests[1][2]


async def test_a_list_is_read_to_its_end(stripe: StripeDouble, gateway: StripeGateway) -> None:
    stripe.answers = [
        json({"data": [{"id": "cus_3"}, {"id": "cus_2"}], "has_more": True}),
        json({"data": [{"id": "cus_1"}], "has_more": False}),
    ]
    pages = [page async for page in gateway.pages("/v1/customers")]
    assert [[entry["id"] for entry in page] for page in pages] == [["cus_3", "cus_2"], ["cus_1"]]
    assert stripe.paths == [
        "/v1/customers?limit=100",
        "/v1/customers?limit=100&starting_after=cus_2",
    ]


async def test_a_change_carries_the_key_of_the_caller(
    stripe: StripeDouble, gateway: StripeGateway
) -> None:
    stripe.answers = [json(ANNA)]
    await gateway.post("/v1/customers/cus_1", {"metadata": {"a": 1}}, idempotency_key="once")
    method, _, headers, body = stripe.requests[0]
    assert (method, body) == ("POST", "metadata[a]=1")
    assert headers["idempotency-key"] == "once"


async def test_a_busy_stripe_is_asked_again_after_the_pause_it_wants(
    stripe: StripeDouble, gateway: StripeGateway, pauses: list[float]
) -> None:
    busy = json({"error": {"type": "invalid_request_error"}}, 429, Retry_After="7")
    stripe.answers = [busy, busy, json(ANNA)]
    assert await gateway.get("/v1/customers/cus_1") == ANNA
    assert pauses == [7.0, 7.0]
    assert gateway.reads == 3


async def test_without_a_hint_the_pauses_grow(
    stripe: StripeDouble, gateway: StripeGateway, pauses: list[float]
) -> None:
    stripe.answers = [error(429, "Too many requests", code="rate_limit")]
    with pytest.raises(RateLimited):
        await gateway.get("/v1/customers/cus_1")
    assert len(pauses) == 3
    assert all(0.5 * 2**retry <= pause <= 2**retry for retry, pause in enumerate(pauses))


async def test_a_pause_of_many_minutes_is_left_to_the_caller(
    stripe: StripeDouble, gateway: StripeGateway, pauses: list[float]
) -> None:
    stripe.answers = [json({"error": {"message": "Later"}}, 429, Retry_After="3600")]
    with pytest.raises(RateLimited, match="Later"):
        await gateway.get("/v1/customers")
    assert pauses == []


@pytest.mark.parametrize("fault", [dropped, truncated, text("oops", 500), error(500, "Sorry")])
async def test_a_read_survives_a_passing_fault(
    fault: Callable[[web.Request], web.StreamResponse], stripe: StripeDouble, gateway: StripeGateway
) -> None:
    stripe.answers = [fault, json(ANNA)]
    assert await gateway.get("/v1/customers/cus_1") == ANNA


@pytest.mark.parametrize("fault", [dropped, truncated])
async def test_a_change_is_repeated_with_the_same_key(
    fault: Callable[[web.Request], web.StreamResponse], stripe: StripeDouble, gateway: StripeGateway
) -> None:
    stripe.answers = [fault, json(ANNA)]
    await gateway.post("/v1/customers/cus_1", {"name": "Änna"})
    keys = {headers["idempotency-key"] for _, _, headers, _ in stripe.requests}
    assert len(stripe.requests) == 2
    assert len(keys) == 1


@pytest.mark.parametrize(
    ("answer", "problem", "words"),
    [
        (error(401, "Invalid API Key provided: sk_test_***123"), KeyRejected, "Invalid API Key"),
        (
            error(404, "No such customer: 'cus_1'", code="resource_missing"),
            ResourceMissing,
            "No such",
        ),
        (error(400, "No such plan", code="resource_missing"), ResourceMissing, "search again"),
        (
            error(400, "Received unknown parameter: x", code="parameter_unknown"),
            StripeError,
            "unknown",
        ),
        (
            error(400, "a similar object exists in live mode", code="resource_missing"),
            ResourceMissing,
            "other mode",
        ),
        (
            error(400, "your test mode default configuration has not been created. Provide …"),
            StripeError,
            "Choose a portal configuration",
        ),
        (error(429, "This object cannot be accessed", code="lock_timeout"), RateLimited, "seconds"),
        (text("<html>Bad gateway</html>", 502), StripeUnavailable, "status.stripe.com"),
        (text("<html>Sign in to the café's wifi</html>"), StripeUnavailable, "can't be read"),
        (dropped, Offline, "Check the network"),
        (truncated, Offline, "Check the network"),
    ],
)
async def test_a_failed_read_says_what_is_wrong_and_what_to_do(
    answer: Callable[[web.Request], web.StreamResponse],
    problem: type[DeskError],
    words: str,
    stripe: StripeDouble,
    gateway: StripeGateway,
) -> None:
    stripe.answers = [answer]
    with pytest.raises(problem, match=words) as raised:
        await gateway.get("/v1/customers/cus_1")
    assert type(raised.value) is problem
    assert "sk_test_123" not in str(raised.value)


async def test_stripes_own_particulars_are_kept(
    stripe: StripeDouble, gateway: StripeGateway
) -> None:
    stripe.answers = [
        error(400, "Missing required param: name.", param="name", code="parameter_missing")
    ]
    with pytest.raises(StripeError) as raised:
        await gateway.post("/v1/customers")
    found = raised.value
    assert (found.param, found.code, found.http_status) == ("name", "parameter_missing", 400)
    assert (found.type, found.request_id) == ("invalid_request_error", "req_1")


async def test_a_narrow_key_hears_which_permission_it_lacks(
    stripe: StripeDouble, gateway: StripeGateway
) -> None:
    words = "does not have … Having the 'rak_customer_portal_write' permission would allow this."
    stripe.answers = [error(403, words)]
    with pytest.raises(PermissionMissing) as raised:
        await gateway.post("/v1/billing_portal/sessions")
    assert raised.value.permission == "rak_customer_portal_write"
    assert "add the permission rak_customer_portal_write" in raised.value.next_step


async def test_a_reused_key_is_refused_as_stripe_words_it(
    stripe: StripeDouble, gateway: StripeGateway
) -> None:
    body = {"type": "idempotency_error", "message": "Keys for idempotent requests can only …"}
    stripe.answers = [json({"error": body}, 400)]
    with pytest.raises(StripeError, match="from the beginning") as raised:
        await gateway.post("/v1/customers", idempotency_key="used")
    assert raised.value.type == "idempotency_error"


@pytest.mark.parametrize("lost", [dropped, truncated, text("{", 200), error(500, "Sorry")])
@pytest.mark.parametrize("method", ["post", "delete"])
async def test_a_change_without_an_answer_is_unknown_not_failed(
    lost: Callable[[web.Request], web.StreamResponse],
    method: str,
    stripe: StripeDouble,
    gateway: StripeGateway,
) -> None:
    stripe.answers = [lost]
    with pytest.raises(OutcomeUnknown, match="not known"):
        await getattr(gateway, method)("/v1/subscriptions/sub_1")


async def test_a_deletion_is_never_sent_twice(stripe: StripeDouble, gateway: StripeGateway) -> None:
    stripe.answers = [dropped, json({"id": "sub_1"})]
    with pytest.raises(OutcomeUnknown):
        await gateway.delete("/v1/subscriptions/sub_1")
    assert len(stripe.requests) == 1


async def test_a_change_that_was_never_sent_did_not_happen(
    connect: Callable[[str], StripeGateway], unused_tcp_port: int
) -> None:
    gateway = connect(f"http://127.0.0.1:{unused_tcp_port}")
    with pytest.raises(Offline, match=f"127.0.0.1:{unused_tcp_port} can't be reached"):
        await gateway.post("/v1/customers")
    assert gateway.reads == 0


async def test_a_refusal_after_a_lost_answer_is_stripes_last_word(
    stripe: StripeDouble, gateway: StripeGateway
) -> None:
    stripe.answers = [dropped, error(400, "This subscription is canceled.")]
    with pytest.raises(StripeError, match="canceled"):
        await gateway.post("/v1/subscriptions/sub_1")


@pytest.mark.parametrize("lost", [dropped, error(500, "Sorry")])
@pytest.mark.parametrize(
    "turned_away",
    [
        error(409, "There is currently another in-progress request using this Idempotent Key."),
        error(429, "Too many requests", code="rate_limit"),
        error(429, "This object cannot be accessed right now", code="lock_timeout"),
    ],
)
async def test_a_repeat_that_is_turned_away_says_nothing_about_the_first_try(
    lost: Callable[[web.Request], web.StreamResponse],
    turned_away: Callable[[web.Request], web.StreamResponse],
    stripe: StripeDouble,
    gateway: StripeGateway,
) -> None:
    stripe.answers = [lost, turned_away]
    with pytest.raises(OutcomeUnknown, match="not known"):
        await gateway.post("/v1/subscriptions/sub_1")


async def test_a_change_that_was_only_ever_turned_away_did_not_happen(
    stripe: StripeDouble, gateway: StripeGateway
) -> None:
    stripe.answers = [error(429, "Too many requests", code="rate_limit")]
    with pytest.raises(RateLimited):
        await gateway.post("/v1/subscriptions/sub_1")


async def test_time_is_told_by_stripes_clock(stripe: StripeDouble, gateway: StripeGateway) -> None:
    stripe.answers = [json(ANNA, Date="Sun, 22 Nov 2099 10:00:00 GMT")]
    _, as_of = await gateway.read("/v1/customers/cus_1")
    at_stripe = 4_099_024_800  # 2099-11-22 10:00:00 UTC
    assert at_stripe - 3 <= as_of <= at_stripe
    assert at_stripe - 1 <= gateway.now() <= at_stripe + 30


async def test_a_later_answer_never_counts_as_an_earlier_one(
    stripe: StripeDouble, gateway: StripeGateway
) -> None:
    async def now(_: web.Request) -> web.Response:
        return web.json_response(ANNA, headers={"Date": formatdate(usegmt=True)})

    stripe.answers = [now]
    times = [(await gateway.read("/v1/customers/cus_1"))[1] for _ in range(40)]
    assert times == sorted(times)


async def test_a_clock_that_was_set_back_is_believed(
    stripe: StripeDouble, gateway: StripeGateway
) -> None:
    stripe.answers = [
        json(ANNA, Date="Sun, 22 Nov 2099 10:00:00 GMT"),
        json(ANNA, Date="Sun, 22 Nov 2099 09:00:00 GMT"),
    ]
    _, later = await gateway.read("/v1/customers/cus_1")
    _, earlier = await gateway.read("/v1/customers/cus_1")
    assert 3500 < later - earlier < 3700


async def test_no_more_requests_than_stripe_takes_travel_at_once(
    stripe: StripeDouble, gateway: StripeGateway
) -> None:
    travelling, most = 0, 0
    all_there = asyncio.Event()

    async def slow(_: web.Request) -> web.StreamResponse:
        nonlocal travelling, most
        travelling += 1
        most = max(most, travelling)
        if travelling == MAX_CONCURRENT:
            all_there.set()
        await all_there.wait()
        await asyncio.sleep(0)
        travelling -= 1
        return web.json_response(ANNA)

    stripe.answers = [slow]
    await asyncio.gather(*(gateway.get("/v1/customers/cus_1") for _ in range(60)))
    assert most == MAX_CONCURRENT


async def test_a_file_is_fetched_without_the_key(
    stripe: StripeDouble, gateway: StripeGateway
) -> None:
    stripe.answers = [text("%PDF-1.7")]
    assert await gateway.download(f"{stripe.url}/invoice.pdf") == b"%PDF-1.7"
    assert "authorization" not in stripe.requests[0][2]


@pytest.mark.parametrize(
    ("answer", "problem"),
    [(text("", 403), ResourceMissing), (text("", 503), StripeUnavailable), (truncated, Offline)],
)
async def test_a_link_to_a_file_that_fails_says_how(
    answer: Callable[[web.Request], web.StreamResponse],
    problem: type[DeskError],
    stripe: StripeDouble,
    gateway: StripeGateway,
) -> None:
    stripe.answers = [answer]
    with pytest.raises(problem):
        await gateway.download(f"{stripe.url}/invoice.pdf")


async def test_a_closed_gateway_opens_again(stripe: StripeDouble, gateway: StripeGateway) -> None:
    stripe.answers = [json(ANNA)]
    await gateway.get("/v1/customers/cus_1")
    await gateway.close()
    assert await gateway.get("/v1/customers/cus_1") == ANNA


def test_the_gateway_is_imported_without_stripes_sdk() -> None:
    code = "import sys, portal_desk.services.stripe_gateway; print('stripe' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
