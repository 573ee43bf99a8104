"""What the rules ask about a configuration and a subscription, whatever shape these are in.

A configuration may be older or newer than this program: whatever is missing, or of another type than expected, counts
as not there.
"""

from __future__ import annotations

import json

from portal_desk.models.json import Json
from portal_desk.models.loose import as_id, as_object, as_objects, as_text


def fact(thing: Json, path: str) -> str:
    """A field of a Stripe object as the rules found it: `price_1 recurring.usage_type = metered`."""
    value: object = thing
    for name in path.split("."):
        value = as_object(value).get(name)
    return f"{as_text(thing.get('id'))} {path} = {_written(value)}".strip()


def setting(configuration: Json, path: str) -> str:
    """A setting of a configuration as the rules found it: `features.subscription_cancel.mode = immediately`."""
    return fact({"features": configuration.get("features")}, f"features.{path}")


def _written(value: object) -> str:
    if isinstance(value, dict) and as_text(value.get("id")):
        return as_text(value["id"])
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def feature(configuration: Json, name: str) -> Json:
    """One feature of a configuration; empty where the configuration doesn't mention it."""
    return as_object(as_object(configuration.get("features")).get(name))


def is_on(configuration: Json, name: str) -> bool:
    """Whether a feature is enabled."""
    return feature(configuration, name).get("enabled") is True


def offered_products(configuration: Json) -> list[Json] | None:
    """The products that customers may switch to, or None where the configuration came without them (R23)."""
    update = feature(configuration, "subscription_update")
    return as_objects(update["products"]) if update.get("products") is not None else None


def subscription_items(subscription: Json) -> list[Json]:
    """The items of a subscription."""
    return as_objects(subscription.get("items"))


def price_of(item: Json) -> Json:
    """The price of a subscription's item."""
    return as_object(item.get("price"))


def product_id(price: Json) -> str:
    """The product of a price."""
    return as_id(price.get("product"))
