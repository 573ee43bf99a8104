"""Coupons and promotion codes."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox.billing.discounts import is_active
from portal_desk.sandbox.call import Call, Endpoint, fetch
from portal_desk.sandbox.endpoints.changes import only, plain_changes
from portal_desk.sandbox.lists import page
from portal_desk.sandbox.objects import new_coupon, new_promotion_code
from portal_desk.sandbox.problems import invalid

_PAGE = ("created", "ending_before", "limit", "starting_after")
_COUPON = (
    "amount_off", "currency", "duration", "duration_in_months", "max_redemptions", "name",
    "percent_off", "redeem_by",
)  # fmt: skip


def _list_coupons(call: Call) -> Json:
    only(call.params, *_PAGE)
    return page(call, "coupon")


def _retrieve_coupon(call: Call) -> Json:
    return call.named("coupon")


def _create_coupon(call: Call) -> Json:
    only(call.params, *_COUPON, "id", "metadata")
    params = call.params
    if ("percent_off" in params) == ("amount_off" in params):
        raise invalid("Must provide percent_off or amount_off, and not both.", "percent_off")
    if "amount_off" in params and "currency" not in params:
        message = "You must pass currency when passing amount_off"
        raise invalid(message, "currency", "parameter_missing")
    if params.get("duration") == "repeating" and "duration_in_months" not in params:
        raise invalid(
            "You must pass duration_in_months when passing duration=repeating",
            "duration_in_months",
            "parameter_missing",
        )
    wanted = params.get("id")
    if wanted and call.state.get("coupon", wanted):
        raise invalid("Coupon already exists.", "id", "resource_already_exists")
    fields = plain_changes(params, _COUPON) | ({"id": wanted} if wanted else {})
    return call.state.create(new_coupon(call.state, **fields), "coupon.created")


def _update_coupon(call: Call) -> Json:
    only(call.params, "metadata", "name")
    coupon = call.named("coupon")
    return call.state.update(coupon, plain_changes(call.params, ["name"], coupon), "coupon.updated")


def _delete_coupon(call: Call) -> Json:
    coupon = call.named("coupon")
    call.state.delete(coupon, "coupon.deleted")
    return {"id": coupon["id"], "object": "coupon", "deleted": True}


def _list_codes(call: Call) -> Json:
    only(call.params, *_PAGE, "active", "code", "coupon", "customer")
    code, coupon, active = (call.params.get(name) for name in ("code", "coupon", "active"))
    return page(
        call,
        "promotion_code",
        keep=lambda found: (
            (code is None or found["code"].lower() == code.lower())
            and (coupon is None or found["promotion"]["coupon"] == coupon)
            and (active is None or is_active(call.state, found, call.state.now()) == active)
        ),
        customer=call.params.get("customer"),
    )


def _retrieve_code(call: Call) -> Json:
    return call.named("promotion_code")


def _create_code(call: Call) -> Json:
    only(
        call.params,
        "active", "code", "customer", "expires_at", "max_redemptions", "metadata", "promotion",
        "restrictions",
    )  # fmt: skip
    promotion = call.params["promotion"]
    coupon = fetch(call.state, "coupon", promotion.get("coupon", ""), "promotion[coupon]")
    call.given("customer", "customer")
    code = call.params.get("code") or call.state.new_id("x", 8).removeprefix("x_").upper()
    if any(
        each["code"].lower() == code.lower()
        for each in call.state.where("promotion_code", active=True)
    ):
        message = f"An active promotion code with `code: {code}` already exists."
        raise invalid(message, "code", "resource_already_exists")
    fields = plain_changes(call.params, ("active", "customer", "expires_at", "max_redemptions"))
    new = new_promotion_code(call.state, coupon["id"], code, **fields)
    new["restrictions"] = {**new["restrictions"], **call.params.get("restrictions", {})}
    return call.state.create(new, "promotion_code.created")


def _update_code(call: Call) -> Json:
    only(call.params, "active", "metadata")
    code = call.named("promotion_code")
    changes = plain_changes(call.params, ["active"], code)
    return call.state.update(code, changes, "promotion_code.updated")


_COUPON_PATH = "/v1/coupons/{id}"
_CODES = "/v1/promotion_codes"

ENDPOINTS = (
    Endpoint("GET", "/v1/coupons", _list_coupons, "CouponListParams", "coupon"),
    Endpoint("POST", "/v1/coupons", _create_coupon, "CouponCreateParams", "coupon"),
    Endpoint("GET", _COUPON_PATH, _retrieve_coupon, "CouponRetrieveParams", "coupon"),
    Endpoint("POST", _COUPON_PATH, _update_coupon, "CouponUpdateParams", "coupon"),
    Endpoint("DELETE", _COUPON_PATH, _delete_coupon, "CouponDeleteParams", "coupon"),
    Endpoint("GET", _CODES, _list_codes, "PromotionCodeListParams", "promotion_code"),
    Endpoint("POST", _CODES, _create_code, "PromotionCodeCreateParams", "promotion_code"),
    Endpoint(
        "GET", f"{_CODES}/{{id}}", _retrieve_code, "PromotionCodeRetrieveParams", "promotion_code"
    ),
    Endpoint(
        "POST", f"{_CODES}/{{id}}", _update_code, "PromotionCodeUpdateParams", "promotion_code"
    ),
)
