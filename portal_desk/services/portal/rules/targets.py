"""Which of the offered prices a subscription can be switched to, and why not to the others (R5, R11, R23)."""

from __future__ import annotations

from dataclasses import dataclass

from portal_desk.models.json import Json
from portal_desk.models.loose import as_count, as_id, as_list, as_object, as_text
from portal_desk.models.prices import in_currency
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.portal.document import Reason
from portal_desk.services.portal.rules.facts import (
    fact,
    offered_products,
    price_of,
    product_id,
    subscription_items,
)
from portal_desk.services.portal.rules.registry import because, configured


@dataclass(frozen=True, slots=True)
class Quantities:
    """How many of a product a customer may choose; `maximum` None means any number."""

    minimum: int
    maximum: int | None


@dataclass(frozen=True)
class TargetPrice:
    """An offered price.

    Attributes:
        price: the price, in the subscription's currency if it has that; only its `id` where the cache doesn't know it.
        product: its product's id.
        reasons: why the customer is not offered it; empty where they are.
        quantities: how many may be chosen, or None where the quantity stays.
    """

    price: Json
    product: str
    reasons: tuple[Reason, ...] = ()
    quantities: Quantities | None = None

    @property
    def is_allowed(self) -> bool:
        """Whether the customer can switch to it."""
        return not self.reasons


def target_prices(
    subscription: Json, configuration: Json, snapshot: CustomerSnapshot
) -> tuple[TargetPrice, ...]:
    """Every price that the configuration offers, in its order, each allowed or explained."""
    items = subscription_items(subscription)
    current = price_of(items[0]) if items else {}
    currency = str(subscription.get("currency") or current.get("currency"))
    prices = {name: in_currency(price, currency) for name, price in snapshot.prices.items()}
    return tuple(
        TargetPrice(
            price=prices.get(price_id, {"id": price_id}),
            product=as_id(product.get("product")),
            reasons=tuple(_exclusions(prices.get(price_id), current, currency, snapshot)),
            quantities=quantities_of(product),
        )
        for product in offered_products(configuration) or []
        for price_id in as_list(product.get("prices"))
        if isinstance(price_id, str)
    )


def _exclusions(
    price: Json | None, current: Json, currency: str, snapshot: CustomerSnapshot
) -> list[Reason]:
    if price is None:
        return [configured("this price hasn't been synced yet", "Wait for the sync to finish.")]
    return [
        *_same_price(price, current),
        *_inactive(price, snapshot),
        *_other_currency(price, currency),
        *other_tax_behavior(price, current),
    ]


def _same_price(price: Json, current: Json) -> list[Reason]:
    if price.get("id") != current.get("id"):
        return []
    return [configured("it is the present price", "", f"items.data[0].price = {price.get('id')}")]


def _inactive(price: Json, snapshot: CustomerSnapshot) -> list[Reason]:
    """Archived prices and products can't be subscribed to."""
    product = snapshot.products.get(product_id(price), {})
    if price.get("active") is False:
        given = fact(price, "active")
        return [configured("the price is archived", "Activate it in Stripe.", given)]
    if product.get("active") is False:
        given = fact(product, "active")
        return [configured("the product is archived", "Activate it in Stripe.", given)]
    return []


def _other_currency(price: Json, currency: str) -> list[Reason]:
    """A subscription keeps its currency; a price may have more than one, and then comes in this one."""
    if price.get("currency") == currency:
        return []
    offered = str(price.get("currency") or "another currency").upper()
    return [
        configured(
            f"it is in {offered}, the subscription in {currency.upper()}",
            "Add a price in the subscription's currency.",
            fact(price, "currency"),
        )
    ]


def other_tax_behavior(price: Json, current: Json) -> list[Reason]:
    """R5: both prices must treat tax in the same, specified way."""
    wanted, present = as_text(price.get("tax_behavior")), as_text(current.get("tax_behavior"))
    unspecified = {"", "unspecified"}
    if present in unspecified:
        text = "the present price's tax behavior is unspecified"
    elif wanted in unspecified:
        text = "its tax behavior is unspecified"
    elif wanted != present:
        text = f"its tax is {wanted}, the present price's is {present}"
    else:
        return []
    way_out = "Offer a price with the same tax behavior, or switch from the desk."
    return [
        because("R5", text, way_out, fact(price, "tax_behavior"), fact(current, "tax_behavior"))
    ]


def quantities_of(product: Json) -> Quantities | None:
    """R11: how many of an offered product may be chosen, or None where the quantity stays."""
    adjustable = as_object(product.get("adjustable_quantity"))
    if adjustable.get("enabled") is not True:
        return None
    return Quantities(as_count(adjustable.get("minimum")) or 0, as_count(adjustable.get("maximum")))


def offered_product(configuration: Json, product: str) -> Json | None:
    """A product's entry in the configuration, if it is offered."""
    offered = offered_products(configuration) or []
    return next((entry for entry in offered if as_id(entry.get("product")) == product), None)
