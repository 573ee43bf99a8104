"""Where Stripe keeps what, whatever the billing mode and however much is expanded."""

from __future__ import annotations

import pytest

from portal_desk.models.json import Json, ends_at, id_of, invoice_subscription, period_end


def subscription(**fields: object) -> Json:
    items = [{"id": "si_1", "current_period_end": 300}, {"id": "si_2", "current_period_end": 200}]
    return {"id": "sub_1", "items": {"object": "list", "data": items}, **fields}


def test_the_period_ends_with_the_first_item_that_ends() -> None:
    assert period_end(subscription()) == 200


def test_a_subscription_without_items_has_no_period() -> None:
    assert period_end({"id": "sub_1"}) is None


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"cancel_at": None, "cancel_at_period_end": False}, None),
        ({"cancel_at": None, "cancel_at_period_end": True}, 200),
        ({"cancel_at": 250, "cancel_at_period_end": False}, 250),
    ],
)
def test_a_scheduled_cancellation_is_seen_in_either_billing_mode(
    fields: Json, expected: int | None
) -> None:
    assert ends_at(subscription(**fields)) == expected


@pytest.mark.parametrize("value", ["cus_1", {"id": "cus_1", "object": "customer"}])
def test_an_expanded_field_has_the_same_id(value: str | Json) -> None:
    assert id_of(value) == "cus_1"


def test_an_invoice_names_its_subscription_in_its_parent() -> None:
    details = {"subscription_details": {"subscription": "sub_1"}}
    assert invoice_subscription({"parent": details}) == "sub_1"
    assert invoice_subscription({"parent": None}) is None
