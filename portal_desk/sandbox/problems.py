"""The errors that the sandbox answers with, in Stripe's envelope and words."""

from __future__ import annotations

from typing import Literal

from portal_desk.models.json import Json

DOC_URL = "https://docs.stripe.com/error-codes/"
_PAYMENT_REQUIRED = 402

LimitReason = Literal[
    "global-rate",
    "endpoint-rate",
    "global-concurrency",
    "endpoint-concurrency",
    "resource-specific",
]
"""What `Stripe-Rate-Limited-Reason` says (https://docs.stripe.com/rate-limits)."""
RETRY_AFTER = 1
"""How long a client that was refused had better wait, in seconds."""


class StripeProblem(Exception):
    """An answer that says no.

    Args:
        status: the HTTP status.
        type: Stripe's error type, such as `invalid_request_error`.
        code: Stripe's error code, such as `resource_missing`, if it gives one.
        message: in Stripe's own words.
        param: the parameter at fault, written as Stripe does (`items[0][price]`), if there is one.
        extra: further fields of the error object, such as `payment_intent`.
        headers: of the answer, besides those that every answer has.
    """

    def __init__(
        self,
        status: int,
        type: str,  # noqa: A002 - Stripe's own word
        code: str | None,
        message: str,
        param: str | None = None,
        *,
        extra: Json | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.type = type
        self.code = code
        self.message = message
        self.param = param
        self.extra = extra or {}
        self.headers = headers or {}

    @property
    def took_effect(self) -> bool:
        """Whether what was done before stays: a declined payment was attempted all the same."""
        return self.status == _PAYMENT_REQUIRED

    def envelope(self, request_id: str) -> Json:
        """The body of the answer."""
        error: Json = {"type": self.type, "message": self.message, **self.extra}
        if self.code:
            error |= {"code": self.code, "doc_url": DOC_URL + self.code.replace("_", "-")}
        if self.param:
            error["param"] = self.param
        error["request_log_url"] = f"https://dashboard.stripe.com/test/logs/{request_id}"
        return {"error": error}


def invalid(message: str, param: str | None = None, code: str | None = None) -> StripeProblem:
    """A 400 `invalid_request_error`."""
    return StripeProblem(400, "invalid_request_error", code, message, param)


def missing(
    kind: str, object_id: str, param: str = "id", *, status: int | None = None
) -> StripeProblem:
    """No object of that id: `kind` in Stripe's words, such as `customer` or `payment method`.

    Stripe answers 404 where the path names the object, and 400 where a parameter does, unless an
    endpoint has a `status` of its own.
    """
    usual = 404 if param == "id" else 400
    message = f"No such {kind}: '{object_id}'"
    return StripeProblem(
        status or usual, "invalid_request_error", "resource_missing", message, param
    )


def unsupported(what: str) -> StripeProblem:
    """Something that Stripe can do and the sandbox cannot."""
    return StripeProblem(
        501, "invalid_request_error", None, f"The sandbox does not support {what} yet."
    )


def rate_limited(reason: LimitReason, *, livemode: bool = False) -> StripeProblem:
    """One request too many; the headers say why, and when to come back."""
    limit = "rate limit" if reason.endswith("rate") else "concurrency limit"
    message = (
        f"Request {limit} exceeded."
        if livemode
        else f"Testmode request {limit} exceeded, the rate limits in testmode are lower than livemode."
    )
    message += " You can learn more about rate limits here https://stripe.com/docs/rate-limits."
    headers = {"Retry-After": str(RETRY_AFTER), "Stripe-Rate-Limited-Reason": reason}
    return StripeProblem(429, "invalid_request_error", "rate_limit", message, headers=headers)


def lock_timeout() -> StripeProblem:
    """Another request holds the object; unlike a rate limit, Stripe advises to try that again.

    https://docs.stripe.com/rate-limits#object-lock-timeouts
    """
    message = (
        "This object cannot be accessed right now because another API request or Stripe process is "
        "currently accessing it. If you see this error intermittently, retry the request. If you "
        "see this error frequently and are making multiple concurrent requests to a single object, "
        "make your requests serially or at a lower rate."
    )
    headers = {"Stripe-Should-Retry": "true"}
    return StripeProblem(429, "invalid_request_error", "lock_timeout", message, headers=headers)
