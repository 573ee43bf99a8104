"""What every API request passes: key, version, permission, parameters, idempotency, faults."""

from __future__ import annotations

import secrets
from asyncio import sleep
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from http import HTTPStatus

import orjson
from aiohttp import web

from portal_desk.models.json import Json
from portal_desk.sandbox import form, parameters
from portal_desk.sandbox.call import Call, Endpoint
from portal_desk.sandbox.cards import exchanged
from portal_desk.sandbox.clocks import own_time
from portal_desk.sandbox.expand import present
from portal_desk.sandbox.faults import Fault
from portal_desk.sandbox.idempotency import Answer, Replays
from portal_desk.sandbox.keys import authenticate, authorize, authorize_account
from portal_desk.sandbox.limits import Limits
from portal_desk.sandbox.locks import Locks
from portal_desk.sandbox.multipart import MULTIPART, as_form
from portal_desk.sandbox.older import in_version
from portal_desk.sandbox.older_requests import in_current_words, older_params
from portal_desk.sandbox.problems import StripeProblem, invalid, unsupported
from portal_desk.sandbox.state import State
from portal_desk.sandbox.versions import API_VERSION, checked

_FORM = "application/x-www-form-urlencoded"

AioHandler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_LOCKED = ("customer", "invoice", "subscription")
"""Parameters that name an object which a write changes too."""


@dataclass(frozen=True)
class _Request:
    """One request, read.

    Attributes:
        http: as it came.
        id: `req_…`.
        endpoint: what it is for.
        version: the API version that it wants its answer in.
        params: typed and checked.
        key: the API key that it carries.
        name: its idempotency key, where it has one that counts: Stripe looks at it in POST alone
            (https://docs.stripe.com/api/idempotent_requests).
    """

    http: web.Request
    id: str
    endpoint: Endpoint
    version: str
    params: Json
    key: str
    name: str | None

    @property
    def identity(self) -> tuple[str, str, bytes]:
        """What must be the same for two requests to be one that is repeated."""
        params = orjson.dumps(self.params, option=orjson.OPT_SORT_KEYS)
        return self.http.method, self.http.path, params

    @property
    def objects(self) -> set[str]:
        """The ids of what it changes; a request that only reads changes nothing."""
        if self.http.method == "GET":
            return set()
        named = (self.params.get(name) for name in _LOCKED)
        return {*self.http.match_info.values(), *(each for each in named if isinstance(each, str))}

    @property
    def headers(self) -> dict[str, str]:
        """What its answer says about it."""
        headers = {"Request-Id": self.id, "Stripe-Version": self.version}
        if account := self.http.headers.get("Stripe-Account"):
            headers["Stripe-Account"] = account
        return headers


class Gate:
    """Lets requests through to their endpoints, and turns what comes of them into answers."""

    def __init__(self, state: State, limits: Limits) -> None:
        self._state = state
        self._limits = limits
        self._replays = Replays(state)
        self._locks = Locks()

    def handler(self, endpoint: Endpoint) -> AioHandler:
        """What the web server calls for an endpoint."""

        async def handle(request: web.Request) -> web.StreamResponse:
            request_id = new_request_id()
            try:
                return await self._answer(request, request_id, endpoint)
            except StripeProblem as problem:
                return refused(problem, request_id)

        return handle

    async def _answer(
        self, http: web.Request, request_id: str, endpoint: Endpoint
    ) -> web.StreamResponse:
        key = authenticate(http.headers, livemode=self._state.livemode)
        self._limits.count(endpoint)
        authorize(key, endpoint.permission, self._state)
        authorize_account(key, http.headers.get("Stripe-Account"), self._state)
        version = checked(http.headers.get("Stripe-Version", self._state.settings.api_version))
        body = await _body(http)
        fault = self._met(http)
        if fault and fault.kind == "drop":
            return _broken(http)
        if fault and fault.kind == "garbage":
            return web.Response(text="<html>Bad gateway</html>", status=502)
        raw = form.decode("&".join(filter(None, (http.query_string, body))))
        raw = in_current_words(self._state, endpoint.request_type, raw, version)
        older = older_params(endpoint.request_type, raw, version)
        known = {name: value for name, value in raw.items() if name not in older}
        params = parameters.check(endpoint.request_type, known) | older
        name = http.headers.get("Idempotency-Key") if http.method == "POST" else None
        request = _Request(http, request_id, endpoint, version, params, key, name)
        return await self._once(request, name, fault) if name else await self._done(request, fault)

    def _met(self, http: web.Request) -> Fault | None:
        """The fault that a request meets: whatever follows, it has happened once more."""
        fault = self._state.faults.next(http.method, http.path)
        if fault:
            with self._state.unit():
                """Kept: one that was used up does not come back with the file."""
        return fault

    async def _once(self, request: _Request, name: str, fault: Fault | None) -> web.StreamResponse:
        """Do the work of an idempotency key's first request; replay its answer to the others."""
        before = self._replays.begin(request.key, name, request.identity, self._state.now())
        if before is not None:
            return _response(before, request, {"Idempotent-Replayed": "true"})
        try:
            return await self._done(request, fault)
        except BaseException:
            self._replays.give_up(request.key, name)
            raise

    async def _done(self, request: _Request, fault: Fault | None) -> web.StreamResponse:
        """Do the work unless a fault comes first; spoil the answer if it comes after."""
        if fault and (problem := fault.problem()):
            raise problem
        with self._locks.held(request.objects):
            if fault:
                await sleep(fault.seconds)
            if fault and fault.kind == "server_error":
                answer = _failed(_server_error(fault.status), request.id)
                self._keep(request, answer)
            else:
                answer = self._work(request)
        if fault and fault.kind == "lost_answer":
            return _broken(request.http)
        if fault and fault.kind == "truncated":
            answer = replace(answer, body=answer.body[: len(answer.body) // 2])
        return _response(answer, request)

    def _work(self, request: _Request) -> Answer:
        """Do the work, and keep the answer with it: whoever asks again must not find one alone."""
        try:
            with nullcontext() if request.http.method == "GET" else self._state.unit():
                try:
                    answer = self._handled(request)
                except StripeProblem as problem:
                    if not problem.took_effect:
                        raise
                    answer = _failed(problem, request.id)
                if request.name:
                    self._replays.finish(request.key, request.name, answer)
                return answer
        except StripeProblem as problem:
            answer = _failed(problem, request.id)
            self._keep(request, answer)
            return answer

    def _keep(self, request: _Request, answer: Answer) -> None:
        """Keep the answer of a request that did nothing, where it may be asked for again."""
        if request.name:
            with self._state.unit():
                self._replays.finish(request.key, request.name, answer)

    def _handled(self, request: _Request) -> Answer:
        params = dict(request.params)
        expand = params.pop("expand", None) or []
        ids = exchanged(self._state, dict(request.http.match_info))
        call = Call(self._state, exchanged(self._state, params), ids, request.http.path)
        self._state.request = {"id": request.id, "idempotency_key": request.name}
        try:
            with own_time(self._state, *call.ids.values(), *params.values()):
                found = request.endpoint.handler(call)
            shown = present(self._state, found, expand, request.version)
            answer = in_version(self._state, shown, request.version)
            return Answer(200, _written(answer), request.id)
        finally:
            self._state.request = {"id": None, "idempotency_key": None}


async def unknown_path(request: web.Request) -> web.StreamResponse:
    """Answer what no endpoint answers."""
    request_id = new_request_id()
    _, version, place, *_ = f"{request.path}//".split("/")
    if version == "v2" or (version == "v1" and place in _STRIPES_OWN):
        return refused(unsupported(f"{request.method} {request.path}"), request_id)
    message = (
        f"Unrecognized request URL ({request.method}: {request.path}). Please see "
        "https://stripe.com/docs or we can help at https://support.stripe.com/."
    )
    return refused(StripeProblem(404, "invalid_request_error", None, message), request_id)


def refused(problem: StripeProblem, request_id: str) -> web.Response:
    """An error as an answer."""
    headers = {"Request-Id": request_id, "Stripe-Version": API_VERSION}
    return _json(_failed(problem, request_id), headers | problem.headers)


def new_request_id() -> str:
    """An id for a request; not from the world's own chance, which must not depend on reads."""
    return f"req_{secrets.token_hex(7)}"


def _server_error(status: int) -> StripeProblem:
    """Stripe keeps this answer under the request's idempotency key, like any other."""
    return StripeProblem(status, "api_error", None, "An unknown error occurred")


def _failed(problem: StripeProblem, request_id: str) -> Answer:
    return Answer(problem.status, _written(problem.envelope(request_id)), request_id)


def _written(answer: Json) -> bytes:
    """Indented, as Stripe's answers are: people read them, and scripts look for `"paid": true`."""
    return orjson.dumps(answer, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _response(
    answer: Answer, request: _Request, headers: dict[str, str] | None = None
) -> web.Response:
    headers = request.headers | (headers or {})
    if request.name:
        headers |= {"Idempotency-Key": request.name, "Original-Request": answer.request_id}
    return _json(answer, headers)


def _json(answer: Answer, headers: dict[str, str]) -> web.Response:
    """An answer; what isn't supported now won't be in a second, so that clients needn't retry."""
    if answer.status == HTTPStatus.NOT_IMPLEMENTED:
        headers = headers | {"Stripe-Should-Retry": "false"}
    return web.Response(
        status=answer.status, body=answer.body, headers=headers, content_type="application/json"
    )


async def _body(request: web.Request) -> str:
    if request.content_type == MULTIPART:
        return await as_form(request)
    if request.can_read_body and request.content_type != _FORM:
        raise invalid(
            "Invalid request (check that your POST content type is "
            f"{_FORM}). If you have any questions, we can help at https://support.stripe.com/."
        )
    try:
        return (await request.read()).decode()
    except UnicodeDecodeError as error:
        raise invalid("Invalid request: the body is not UTF-8.") from error


def _broken(request: web.Request) -> web.StreamResponse:
    """Break the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


_STRIPES_OWN = frozenset({
    "account", "account_links", "account_sessions", "accounts", "apple_pay", "application_fees",
    "apps", "balance", "balance_settings", "balance_transactions", "billing", "billing_portal",
    "charges", "checkout", "climate", "confirmation_tokens", "country_specs", "coupons",
    "credit_notes", "customer_sessions", "customers", "disputes", "entitlements",
    "ephemeral_keys", "events", "exchange_rates", "file_links", "files",
    "financial_connections", "forwarding", "identity", "invoice_payments",
    "invoice_rendering_templates", "invoiceitems", "invoices", "issuing", "mandates",
    "payment_attempt_records", "payment_intents", "payment_links",
    "payment_method_configurations", "payment_method_domains", "payment_methods",
    "payment_records", "payouts", "plans", "prices", "product_catalog", "products", "promotion_codes",
    "quotes", "radar", "refunds", "reporting", "reviews", "setup_attempts", "setup_intents",
    "shipping_rates", "sigma", "sources", "subscription_items", "subscription_schedules",
    "subscriptions", "tax", "tax_codes", "tax_ids", "tax_rates", "terminal", "test_helpers",
    "three_d_secure", "tokens", "topups", "transfers", "treasury", "webhook_endpoints",
})  # fmt: skip
"""What Stripe's API begins with: the rest is not Stripe's at all."""
