"""Checking a key against Stripe before it is kept: whose it is, and whether it may read what the desk needs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from portal_desk.errors import InvalidInput, PermissionMissing

if TYPE_CHECKING:
    from portal_desk.models.json import Json
    from portal_desk.services.stripe_gateway import StripeGateway

_SHAPE = re.compile(r"(?:sk|rk)_(?P<mode>live|test)_[A-Za-z0-9]{8,}")
_WRONG_KIND = {
    "pk_": "This is a publishable key: it is made for web pages and can't read anything.",
    "whsec_": "This is the signing secret of a webhook, not an API key.",
    "ek_": "This is an ephemeral key, made for one customer's app.",
    "sk_org_": "Keys of an organization are not supported.",
}
_WHERE = (
    "Make a restricted key (rk_…) in Stripe's Dashboard under Developers › API keys, and paste it."
)

PROBES = {
    "/v1/customers": "rak_customer_read",
    "/v1/subscriptions": "rak_subscription_read",
    "/v1/invoices": "rak_invoice_read",
    "/v1/products": "rak_product_read",
    "/v1/prices": "rak_plan_read",
    "/v1/coupons": "rak_coupon_read",
    "/v1/promotion_codes": "rak_promotion_code_read",
    "/v1/subscription_schedules": "rak_subscription_read",
    "/v1/billing_portal/configurations": "rak_customer_portal_read",
    "/v1/events": "rak_event_read",
}
"""What sync lists, and the permission that Stripe asks for there where it does not name it itself."""


def mode(key: str) -> bool:
    """Whether `key` is for live mode, judged by its shape alone.

    Raises:
        InvalidInput: it is no secret or restricted key.
    """
    for prefix, said in sorted(_WRONG_KIND.items(), key=lambda one: -len(one[0])):
        if key.startswith(prefix):
            raise InvalidInput(said, _WHERE)
    shape = _SHAPE.fullmatch(key)
    if shape is None:
        raise InvalidInput(
            "This doesn't look like a Stripe key: one begins with rk_live_, rk_test_, sk_live_ or sk_test_.",
            _WHERE,
        )
    return shape["mode"] == "live"


def refuse_address(api_base: str | None) -> None:
    """Raise InvalidInput where `api_base` is no address to reach Stripe at: a key goes there."""
    if api_base is None:
        return
    address = urlsplit(api_base)
    local = address.hostname in {"127.0.0.1", "::1", "localhost"}
    if address.hostname and (address.scheme == "https" or (address.scheme == "http" and local)):
        return
    raise InvalidInput(
        f"“{api_base}” is no address that a key can be sent to.",
        "Give one that begins with https://, or with http://127.0.0.1 for a sandbox.",
    )


async def check(gateway: StripeGateway) -> Json:
    """The account behind the gateway's key, once all that the desk reads was tried (one cheap read each).

    Raises:
        PermissionMissing: with every permission that is missing in its message.
        KeyRejected: the key is wrong, revoked or expired.
        StripeError, Offline: as the gateway raises them.
    """
    account, missing = await _account(gateway)
    for path, usual_name in PROBES.items():
        try:
            await gateway.get(path, {"limit": 1})
        except PermissionMissing as error:
            missing.append(error.permission or usual_name)
    if missing:
        raise _too_narrow(sorted(set(missing)))
    return account


async def _account(gateway: StripeGateway) -> tuple[Json, list[str]]:
    try:
        return await gateway.get("/v1/account"), []
    except PermissionMissing as error:
        return {}, [error.permission or "rak_accounts_kyc_basic_read"]


def _too_narrow(missing: list[str]) -> PermissionMissing:
    plural, them = ("s", "these permissions") if len(missing) > 1 else ("", "this permission")
    error = PermissionMissing(
        f"The key lacks the permission{plural} {', '.join(missing)}.",
        f"Give the key {them} in Stripe's Dashboard under Developers › API keys, "
        "then connect again. Nothing was stored.",
        type="invalid_request_error",
        http_status=403,
    )
    error.permission = missing[0]
    return error
