"""What the fields of a portal configuration are called, and what their values mean, for the admin."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from PySide6.QtCore import QCoreApplication

from portal_desk.models.json import Json
from portal_desk.models.loose import as_id, as_object, as_objects, as_text
from portal_desk.services.configurations.checks import Problem
from portal_desk.services.configurations.fields import METADATA, PRODUCTS, value_at
from portal_desk.ui.dialogs.subjects import price_line
from portal_desk.ui.dialogs.words import feedback_choices, proration_choices

UPDATE = "features.subscription_update"
CANCEL = "features.subscription_cancel"
REASON = f"{CANCEL}.cancellation_reason"
PAUSE = "features.subscription_pause"
DURATION = f"{PAUSE}.duration"
METHODS = "features.payment_method_update"
DETAILS = "features.customer_update"
INVOICES = "features.invoice_history"

_ID = re.compile(r"\b(?:price|prod)_\w+")

Choice = tuple[str, str]
"""Stripe's value and what it means."""


@cache
def sections() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The parts of a configuration, and how the paths of their fields begin."""
    return (
        (tr("General"), ("name", "default_return_url")),
        (tr("Your business"), ("business_profile",)),
        (tr("Login page"), ("login_page",)),
        (tr("Billing information"), (DETAILS,)),
        (tr("Payment methods"), (METHODS,)),
        (tr("Invoices"), (INVOICES,)),
        (tr("Cancelling"), (CANCEL,)),
        (tr("Pausing"), (PAUSE,)),
        (tr("Changing plans"), (UPDATE,)),
        (tr("Metadata"), (METADATA,)),
    )


@cache
def _names() -> Mapping[str, str]:
    return {
        "name": tr("Name"),
        "default_return_url": tr("Return address"),
        "business_profile.headline": tr("Headline"),
        "business_profile.privacy_policy_url": tr("Privacy policy"),
        "business_profile.terms_of_service_url": tr("Terms of service"),
        "login_page.enabled": tr("Login page"),
        f"{DETAILS}.enabled": tr("Change billing information"),
        f"{DETAILS}.allowed_updates": tr("What customers can change"),
        f"{METHODS}.enabled": tr("Manage payment methods"),
        f"{METHODS}.payment_method_configuration": tr("Payment method configuration"),
        f"{INVOICES}.enabled": tr("See invoices"),
        f"{CANCEL}.enabled": tr("Cancel subscriptions"),
        f"{CANCEL}.mode": tr("When it ends"),
        f"{CANCEL}.proration_behavior": tr("Unused time"),
        f"{REASON}.enabled": tr("Ask for a reason"),
        f"{REASON}.options": tr("Reasons"),
        f"{REASON}.feedback_options": tr("Your own reasons"),
        f"{PAUSE}.enabled": tr("Pause subscriptions"),
        f"{DURATION}.type": tr("For how long"),
        f"{DURATION}.interval_options": tr("Durations"),
        f"{UPDATE}.enabled": tr("Change subscriptions"),
        f"{UPDATE}.default_allowed_updates": tr("What customers can change"),
        PRODUCTS: tr("Products on offer"),
        f"{UPDATE}.proration_behavior": tr("Difference in price"),
        f"{UPDATE}.billing_cycle_anchor": tr("Billing period"),
        f"{UPDATE}.trial_update_behavior": tr("Change during a trial"),
        f"{UPDATE}.schedule_at_period_end.conditions": tr("Wait for the period’s end"),
        METADATA: tr("Metadata"),
    }


@cache
def choices() -> Mapping[str, tuple[Choice, ...]]:
    """The values that a field can have, in the order in which they are offered."""
    return {
        f"{DETAILS}.allowed_updates": (
            ("name", tr("Name")),
            ("email", tr("Email address")),
            ("address", tr("Billing address")),
            ("phone", tr("Phone")),
            ("shipping", tr("Shipping address")),
            ("tax_id", tr("Tax ID")),
        ),
        f"{CANCEL}.mode": (
            ("at_period_end", tr("At the end of the paid period")),
            ("immediately", tr("At once")),
        ),
        f"{CANCEL}.proration_behavior": (
            ("none", tr("Not credited")),
            ("create_prorations", tr("Credited")),
        ),
        f"{REASON}.options": tuple(feedback_choices()),
        f"{DURATION}.type": (
            ("interval_options", tr("One of these durations")),
            ("indefinite", tr("Until they resume")),
        ),
        f"{UPDATE}.default_allowed_updates": (
            ("price", tr("Plan")),
            ("quantity", tr("Quantity")),
            ("promotion_code", tr("Promotion code")),
        ),
        f"{UPDATE}.proration_behavior": tuple(
            (one, name) for one, name, _ in proration_choices(new_period=False)
        ),
        f"{UPDATE}.billing_cycle_anchor": (
            ("unchanged", tr("Goes on as it is")),
            ("now", tr("Starts anew with every change")),
        ),
        f"{UPDATE}.trial_update_behavior": (
            ("end_trial", tr("Ends the trial, and is invoiced at once")),
            ("continue_trial", tr("Keeps the trial")),
        ),
        f"{UPDATE}.schedule_at_period_end.conditions": (
            ("decreasing_item_amount", tr("When the price goes down")),
            ("shortening_interval", tr("When the interval gets shorter")),
        ),
    }


def interval_choices() -> tuple[Choice, ...]:
    """The units of a pause."""
    return (
        ("day", tr("days")),
        ("week", tr("weeks")),
        ("month", tr("months")),
        ("year", tr("years")),
    )


def problem_sentence(problem: Problem, catalogue: Catalogue) -> str:
    """What is wrong, with the rule that says so."""
    text = catalogue.with_names(problem.text)
    return f"{text} ({problem.rule})" if problem.rule else text


@dataclass(frozen=True)
class Catalogue:
    """What the account sells, by id."""

    products: Mapping[str, Json] = field(default_factory=dict)
    prices: Mapping[str, Json] = field(default_factory=dict)

    def product_name(self, product: str) -> str:
        """A product's name; its id where the cache doesn't know it."""
        return str(self.products.get(product, {}).get("name") or product)

    def price_line(self, price: str) -> str:
        """What a price costs and how often; its id where the cache doesn't know it."""
        found = self.prices.get(price)
        return price_line(found) if found else price

    def with_names(self, text: str) -> str:
        """A sentence about products and prices by their names instead of their ids."""
        return _ID.sub(lambda found: self._named(found[0]), text)

    def _named(self, found: str) -> str:
        if found in self.products:
            return f"“{self.product_name(found)}”"
        return f"“{self.price_line(found)}”" if found in self.prices else found


def field_name(path: str, catalogue: Catalogue | None = None) -> str:
    """What a field is called; Stripe's own path where this program doesn't know it."""
    if path.startswith(f"{PRODUCTS}."):
        product = path.removeprefix(f"{PRODUCTS}.")
        return tr("Offers {product}").format(
            product=(catalogue or Catalogue()).product_name(product)
        )
    if path.startswith(f"{METADATA}."):
        return path.removeprefix(f"{METADATA}.")
    return _names().get(path, path)


def value_words(path: str, value: Any, catalogue: Catalogue | None = None) -> str:  # noqa: ANN401 - any JSON
    """What a value means; Stripe's own word where this program doesn't know it."""
    if path.endswith(".enabled"):
        return tr("On") if value else tr("Off")
    if value in (None, "", []):
        return "–"
    if path.startswith(PRODUCTS):
        return _offer_words(as_object(value), catalogue or Catalogue())
    if path == f"{DURATION}.interval_options":
        return ", ".join(_duration_words(one) for one in as_objects(value))
    words = dict(choices().get(path, ()))
    if isinstance(value, list):
        plain = [as_text(one.get("type")) if isinstance(one, dict) else str(one) for one in value]
        return ", ".join(words.get(one, one) for one in plain)
    return words.get(str(value), str(value))


def _offer_words(offer: Json, catalogue: Catalogue) -> str:
    prices = ", ".join(catalogue.price_line(as_id(one)) for one in offer.get("prices") or [])
    quantity = as_object(offer.get("adjustable_quantity"))
    if quantity.get("enabled") is not True:
        return prices
    least, most = quantity.get("minimum") or 0, quantity.get("maximum")
    said = tr("{least} or more") if most is None else tr("{least} to {most}")
    return f"{prices} · {said.format(least=least, most=most)}"


def _duration_words(option: Json) -> str:
    count, unit = option.get("interval_count") or 1, as_text(option.get("interval"))
    names = dict(interval_choices())
    return f"{count} {names.get(unit, unit)}" if count != 1 else f"1 {unit}"


def features_in_short(configuration: Json) -> list[str]:
    """What customers can do, a word or two each."""
    said = {
        UPDATE: tr("Change plan"),
        CANCEL: tr("Cancel"),
        PAUSE: tr("Pause"),
        METHODS: tr("Cards"),
        DETAILS: tr("Details"),
        INVOICES: tr("Invoices"),
    }
    return [
        words for path, words in said.items() if value_at(configuration, f"{path}.enabled") is True
    ]


def tr(text: str) -> str:
    """`text` in the agent's language."""
    return QCoreApplication.translate("Configurations", text)
