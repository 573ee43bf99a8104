"""What a configuration says that this version of the desk doesn't know: newer than it, or damaged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from portal_desk.models.json import Json
from portal_desk.models.loose import as_list, as_object, as_objects, as_text
from portal_desk.portal.document import Reason
from portal_desk.services.portal.rules.facts import feature, setting
from portal_desk.services.portal.rules.registry import configured

_FEATURES = frozenset(
    {
        "customer_update",
        "invoice_history",
        "payment_method_update",
        "subscription_cancel",
        "subscription_pause",
        "subscription_update",
    }
)
_CHOICES = {
    "customer_update.allowed_updates": {
        "address", "email", "name", "phone", "shipping", "tax_id",
    },
    "subscription_update.default_allowed_updates": {"price", "promotion_code", "quantity"},
    "subscription_update.proration_behavior": {"always_invoice", "create_prorations", "none"},
    "subscription_update.trial_update_behavior": {"continue_trial", "end_trial"},
    "subscription_update.billing_cycle_anchor": {"now", "unchanged"},
    "subscription_cancel.mode": {"at_period_end", "immediately"},
    "subscription_cancel.proration_behavior": {"always_invoice", "create_prorations", "none"},
}  # fmt: skip
"""The values of settings (https://docs.stripe.com/api/customer_portal/configurations/object)."""
_CONDITIONS = {"decreasing_item_amount", "shortening_interval"}
_NEWER = "Update the desk, or look at it in Stripe's Dashboard."


def unknown_settings(configuration: Json) -> list[Reason]:
    """What may make the real portal differ from what is shown here."""
    features = configuration.get("features")
    if features is not None and not isinstance(features, dict):
        text = "the configuration's features can't be read, so none of them is shown"
        return [configured(text, "Sync again.", "features")]
    return [
        *_damaged(as_object(features)),
        *_new_features(as_object(features)),
        *_values(configuration),
    ]


def _damaged(features: Json) -> Iterator[Reason]:
    for name in sorted(_FEATURES & features.keys()):
        if features[name] is not None and not isinstance(features[name], dict):
            text = f"{name} can't be read, and is shown as switched off"
            yield configured(text, "Sync again.", f"features.{name}")


def _new_features(features: Json) -> Iterator[Reason]:
    for name in sorted(features.keys() - _FEATURES):
        if as_object(features[name]).get("enabled") is not False:
            text = f"this version doesn't know the feature “{name}”, and doesn't show it"
            yield configured(text, _NEWER, f"features.{name}")


def _values(configuration: Json) -> Iterator[Reason]:
    for path, known in _CHOICES.items():
        name, field = path.split(".")
        given = feature(configuration, name).get(field)
        yield from _strange(_texts(given), known, path, configuration)
    path = "subscription_update.schedule_at_period_end"
    waiting = as_object(feature(configuration, "subscription_update").get("schedule_at_period_end"))
    types = (as_text(one.get("type")) for one in as_objects(waiting.get("conditions")))
    yield from _strange(types, _CONDITIONS, path, configuration)


def _texts(given: object) -> Iterator[str]:
    for one in [given] if isinstance(given, str) else as_list(given):
        if isinstance(one, str):
            yield one


def _strange(
    given: Iterable[str], known: set[str], path: str, configuration: Json
) -> Iterator[Reason]:
    for value in given:
        if value and value not in known:
            text = f"this version doesn't know “{value}” in {path}, and leaves it aside"
            yield configured(text, _NEWER, setting(configuration, path))
