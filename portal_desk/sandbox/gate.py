"""What every API request passes: key, version, permission, parameters, idempotency, faults."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import orjson
from aiohttp import web

from portal_desk.models.json import Json
from portal_desk.sandbox import form, parameters
from portal_desk.sandbox.call import Call, Endpoint
from portal_desk.sandbox.clocks import own_time
from portal_desk.sandbox.expand import present
from portal_desk.sandbox.faults import Fault, Faults
from portal_desk.sandbox.idempotency import Answer, Replays
from portal_desk.sandbox.keys import authenticate, authorize
from portal_desk.sandbox.limits import Limits
from portal_desk.sandbox.problems import StripeProblem, invalid, unsupported
from portal_desk.sandbox.state import State
from portal_desk.sandbox.versions import API_VERSION

_FORM = "application/x-www-form-urlencoded"

AioHandler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class _Request:
    """One request, read."""

    http: web.Request
    id: str
    endpoint: Endpoint
    body: str

    @property
    def identity(self) -> tuple[str, str, str]:
        return self.http.method, self.http.path_qs, self.body


class Gate:
    """Lets requests through to their endpoints, and turns what comes of them into answers."""

    def __init__(self, state: State, faults: Faults, limits: Limits) -> None:
        self._state = state
        self._faults = faults
        self._limits = limits
        self._replays = Replays()

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
        _check_headers(http, self._state)
        request = _Request(http, request_id, endpoint, await _body(http))
        fault = self._faults.next(http.method, http.path)
        if fault and fault.kind == "drop":
            return _broken(http)
        if fault and fault.kind == "garbage":
            return web.Response(text="<html>Bad gateway</html>", status=502)
        params = self._params(request)
        name = http.headers.get("Idempotency-Key") if http.method == "POST" else None
        if name is None:
            return await self._faulty(request, params, fault)
        return await self._once(request, params, fault, (key, name))

    def _params(self, request: _Request) -> Json:
        text = "&".join(filter(None, (request.http.query_string, request.body)))
        return parameters.check(request.endpoint.request_type, form.decode(text))

    async def _once(
        self, request: _Request, params: Json, fault: Fault | None, name: tuple[str, str]
    ) -> web.StreamResponse:
        """Do the work of an idempotency key's first request; replay its answer to the others."""
        before = self._replays.begin(*name, request.identity, self._state.now())
        if before is not None:
            return _response(before, request.id, name[1], replayed=True)
        try:
            return await self._faulty(request, params, fault, name)
        except BaseException:
            self._replays.give_up(*name)
            raise

    async def _faulty(
        self,
        request: _Request,
        params: Json,
        fault: Fault | None,
        name: tuple[str, str] | None = None,
    ) -> web.StreamResponse:
        """Do the work unless a fault comes first; lose the answer if it comes after."""
        if fault:
            if problem := fault.problem():
                raise problem
            await asyncio.sleep(fault.seconds)
        if fault and fault.kind == "server_error":
            answer = _failed(_server_error(fault.status), request.id)
        else:
            answer = self._work(request, params, name[1] if name else None)
        if name:
            self._replays.finish(*name, answer)
        if fault and fault.kind == "lost_answer":
            return _broken(request.http)
        return _response(answer, request.id, name[1] if name else None)

    def _work(self, request: _Request, params: Json, name: str | None) -> Answer:
        expand = params.pop("expand", None) or []
        call = Call(self._state, params, request.http.match_info, request.http.path)
        self._state.request = {"id": request.id, "idempotency_key": name}
        try:
            with own_time(self._state, *call.ids.values(), *params.values()):
                found = request.endpoint.handler(call)
            return Answer(200, orjson.dumps(present(self._state, found, expand)), request.id)
        except StripeProblem as problem:
            return _failed(problem, request.id)
        finally:
            self._state.request = {"id": None, "idempotency_key": None}


async def unknown_path(request: web.Request) -> web.StreamResponse:
    """Answer what no endpoint answers."""
    request_id = new_request_id()
    if request.path.startswith("/v1/") and request.path.split("/")[2] in _STRIPES_OWN:
        return refused(unsupported(f"{request.method} {request.path}"), request_id)
    message = (
        f"Unrecognized request URL ({request.method}: {request.path}). Please see "
        "https://stripe.com/docs or we can help at https://support.stripe.com/."
    )
    return refused(StripeProblem(404, "invalid_request_error", None, message), request_id)


def refused(problem: StripeProblem, request_id: str) -> web.Response:
    """An error as an answer."""
    response = _response(_failed(problem, request_id), request_id)
    response.headers.update(problem.headers)
    return response


def new_request_id() -> str:
    """An id for a request; not from the world's own chance, which must not depend on reads."""
    return f"req_{secrets.token_hex(7)}"


def _server_error(status: int) -> StripeProblem:
    """Stripe keeps this answer under the request's idempotency key, like any other."""
    return StripeProblem(status, "api_error", None, "An unknown error occurred")


def _failed(problem: StripeProblem, request_id: str) -> Answer:
    return Answer(problem.status, orjson.dumps(problem.envelope(request_id)), request_id)


def _response(
    answer: Answer, request_id: str, name: str | None = None, *, replayed: bool = False
) -> web.Response:
    headers = {"Request-Id": request_id, "Stripe-Version": API_VERSION}
    if name is not None:
        headers |= {"Idempotency-Key": name, "Original-Request": answer.request_id}
    if replayed:
        headers["Idempotent-Replayed"] = "true"
    return web.Response(
        status=answer.status, body=answer.body, headers=headers, content_type="application/json"
    )


def _check_headers(request: web.Request, state: State) -> None:
    version = request.headers.get("Stripe-Version", API_VERSION)
    if version != API_VERSION:
        raise invalid(f"The sandbox speaks API version {API_VERSION} alone, not {version}.")
    account = request.headers.get("Stripe-Account")
    if account and account not in state.kind("account"):
        message = (
            f"The provided key does not have access to account '{account}' (or that account does "
            "not exist). Application access may have been revoked."
        )
        raise StripeProblem(403, "invalid_request_error", "account_invalid", message)


async def _body(request: web.Request) -> str:
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
    "payment_records", "payouts", "plans", "prices", "products", "promotion_codes", "quotes",
    "radar", "refunds", "reporting", "reviews", "setup_attempts", "setup_intents",
    "shipping_rates", "sigma", "sources", "subscription_items", "subscription_schedules",
    "subscriptions", "tax", "tax_codes", "tax_ids", "tax_rates", "terminal", "test_helpers",
    "tokens", "topups", "transfers", "treasury", "webhook_endpoints",
})  # fmt: skip
"""What Stripe's API begins with: the rest is not Stripe's at all."""
