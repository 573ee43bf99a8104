"""Turns Stripe's error answers into known problems, with what to do next."""

from __future__ import annotations

from collections.abc import Mapping

from portal_desk.errors import (
    KeyRejected,
    PermissionMissing,
    RateLimited,
    ResourceMissing,
    StripeError,
    StripeUnavailable,
)
from portal_desk.models.json import Json
from portal_desk.services.permissions import permission_in

_SERVER_ERROR = 500

_NEXT_STEPS = {
    "idempotency_error": "Start the action again from the beginning; nothing was done this time.",
    "lock_timeout": "Another request is changing the same object: try again in a few seconds.",
    "resource_missing": "It may have been deleted meanwhile; search again for what is there now.",
    "parameter_unknown": "This Stripe account may need a newer API version than it allows.",
}


def known_problem(
    status: int, body: object, headers: Mapping[str, str], *, fallback: str = ""
) -> StripeError:
    """The known problem behind an answer that is an error.

    Args:
        status: the answer's HTTP status.
        body: its JSON, whatever that is.
        headers: its headers.
        fallback: words for an answer that has no error object.
    """
    error = _error_of(body)
    message = str(error.get("message") or fallback or f"Stripe answered with status {status}.")
    problem = _class_of(status, error)(
        message,
        _next_step(status, error, message),
        type=str(error.get("type") or "api_error"),
        code=error.get("code"),
        param=error.get("param"),
        http_status=status,
        request_id=headers.get("Request-Id"),
    )
    if isinstance(problem, PermissionMissing):
        problem.permission = permission_in(message)
    return problem


def _error_of(body: object) -> Json:
    error = body.get("error") if isinstance(body, dict) else None
    return error if isinstance(error, dict) else {}


def _class_of(status: int, error: Json) -> type[StripeError]:
    if status == 404 or error.get("code") == "resource_missing":  # noqa: PLR2004
        return ResourceMissing
    by_status: dict[int, type[StripeError]] = {
        401: KeyRejected,
        403: PermissionMissing,
        429: RateLimited,
    }
    if error.get("code") == "lock_timeout":
        return RateLimited
    fallback = StripeUnavailable if status >= _SERVER_ERROR or not error else StripeError
    return by_status.get(status, fallback)


def _next_step(status: int, error: Json, message: str) -> str:
    if status == 401:  # noqa: PLR2004
        return "Make a new key in the Stripe Dashboard (Developers, API keys) and connect again."
    if status == 403:  # noqa: PLR2004
        return _how_to_permit(permission_in(message))
    if "a similar object exists in" in message:
        return "Switch to the account's other mode: live and test data are kept apart."
    if "default configuration has not been created" in message:
        return (
            "Choose a portal configuration, or save the customer portal settings once in the "
            "Stripe Dashboard (Settings, Billing, Customer portal)."
        )
    if status >= _SERVER_ERROR or not error:
        return "Try again in a minute; https://status.stripe.com says whether Stripe has a problem."
    known = _NEXT_STEPS.get(str(error.get("code"))) or _NEXT_STEPS.get(str(error.get("type")))
    return known or ("Wait a moment and try again." if status == 429 else "")  # noqa: PLR2004


def _how_to_permit(permission: str | None) -> str:
    which = f"the permission {permission}" if permission else "the permission that is missing"
    return f"Edit the key in the Stripe Dashboard (Developers, API keys), add {which}, try again."
