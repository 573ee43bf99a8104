"""An open connection to Stripe through its SDK. Imported on first use: importing the SDK takes long."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

import aiohttp
import stripe

from portal_desk.errors import DeskError, Offline, OutcomeUnknown, StripeError, StripeUnavailable
from portal_desk.models.json import Json
from portal_desk.services.stripe_errors import known_problem
from portal_desk.services.stripe_transport import Answer, Attempts, Sleep, Transport, attempts

if TYPE_CHECKING:
    from portal_desk.services.reads import Meter
    from portal_desk.services.stripe_clock import StripeClock
    from portal_desk.services.stripe_pace import Pace

Method = Literal["get", "post", "delete"]

_log = logging.getLogger(__name__)
_NO_ANSWER = "No answer came from Stripe, so it is not known whether the change took effect."
_LOOK_FIRST = "Look at the customer again before doing anything more; nothing is sent twice."
_TURNED_AWAY = frozenset({409, 429})
"""Another request with the same key is under way, too many requests, or a locked object."""


class Connection:
    """One HTTP session with the SDK's client on top. Make it in the event loop that will use it."""

    api_version: str = stripe.api_version

    def __init__(
        self,
        api_key: str,
        api_base: str | None,
        *,
        retries: int,
        sleep: Sleep,
        meter: Meter,
        clock: StripeClock,
        pace: Pace | None,
    ) -> None:
        # Telemetry has no switch per client; the log would repeat customers' data.
        stripe.enable_telemetry = False
        logging.getLogger("stripe").setLevel(logging.WARNING)
        self.session = _session(meter, trust_env=api_base is None)
        self._transport = Transport(
            self.session, retries=retries, sleep=sleep, clock=clock, pace=pace
        )
        self._base = api_base or stripe.DEFAULT_API_BASE
        self._client = stripe.StripeClient(
            api_key,
            base_addresses={"api": self._base},
            max_network_retries=retries,
            http_client=self._transport,
        )

    async def send(self, method: Method, path: str, params: Json) -> bytes:
        """Send one call (with the SDK's retries) and return its good answer's body.

        Args:
            method: the HTTP method.
            path: such as `/v1/customers`.
            params: the call's parameters, and the SDK's options (`idempotency_key`).

        Raises:
            StripeError: Stripe said no; the subclass says what kind of no.
            Offline: Stripe can't be reached; a change was not sent.
            OutcomeUnknown: a change was sent, and how it ended is not known.
        """
        # A repeated DELETE has no key that would tell Stripe that it is the same one.
        options = {"max_network_retries": 0} if method == "delete" else {}
        call = Attempts()
        attempts.set(call)
        try:
            answer = await self._client.raw_request_async(method, path, **params, **options)
        except stripe.StripeError as error:
            raise _problem(error, method, call, self._base) from error
        headers = answer.headers
        if not isinstance(headers, Answer):
            msg = f"the SDK answered with {type(headers)}"
            raise TypeError(msg)
        return headers.body

    async def close(self) -> None:
        """End the session."""
        await self.session.close()


def _session(meter: Meter, *, trust_env: bool) -> aiohttp.ClientSession:
    """A session that trusts the certificate authorities of the SDK, and the system's proxy."""
    context = ssl.create_default_context(cafile=stripe.ca_bundle_path)
    connector = aiohttp.TCPConnector(ssl=context)
    return aiohttp.ClientSession(
        connector=connector, trust_env=trust_env, middlewares=(_counting(meter), _delete_once)
    )


def _counting(meter: Meter) -> aiohttp.ClientMiddlewareType:
    """Counts reads that were sent: here, because aiohttp repeats one by itself when the connection was lost."""

    async def count(
        request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        sent = True
        try:
            return await handler(request)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            sent = False
            raise
        finally:
            if sent and request.method == "GET" and request.url.path.startswith("/v1/"):
                meter.count()

    return count


async def _delete_once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Keep aiohttp from sending a DELETE again by itself when the connection was lost.

    The first one may have taken effect, and Stripe has no idempotency key to tell that the second is the same one.
    aiohttp repeats what raises a subclass of this error, not the error itself.
    """
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except aiohttp.ClientConnectionError as error:
        if request.method != "DELETE":
            raise
        raise aiohttp.ClientConnectionError(str(error)) from error


def _problem(error: stripe.StripeError, method: Method, call: Attempts, base: str) -> DeskError:
    if isinstance(error, stripe.APIConnectionError):
        problem: DeskError = _unreachable(error, base)
    else:
        headers: Mapping[str, str] = error.headers or {}
        problem = known_problem(error.http_status or 0, error.json_body, headers)
    if method != "get" and _may_have_happened(problem, call):
        return OutcomeUnknown(_NO_ANSWER, _LOOK_FIRST)
    return problem


def _may_have_happened(problem: DeskError, call: Attempts) -> bool:
    """Stripe calls the outcome of a 5xx indeterminate (https://docs.stripe.com/error-low-level).

    Where an earlier attempt has no known end, a refusal is Stripe's last word, because it repeats the answer to the
    same idempotency key; but not where the later attempt was turned away before anybody looked at it.
    """
    if isinstance(problem, StripeUnavailable):
        return True
    if isinstance(problem, StripeError) and problem.http_status not in _TURNED_AWAY:
        return False
    return call.unanswered > 0


def _unreachable(error: stripe.StripeError, base: str) -> Offline:
    host = urlsplit(base).netloc
    _log.info("%s can't be reached: %r", host, error.__cause__)
    return Offline(f"{host} can't be reached.", "Check the network connection, then try again.")
