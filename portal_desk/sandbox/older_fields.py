"""What could be expanded in older API versions, because objects named it then."""

from __future__ import annotations

from typing import Any

from portal_desk.models.json import Json
from portal_desk.sandbox.older_shapes import BEFORE_BASIL, BEFORE_CLOVER
from portal_desk.sandbox.state import State
from portal_desk.sandbox.versions import BASIL, CLOVER

_EXPANDABLE = {
    CLOVER: {"discount": {"coupon": "coupon"}, "promotion_code": {"coupon": "coupon"}},
    BASIL: {
        "charge": {"invoice": "invoice"},
        "invoice": {
            "charge": "charge",
            "discount": "discount",
            "payment_intent": "payment_intent",
            "subscription": "subscription",
        },
        "invoiceitem": {"price": "price"},
        "line_item": {"price": "price"},
        "payment_intent": {"invoice": "invoice"},
        "subscription": {"discount": "discount"},
    },
}
"""What could be expanded before each version and can't be any more; of which kind it is."""
_SHAPES = {CLOVER: BEFORE_CLOVER, BASIL: BEFORE_BASIL}


def older_kind(kind: str, field: str, version: str) -> str | None:
    """The kind of what an object names in a field that only versions as old as `version` have."""
    for since, kinds in _EXPANDABLE.items():
        if version < since and field in kinds.get(kind, ()):
            return kinds[kind][field]
    return None


def older_value(state: State, found: Json, field: str, version: str) -> tuple[str | None, Any]:
    """That kind, and the id or the object that is named."""
    kind = older_kind(found.get("object", ""), field, version)
    if kind is None:
        return None, None
    since = next(
        since for since, kinds in _EXPANDABLE.items() if field in kinds.get(found["object"], ())
    )
    return kind, _SHAPES[since][found["object"]](state, found)[field]


def expanded(found: Json) -> Json:
    """What was expanded of the older fields of an object in its newer shape."""
    fields = (kinds.get(found.get("object", ""), ()) for kinds in _EXPANDABLE.values())
    return {
        name: found[name] for each in fields for name in each if isinstance(found.get(name), dict)
    }
