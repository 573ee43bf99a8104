"""What Stripe would refuse is said before, at the field where it can be mended."""

from __future__ import annotations

from typing import Any

import pytest

from portal_desk.errors import StripeError
from portal_desk.models.json import Json
from portal_desk.services.configurations.checks import check, refusal
from portal_desk.services.configurations.drafts import blank
from portal_desk.services.configurations.fields import PRODUCTS, with_value

UPDATE, CANCEL = "features.subscription_update", "features.subscription_cancel"


def price(
    price_id: str, product: str = "prod_1", interval: str = "month", tax: str = "exclusive"
) -> Json:
    recurring = {"interval": interval, "interval_count": 1}
    return {"id": price_id, "product": product, "recurring": recurring, "tax_behavior": tax}


PRICES = {
    one["id"]: one
    for one in (price("month"), price("month_too"), price("year", interval="year"), price("loose", tax="unspecified"))
}  # fmt: skip


def offering(*offers: Json, **fields: Any) -> Json:
    draft = blank()
    values = {"enabled": True, "default_allowed_updates": ["price"], "products": list(offers)}
    for name, value in (values | fields).items():
        draft = with_value(draft, f"{UPDATE}.{name}", value)
    return draft


def offer(*prices: str, product: str = "prod_1", **quantity: Any) -> Json:
    return {"product": product, "prices": list(prices), "adjustable_quantity": quantity}


def found(draft: Json) -> set[tuple[str, str, bool]]:
    return {(one.path, one.rule, one.blocks) for one in check(draft, PRICES)}


def test_nothing_is_wrong_with_an_empty_form_or_a_sound_offer() -> None:
    assert found(blank()) == set()
    assert found(offering(offer("month", "year"))) == set()


@pytest.mark.parametrize(
    ("draft", "problem"),
    [
        (offering(offer("loose")), (PRODUCTS, "R5", False)),
        (offering(offer("month", "month_too")), (PRODUCTS, "R6", True)),
        (
            offering(*(offer("month", product=f"prod_{n}") for n in range(11))),
            (PRODUCTS, "R7", True),
        ),
        (
            with_value(blank(), f"{CANCEL}.proration_behavior", "always_invoice"),
            (f"{CANCEL}.proration_behavior", "R22", True),
        ),
        (
            with_value(blank(), f"{CANCEL}.proration_behavior", "create_prorations"),
            (f"{CANCEL}.proration_behavior", "R22", True),
        ),
        (
            with_value(offering(offer("month")), "features.payment_method_update.enabled", False),
            (f"{UPDATE}.enabled", "R26", True),
        ),
        (offering(), (PRODUCTS, "", True)),
        (offering(offer()), (PRODUCTS, "", True)),
        (
            offering(offer("month"), default_allowed_updates=[]),
            (f"{UPDATE}.default_allowed_updates", "", True),
        ),
        (offering(offer("month", enabled=True, minimum=5, maximum=2)), (PRODUCTS, "", True)),
        (
            with_value(blank(), "features.customer_update.enabled", True),
            ("features.customer_update.allowed_updates", "", True),
        ),
        (
            with_value(blank(), f"{CANCEL}.cancellation_reason.enabled", True),
            (f"{CANCEL}.cancellation_reason.options", "", True),
        ),
        (
            with_value(blank(), "default_return_url", "example.com"),
            ("default_return_url", "", True),
        ),
        (with_value(blank(), "metadata", {"k" * 41: "v"}), ("metadata", "", True)),
        (
            with_value(
                blank(),
                "features.subscription_pause.duration.interval_options",
                [{"interval": "year", "interval_count": 4}],
            ),
            ("features.subscription_pause.duration.interval_options", "", True),
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_field(draft: Json, problem: tuple[str, str, bool]) -> None:
    assert problem in found(draft)


def test_stripes_refusal_is_said_at_the_field_that_it_names() -> None:
    error = StripeError("No.", param="features[subscription_update][products][0][prices]")
    assert refusal(error).path == f"{PRODUCTS}.0.prices"
    assert refusal(StripeError("Something else.")).path == ""
