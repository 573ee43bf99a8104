"""What the business sells: products and prices, coupons and promotion codes, tax rates."""

from __future__ import annotations

from typing import Any

from portal_desk.models.json import Json
from portal_desk.sandbox.objects.common import filled
from portal_desk.sandbox.state import State


def new_product(state: State, name: str, **fields: Any) -> Json:
    """A complete product; it is not stored yet."""
    now = fields.get("created", state.now())
    product: Json = {
        "id": fields.get("id") or state.new_id("prod"),
        "object": "product",
        "active": True,
        "created": now,
        "default_price": None,
        "description": None,
        "images": [],
        "livemode": state.livemode,
        "marketing_features": [],
        "metadata": {},
        "name": name,
        "package_dimensions": None,
        "shippable": None,
        "statement_descriptor": None,
        "tax_code": None,
        "tax_details": None,
        "type": "service",
        "unit_label": None,
        "updated": now,
        "url": None,
    }
    return filled(product, fields, "product")


def recurring(interval: str, count: int = 1, *, meter: str | None = None) -> Json:
    """How often a price recurs; a price with a meter is billed by usage."""
    return {
        "interval": interval,
        "interval_count": count,
        "meter": meter,
        "trial_period_days": None,
        "usage_type": "metered" if meter else "licensed",
    }


_ASKED_FOR = ("currency_options", "tiers")
"""Fields that a price need not have."""


def new_price(state: State, product: str, *, currency: str, **fields: Any) -> Json:
    """A complete price; it is not stored yet.

    Args:
        state: where ids and the time come from.
        product: `prod_…`.
        currency: ISO code in lower case.
        fields: whatever differs from the defaults: `unit_amount` (minor units), `recurring`, …
    """
    amount = fields.get("unit_amount")
    price: Json = {
        "id": fields.get("id") or state.new_id("price", 24),
        "object": "price",
        "active": True,
        "billing_scheme": "per_unit",
        "created": state.now(),
        "currency": currency,
        "custom_unit_amount": None,
        "livemode": state.livemode,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "product": product,
        "recurring": None,
        "tax_behavior": "unspecified",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "recurring" if fields.get("recurring") else "one_time",
        "unit_amount": None,
        "unit_amount_decimal": None if amount is None else str(amount),
    }
    asked_for = {name: fields.pop(name) for name in _ASKED_FOR if name in fields}
    return filled(price, fields, "price") | asked_for


def plan_of(price: Json) -> Json:
    """The plan that a recurring price is in Stripe's older words; it is never stored itself."""
    terms = price["recurring"]
    shared = ("id", "active", "billing_scheme", "created", "currency", "livemode", "nickname")
    return {name: price[name] for name in shared} | {
        "object": "plan",
        "amount": price["unit_amount"],
        "amount_decimal": price["unit_amount_decimal"],
        "interval": terms["interval"],
        "interval_count": terms["interval_count"],
        "metadata": price["metadata"],
        "meter": terms["meter"],
        "product": price["product"],
        "tiers_mode": price["tiers_mode"],
        "transform_usage": price["transform_quantity"],
        "trial_period_days": terms["trial_period_days"],
        "usage_type": terms["usage_type"],
    }


def new_coupon(state: State, **fields: Any) -> Json:
    """A complete coupon, by `percent_off` or `amount_off` (minor units); it is not stored yet."""
    coupon: Json = {
        "id": fields.get("id") or state.new_id("coupon", 8).removeprefix("coupon_"),
        "object": "coupon",
        "amount_off": None,
        "created": state.now(),
        "currency": None,
        "duration": "once",
        "duration_in_months": None,
        "livemode": state.livemode,
        "max_redemptions": None,
        "metadata": {},
        "name": None,
        "percent_off": None,
        "redeem_by": None,
        "times_redeemed": 0,
        "valid": True,
    }
    return filled(coupon, fields, "coupon")


def new_promotion_code(state: State, coupon: str, code: str, **fields: Any) -> Json:
    """A complete promotion code for a coupon; it is not stored yet."""
    promotion_code: Json = {
        "id": fields.get("id") or state.new_id("promo", 24),
        "object": "promotion_code",
        "active": True,
        "code": code,
        "created": state.now(),
        "customer": None,
        "customer_account": None,
        "expires_at": None,
        "livemode": state.livemode,
        "max_redemptions": None,
        "metadata": {},
        "promotion": {"coupon": coupon, "type": "coupon"},
        "restrictions": {
            "first_time_transaction": False,
            "minimum_amount": None,
            "minimum_amount_currency": None,
        },
        "times_redeemed": 0,
    }
    return filled(promotion_code, fields, "promotion code")


def new_tax_rate(state: State, name: str, percentage: float, **fields: Any) -> Json:
    """A complete tax rate; it is not stored yet."""
    rate: Json = {
        "id": fields.get("id") or state.new_id("txr", 24),
        "object": "tax_rate",
        "active": True,
        "country": None,
        "created": state.now(),
        "description": None,
        "display_name": name,
        "effective_percentage": percentage,
        "flat_amount": None,
        "inclusive": False,
        "jurisdiction": None,
        "jurisdiction_level": "country",
        "livemode": state.livemode,
        "metadata": {},
        "percentage": percentage,
        "rate_type": "percentage",
        "state": None,
        "tax_type": "vat",
    }
    return filled(rate, fields, "tax rate")
