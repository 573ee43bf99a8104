"""What several kinds of objects have in common."""

from __future__ import annotations

from functools import cache
from typing import Any

from portal_desk.models.json import Json

EMPTY_ADDRESS: Json = {
    "city": None,
    "country": None,
    "line1": None,
    "line2": None,
    "postal_code": None,
    "state": None,
}
AUTOMATIC_TAX_OFF: Json = {"disabled_reason": None, "enabled": False, "liability": None}
SELF_ISSUER: Json = {"type": "self"}
# Nested objects that stay the same are shared: whoever changes an object replaces them whole.


def listed(url: str, data: list[Json]) -> Json:
    """A nested Stripe list that holds all its entries."""
    return {"object": "list", "data": data, "has_more": False, "url": url}


def address(**fields: str | None) -> Json:
    """A postal address with every field."""
    return EMPTY_ADDRESS | fields


def filled(defaults: Json, fields: Json, kind: str) -> Json:
    """The defaults with `fields` over them.

    Raises:
        TypeError: if a field is none of this kind's: a slip in the sandbox itself.
    """
    if unknown := fields.keys() - defaults.keys():
        msg = f"a {kind} has no {', '.join(sorted(unknown))}"
        raise TypeError(msg)
    defaults.update(fields)
    return defaults


@cache
def billing_mode(kind: str) -> Json:
    """How a subscription computes its bills: `classic` or `flexible`."""
    flexible: Any = {"proration_discounts": "included"} if kind == "flexible" else None
    return {"flexible": flexible, "type": kind, "updated_at": None}
