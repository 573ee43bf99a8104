"""The portal's configurations: the everyday ones, and one for each way that a portal can differ."""

from __future__ import annotations

from typing import Any

from portal_desk.models.json import Json
from portal_desk.sandbox import objects
from portal_desk.sandbox.seeding.world import DAY, World

_CONTACT = ("name", "email", "address", "phone", "shipping", "tax_id")
_PLANS = ("starter", "team", "business")
_ALL = ("price", "quantity", "promotion_code")
_TEN = (*_PLANS, "storage", "sso", "domains", "analytics", "backups", "templates", "enterprise")
_SEATS = 20
_YOUNGEST_DAYS = 40


def make_configurations(world: World) -> None:
    """Store them; the default one was made first."""
    for number, (name, features, fields) in enumerate(_wanted(world)):
        created = world.now - (900 - number * 30) * DAY
        created = min(created, world.now - _YOUNGEST_DAYS * DAY)
        configuration = objects.new_configuration(
            world.state,
            features,
            name=name,
            created=created,
            updated=created,
            business_profile={
                "headline": fields.pop("headline", None),
                "privacy_policy_url": "https://fernleaf.example/privacy",
                "terms_of_service_url": "https://fernleaf.example/terms",
            },
            default_return_url="https://app.fernleaf.example/settings",
            **fields,
        )
        world.configurations[name] = configuration["id"]
        world.store(configuration, "billing_portal.configuration.created")


def _wanted(world: World) -> list[tuple[str, Json, dict[str, Any]]]:
    return [
        ("Standard", _features(world, "usd"), {
            "is_default": True, "headline": "Fernleaf partners with Stripe for billing.",
            "login_page": {"enabled": True, "url": None}, "metadata": {"scenario": "R24"}}),
        ("Eurozone", _features(world, "eur"), {}),
        ("United Kingdom", _features(world, "gbp"), {}),
        ("日本", _features(world, "jpy"), {"headline": "お支払いとプランの管理"}),
        ("Cancel only", _features(world, "usd", subscription_update=objects.update_feature()),
         {"metadata": {"scenario": "R1"}}),
        ("Downgrades at period end", _features(world, "usd", subscription_update=_update(
            world, "usd",
            schedule_conditions=("decreasing_item_amount", "shortening_interval"))),
         {"metadata": {"scenario": "R9"}}),
        ("Trials go on", _features(world, "usd", subscription_update=_update(
            world, "usd", trial_update_behavior="continue_trial")), {"metadata": {"scenario": "R8"}}),
        ("New period with every change", _features(world, "usd", subscription_update=_update(
            world, "usd", billing_cycle_anchor="now", proration_behavior="always_invoice")),
         {"metadata": {"scenario": "R10"}}),
        ("Seats between 5 and 20", _features(world, "usd", subscription_update=_seats(world)),
         {"metadata": {"scenario": "R11"}}),
        ("Cancel at once, credit the rest", _features(
            world, "usd", subscription_cancel=objects.cancel_feature(
                mode="immediately", proration_behavior="create_prorations")),
         {"metadata": {"scenario": "R22"}}),
        ("Updates, reasons and an offer to stay", _features(
            world, "usd", subscription_pause=True,
            subscription_cancel=objects.cancel_feature(reasons=objects.ALL_REASONS)),
         {"metadata": {"scenario": "R20", "retention_coupon": "STAY20"}}),
        ("Ten products", _features(world, "usd", subscription_update=objects.update_feature(
            allowed=("price",), products=[_offer(world, key, "usd") for key in _TEN])),
         {"metadata": {"scenario": "R7"}}),
        ("Invoices only", objects.new_features(payment_method_update=False),
         {"metadata": {"scenario": "R26"}}),
        ("Old portal (switched off)", _features(world, "usd"), {"active": False}),
    ]  # fmt: skip


def _features(world: World, currency: str, **over: Any) -> Json:
    chosen: dict[str, Any] = {
        "customer_update": _CONTACT,
        "subscription_cancel": objects.cancel_feature(reasons=objects.ALL_REASONS),
        "subscription_update": _update(world, currency),
    }
    return objects.new_features(**(chosen | over))


def _update(world: World, currency: str, **over: Any) -> Json:
    products = [_offer(world, key, currency) for key in _PLANS]
    return objects.update_feature(allowed=_ALL, products=products, **over)


def _seats(world: World) -> Json:
    products = [
        _offer(world, key, "usd") | {
            "adjustable_quantity": {"enabled": True, "maximum": _SEATS, "minimum": 5}
        }
        for key in ("team", "business")
    ]  # fmt: skip
    return objects.update_feature(allowed=("price", "quantity"), products=products)


def _offer(world: World, key: str, currency: str) -> Json:
    prices = [
        world.prices[key, currency, interval]["id"]
        for interval in ("month", "year")
        if (key, currency, interval) in world.prices
    ]
    product = world.products[key]
    return objects.offered_product(
        product["id"], prices, adjustable=product["unit_label"] is not None
    )
