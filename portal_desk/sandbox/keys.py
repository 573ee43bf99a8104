"""The API keys that the sandbox knows. None of them opens anything but a sandbox."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping

from portal_desk.sandbox.problems import StripeProblem, unsupported
from portal_desk.sandbox.state import State

FULL_KEY = "sk_test_portaldesksandbox"
LIVE_KEY = "sk_live_portaldesksandbox"
"""Works where the sandbox plays live mode."""
READ_ONLY_KEY = "rk_test_portaldeskreadonly"
NO_PORTAL_KEY = "rk_test_portaldesknoportal"
NO_INVOICES_KEY = "rk_test_portaldesknoinvoices"
NO_SUBSCRIPTION_WRITE_KEY = "rk_test_portaldesknosubscriptionwrite"
NO_EVENTS_KEY = "rk_test_portaldesknoevents"
NO_CUSTOMERS_KEY = "rk_test_portaldesknocustomers"
REVOKED_KEY = "sk_test_portaldeskrevoked"
EXPIRED_KEY = "sk_test_portaldeskexpired"

RESOURCES = (
    "account", "balance", "billing_clock", "billing_meter", "charge", "checkout_session", "coupon",
    "credit_note", "customer", "customer_portal", "event", "feedback_option", "file", "invoice",
    "payment_intent", "payment_link", "payment_method", "plan", "product", "promotion_code", "quote",
    "setup_intent", "source", "subscription", "tax_rate", "token", "webhook",
)  # fmt: skip
"""What permissions are about: `rak_<resource>_read` and `rak_<resource>_write`."""

RESTRICTED_KEYS: dict[str, frozenset[str]] = {
    READ_ONLY_KEY: frozenset(f"rak_{resource}_write" for resource in RESOURCES),
    NO_PORTAL_KEY: frozenset({"rak_customer_portal_read", "rak_customer_portal_write"}),
    NO_INVOICES_KEY: frozenset({"rak_invoice_read", "rak_invoice_write"}),
    NO_SUBSCRIPTION_WRITE_KEY: frozenset({"rak_subscription_write"}),
    NO_EVENTS_KEY: frozenset({"rak_event_read"}),
    NO_CUSTOMERS_KEY: frozenset({"rak_customer_read", "rak_customer_write"}),
}
"""Restricted keys, with the permissions that each lacks."""

_NO_KEY = (
    "You did not provide an API key. You need to provide your API key in the Authorization header, "
    "using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See "
    "https://stripe.com/docs/api#authentication for details, or we can help at "
    "https://support.stripe.com/."
)
_SHOWN = 4


def authenticate(headers: Mapping[str, str], *, livemode: bool) -> str:
    """The key that a request carries, as Bearer or as the user of Basic authentication.

    Raises:
        StripeProblem: 401, where there is no key or not one that works.
    """
    key = _given(headers.get("Authorization", ""))
    if not key:
        raise StripeProblem(401, "invalid_request_error", None, _NO_KEY)
    if key == EXPIRED_KEY:
        message = f"Expired API Key provided: {masked(key)}"
        raise StripeProblem(401, "invalid_request_error", "api_key_expired", message)
    if key not in _accepted(livemode=livemode):
        message = f"Invalid API Key provided: {masked(key)}"
        raise StripeProblem(401, "invalid_request_error", None, message)
    return key


def authorize(key: str, permission: str, state: State) -> None:
    """Refuse a restricted key that lacks `permission`, such as `rak_invoice_read`.

    Raises:
        StripeProblem: 403, worded as Stripe does.
    """
    if permission in RESTRICTED_KEYS.get(key, ()):
        message = (
            f"The provided key '{masked(key)}' does not have the required permissions for this "
            f"endpoint on account '{_own_account(state)}'. Having the '{permission}' permission would allow "
            "this request to continue."
        )
        raise StripeProblem(403, "invalid_request_error", None, message)


def authorize_account(key: str, account: str | None, state: State) -> None:
    """Refuse a request for another account than the key's own.

    https://docs.stripe.com/connect/authentication#stripe-account-header

    Raises:
        StripeProblem: 403, worded as Stripe does; 501 for a connected account, whose objects the
            sandbox doesn't have.
    """
    if account and account != _own_account(state):
        if account in state.kind("account"):
            raise unsupported("requests for a connected account")
        message = (
            f"The provided key '{masked(key)}' does not have access to account '{account}' (or that "
            "account does not exist). Application access may have been revoked."
        )
        raise StripeProblem(403, "invalid_request_error", "account_invalid", message)


def _own_account(state: State) -> str:
    return next(iter(state.kind("account")), "acct_sandbox")


def masked(key: str) -> str:
    """A key as Stripe shows it in messages: its kind, stars and the last four characters."""
    kind = "_".join(key.split("_")[:2]) + "_" if key.count("_") > 1 else ""
    hidden = key[len(kind) : -_SHOWN]
    return f"{kind}{'*' * len(hidden)}{key[len(kind) + len(hidden) :]}"


def _accepted(*, livemode: bool) -> set[str]:
    return {LIVE_KEY} if livemode else {FULL_KEY, *RESTRICTED_KEYS}


def _given(header: str) -> str:
    scheme, _, value = header.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""
