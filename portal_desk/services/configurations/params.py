"""The parameters that make a portal configuration, or change one.

Only what differs is sent, so that a field that this program doesn't know stays as it is. Within a feature the smallest
thing that is sent is one of its own fields, whole: `cancellation_reason` with all that is in it.
https://docs.stripe.com/api/customer_portal/configurations/create
"""

from __future__ import annotations

from typing import Any

from portal_desk.models.json import Json
from portal_desk.models.loose import as_object
from portal_desk.services.configurations.comparing import changed
from portal_desk.services.configurations.fields import (
    METADATA,
    WRITABLE,
    unknown_fields,
    value_at,
    with_value,
)

EXPAND = ["features.subscription_update.products"]
"""Which products are offered is left out of answers unless asked for (R23)."""

_DEPTH = {"features": 3, "business_profile": 2, "login_page": 2}


def creation(draft: Json) -> Json:
    """The parameters of `POST /v1/billing_portal/configurations`: all that is set."""
    params: Json = {"features": {}}
    for unit in _units([*WRITABLE, *unknown_fields(draft)]):
        value = _filled(_written(value_at(draft, unit)))
        if value not in ("", {}) and not _is_unused_reason(unit, value):
            params = with_value(params, unit, value)
    for feature in params["features"].values():
        feature.setdefault("enabled", False)
    return params


def changes(base: Json, draft: Json) -> Json:
    """The parameters of `POST /v1/billing_portal/configurations/:id`: all that is different; may be empty.

    A feature that is switched on is sent with all of its fields: Stripe checks that they are there.
    """
    params: Json = {}
    paths = changed(base, draft)
    for unit in _units(paths):
        if unit == METADATA:
            params[METADATA] = _metadata(base, draft)
        else:
            params = with_value(params, unit, _written(value_at(draft, unit)))
    for name in as_object(draft.get("features")):
        if (
            f"features.{name}.enabled" in paths
            and value_at(draft, f"features.{name}.enabled") is True
        ):
            params["features"][name] = creation(draft)["features"][name] | params["features"][name]
    return params


def _units(paths: list[str]) -> list[str]:
    """The smallest things that can be sent and hold these fields."""
    parts = (path.split(".") for path in paths)
    return list(dict.fromkeys(".".join(one[: _DEPTH.get(one[0], 1)]) for one in parts))


def _metadata(base: Json, draft: Json) -> Any:  # noqa: ANN401 - Stripe takes "" for none
    """Only the keys that differ; an empty value takes a key away."""
    before, after = as_object(base.get(METADATA)), as_object(draft.get(METADATA))
    gone = dict.fromkeys(before.keys() - after.keys(), "")
    return gone | {key: value for key, value in after.items() if before.get(key) != value}


def _written(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """A value as a parameter: an id for what is expanded, and an empty string for nothing at all."""
    match value:
        case None | []:
            return ""
        case list():
            return [_written(one) for one in value]
        case {"id": str(found), "object": _}:
            return found
        case dict():
            return {name: _written(inner) for name, inner in value.items() if inner is not None}
        case _:
            return value


def _filled(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """A parameter without what is empty in it: there is nothing yet that could be unset."""
    if not isinstance(value, dict):
        return value
    inner = {name: _filled(one) for name, one in value.items()}
    return {name: one for name, one in inner.items() if one not in ("", {})}


def _is_unused_reason(unit: str, value: Any) -> bool:  # noqa: ANN401 - any JSON
    """Reasons for cancelling that nobody is asked for: Stripe wants some options with them."""
    return (
        unit.endswith(".cancellation_reason")
        and not value.get("enabled")
        and not value.get("options")
    )
