"""What is wrong with a portal configuration by itself (R5, R6, R7, R22, R26)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from portal_desk.models.json import Json
from portal_desk.models.loose import as_list, as_object, as_text
from portal_desk.models.prices import interval_of
from portal_desk.portal.document import Reason
from portal_desk.services.portal.rules.facts import (
    fact,
    feature,
    is_on,
    offered_products,
    product_id,
    setting,
)
from portal_desk.services.portal.rules.registry import because

MOST_PRODUCTS = 10
_PRORATION = "subscription_cancel.proration_behavior"


def check_configuration(configuration: Json, prices: Mapping[str, Json]) -> list[Reason]:
    """Everything in a configuration that Stripe refuses, or that leaves customers with less than expected.

    Args:
        configuration: a portal configuration, complete or not.
        prices: the prices that it names, by id; those that are missing here are not judged.
    """
    return [
        *unspecified_tax(configuration, prices),
        *same_product_and_interval(configuration, prices),
        *too_many_products(configuration),
        *cancellation_prorations(configuration),
        *updates_without_payment_methods(configuration),
    ]


def _offered(configuration: Json, prices: Mapping[str, Json]) -> list[Json]:
    """The known prices that a configuration offers while it allows switching at all."""
    if not is_on(configuration, "subscription_update"):
        return []
    ids = [
        price
        for product in offered_products(configuration) or []
        for price in as_list(product.get("prices"))
    ]
    return [as_object(prices[price]) for price in ids if isinstance(price, str) and price in prices]


def unspecified_tax(configuration: Json, prices: Mapping[str, Json]) -> list[Reason]:
    """R5: nobody can switch to a price whose tax behaviour is unspecified."""
    return [
        because(
            "R5",
            f"nobody can switch to the offered {price.get('id')}: its tax behavior is unspecified",
            "Set its tax behavior in Stripe.",
            fact(price, "tax_behavior"),
        )
        for price in _offered(configuration, prices)
        if as_text(price.get("tax_behavior")) in {"", "unspecified"}
    ]


def same_product_and_interval(configuration: Json, prices: Mapping[str, Json]) -> list[Reason]:
    """R6: two offered prices may not share product and interval."""
    shared = Counter(
        (product_id(price), interval_of(price)[0]) for price in _offered(configuration, prices)
    )
    return [
        because(
            "R6",
            f"{count} offered prices of {product} are billed by the same interval ({interval})",
            "Offer one of them.",
            *_sharing(configuration, prices, product, interval),
        )
        for (product, interval), count in shared.items()
        if count > 1
    ]


def _sharing(
    configuration: Json, prices: Mapping[str, Json], product: str, interval: str
) -> list[str]:
    """The offered prices of a product that are billed by the same interval."""
    found = (one for one in _offered(configuration, prices) if product_id(one) == product)
    return [fact(one, "recurring.interval") for one in found if interval_of(one)[0] == interval]


def too_many_products(configuration: Json) -> list[Reason]:
    """R7: at most ten products."""
    count = len(offered_products(configuration) or [])
    if count <= MOST_PRODUCTS:
        return []
    return [
        because(
            "R7",
            f"{count} products are offered, {MOST_PRODUCTS} is the most",
            "Offer fewer products, or make a second configuration.",
            f"features.subscription_update.products: {count} entries",
        )
    ]


def cancellation_prorations(configuration: Json) -> list[Reason]:
    """R22: which prorations go with a cancellation."""
    cancel = feature(configuration, "subscription_cancel")
    behavior, mode = cancel.get("proration_behavior"), cancel.get("mode")
    if behavior == "always_invoice":
        return [
            because(
                "R22",
                "cancelling can't invoice prorations at once",
                "Choose create_prorations or none.",
                setting(configuration, _PRORATION),
            )
        ]
    if behavior == "create_prorations" and mode == "at_period_end":
        return [
            because(
                "R22",
                "cancelling at period end makes no prorations",
                "Choose mode immediately, or proration none.",
                setting(configuration, _PRORATION),
                setting(configuration, "subscription_cancel.mode"),
            )
        ]
    return []


def updates_without_payment_methods(configuration: Json) -> list[Reason]:
    """R26: subscription updates need payment method updates."""
    updates = is_on(configuration, "subscription_update")
    if not updates or is_on(configuration, "payment_method_update"):
        return []
    return [
        because(
            "R26",
            "subscription updates are enabled while payment method updates are disabled",
            "Enable payment method updates in the configuration.",
            setting(configuration, "subscription_update.enabled"),
            setting(configuration, "payment_method_update.enabled"),
        )
    ]
