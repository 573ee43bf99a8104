"""What is wrong with a draft of a portal configuration, said at the field where it can be mended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from portal_desk.errors import StripeError
from portal_desk.models.json import Json
from portal_desk.models.loose import as_count, as_object, as_objects
from portal_desk.portal.document import Reason
from portal_desk.services.configurations.fields import METADATA, PRODUCTS, value_at
from portal_desk.services.portal.rules.configuration import (
    cancellation_prorations,
    same_product_and_interval,
    too_many_products,
    unspecified_tax,
    updates_without_payment_methods,
)

_UPDATE = "features.subscription_update"
_CANCEL = "features.subscription_cancel"
_REASON = f"{_CANCEL}.cancellation_reason"
_DURATION = "features.subscription_pause.duration"
_ADDRESSES = (
    "default_return_url",
    "business_profile.privacy_policy_url",
    "business_profile.terms_of_service_url",
)
_NEEDED = {
    "features.customer_update.allowed_updates": (
        "features.customer_update.enabled",
        "Choose at least one detail that customers can change, or switch this off.",
    ),
    f"{_UPDATE}.default_allowed_updates": (
        f"{_UPDATE}.enabled",
        "Choose at least one kind of change, or switch plan changes off.",
    ),
    PRODUCTS: (f"{_UPDATE}.enabled", "Offer at least one product, or switch plan changes off."),
    f"{_REASON}.options": (
        f"{_REASON}.enabled",
        "Choose at least one reason, or don’t ask for one.",
    ),
}
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_LONGEST_PAUSE = 3 * 365
"""Days: https://docs.stripe.com/api/customer_portal/configurations/create says three years."""

_MOST_KEYS, _LONGEST_KEY, _LONGEST_VALUE = 50, 40, 500
"""https://docs.stripe.com/metadata"""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where.

    Attributes:
        path: the field; empty for the configuration as a whole.
        text: one or two sentences.
        rule: the rule's code, such as `R6`, if it is one.
        source: where Stripe documents it.
        blocks: whether Stripe would refuse; otherwise customers get less than expected.
    """

    path: str
    text: str
    rule: str = ""
    source: str = ""
    blocks: bool = True


def check(draft: Json, prices: Mapping[str, Json]) -> list[Problem]:
    """All that is wrong with a draft.

    Args:
        prices: the account's prices by id; those that are missing here are not judged.
    """
    return [
        *_of_rules(updates_without_payment_methods(draft), f"{_UPDATE}.enabled"),
        *_of_rules(too_many_products(draft), PRODUCTS),
        *_of_rules(same_product_and_interval(draft, prices), PRODUCTS),
        *_of_rules(unspecified_tax(draft, prices), PRODUCTS, blocks=False),
        *_of_rules(cancellation_prorations(draft), f"{_CANCEL}.proration_behavior"),
        *_missing(draft),
        *_addresses(draft),
        *_products(draft),
        *_pauses(draft),
        *_metadata(draft),
    ]


def refusal(error: StripeError) -> Problem:
    """Stripe's refusal as a problem of the field that it names: `features[subscription_update][products][0]`."""
    path = (error.param or "").replace("]", "").replace("[", ".")
    return Problem(path, str(error))


def _of_rules(found: list[Reason], path: str, *, blocks: bool = True) -> Iterator[Problem]:
    for reason in found:
        said = f"{reason.text[0].upper()}{reason.text[1:]}. {reason.way_out}"
        yield Problem(path, said, reason.rule, reason.source, blocks)


def _missing(draft: Json) -> Iterator[Problem]:
    for path, (switch, text) in _NEEDED.items():
        if value_at(draft, switch) is True and not value_at(draft, path):
            yield Problem(path, text)


def _addresses(draft: Json) -> Iterator[Problem]:
    for path in _ADDRESSES:
        address = value_at(draft, path)
        if address and not _is_address(str(address)):
            yield Problem(path, "Type a whole web address, such as https://example.com/page.")


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and " " not in text


def _products(draft: Json) -> Iterator[Problem]:
    for offer in as_objects(value_at(draft, PRODUCTS)):
        product = str(offer.get("product"))
        if not offer.get("prices"):
            yield Problem(PRODUCTS, f"Choose a price of {product}, or take the product out.")
        quantity = as_object(offer.get("adjustable_quantity"))
        least, most = as_count(quantity.get("minimum")) or 0, as_count(quantity.get("maximum"))
        if quantity.get("enabled") is True and most is not None and most < least:
            yield Problem(
                PRODUCTS, f"The most of {product} ({most}) is less than the least ({least})."
            )


def _pauses(draft: Json) -> Iterator[Problem]:
    """Preset durations are needed where they are what is offered, and none is longer than three years."""
    path = f"{_DURATION}.interval_options"
    if value_at(draft, f"{_DURATION}.type") != "interval_options":
        return
    options = as_objects(value_at(draft, path))
    if not options and value_at(draft, "features.subscription_pause.enabled") is True:
        yield Problem(path, "Add a duration, or let customers pause without an end.")
    for option in options:
        days = _DAYS.get(str(option.get("interval")), 0) * (
            as_count(option.get("interval_count")) or 1
        )
        if days > _LONGEST_PAUSE:
            yield Problem(path, "A pause lasts three years at most.")


def _metadata(draft: Json) -> Iterator[Problem]:
    metadata = as_object(draft.get(METADATA))
    if len(metadata) > _MOST_KEYS:
        yield Problem(METADATA, f"Stripe keeps {_MOST_KEYS} keys at most.")
    for key, value in metadata.items():
        if len(key) > _LONGEST_KEY or "[" in key or "]" in key:
            yield Problem(
                METADATA, f"“{key}”: a key has {_LONGEST_KEY} letters at most, and no brackets."
            )
        if len(str(value)) > _LONGEST_VALUE:
            yield Problem(METADATA, f"“{key}”: a value has {_LONGEST_VALUE} letters at most.")
