"""Every field that Stripe has is known, and a field that isn't is never lost."""

from __future__ import annotations

import copy
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stripe import RequestOptions
from stripe.params.billing_portal import _configuration_create_params as create_types

from portal_desk.models.json import Json
from portal_desk.sandbox.state import State
from portal_desk.services.configurations import params
from portal_desk.services.configurations.comparing import changed, compare, merge
from portal_desk.services.configurations.drafts import blank, duplicate, with_settings_of
from portal_desk.services.configurations.fields import (
    WRITABLE,
    contents,
    unknown_fields,
    value_at,
    with_value,
    without_unknown,
)

from .world import KIND, fill

CANCEL = "features.subscription_cancel"


@pytest.fixture
def standard() -> Json:
    state = State(random=random.Random(1), now=lambda: 1_800_000_000)  # noqa: S311
    fill(state)
    return copy.deepcopy(state.get(KIND, "bpc_standard"))


def _sdk_fields(type_name: str, prefix: str = "") -> set[str]:
    """The fields of the SDK's own type; lists and metadata count as one field."""
    found = set()
    for name in vars(getattr(create_types, type_name))["__annotations__"]:
        inner = f"{type_name}{''.join(part.title() for part in name.split('_'))}"
        if hasattr(create_types, inner):
            found |= _sdk_fields(inner, f"{prefix}{name}.")
        else:
            found.add(f"{prefix}{name}")
    return found


def test_every_field_that_the_sdk_can_send_is_known() -> None:
    options = {*RequestOptions.__annotations__, "expand"}
    sent = _sdk_fields("ConfigurationCreateParams") - options
    assert sent == set(WRITABLE)


def test_only_what_was_changed_is_sent(standard: Json) -> None:
    draft = with_value(standard, "business_profile.headline", "Hello")
    assert params.changes(standard, draft) == {"business_profile": {"headline": "Hello"}}
    assert params.changes(standard, standard) == {}


def test_a_reason_is_sent_with_all_the_others(standard: Json) -> None:
    draft = with_value(standard, f"{CANCEL}.cancellation_reason.options", ["unused"])
    sent = params.changes(standard, draft)
    assert sent["features"]["subscription_cancel"] == {
        "cancellation_reason": {"enabled": True, "options": ["unused"]}
    }


def test_what_is_emptied_is_sent_as_empty(standard: Json) -> None:
    draft = with_value(standard, "features.customer_update.allowed_updates", [])
    draft = with_value(draft, "default_return_url", "")
    sent = params.changes(standard, draft)
    assert sent == {
        "default_return_url": "",
        "features": {"customer_update": {"allowed_updates": ""}},
    }


def test_a_key_of_the_metadata_that_is_taken_away_is_unset(standard: Json) -> None:
    draft = with_value(standard, "metadata", {"owner": "Ada"})
    assert params.changes(standard, draft) == {"metadata": {"team": "", "owner": "Ada"}}


def test_a_feature_that_is_switched_on_is_sent_with_what_it_needs(standard: Json) -> None:
    off = with_value(standard, "features.subscription_update.enabled", False)
    sent = params.changes(off, standard)["features"]["subscription_update"]
    assert sent["enabled"] is True
    assert sent["products"][0]["product"] == "prod_team"


def test_the_order_of_reasons_is_no_difference(standard: Json) -> None:
    options = f"{CANCEL}.cancellation_reason.options"
    turned = with_value(standard, options, ["other", "unused"])
    assert changed(standard, turned) == []


def test_products_are_compared_one_by_one(standard: Json) -> None:
    other = copy.deepcopy(standard)
    products = other["features"]["subscription_update"]["products"]
    products.append(products[0] | {"product": "prod_business"})
    different = [one for one in compare(standard, other) if not one.is_equal]
    assert [one.path for one in different] == [
        "features.subscription_update.products.prod_business"
    ]


def test_fields_of_a_later_stripe_are_kept_and_told_apart(standard: Json) -> None:
    standard["features"]["gift_cards"] = {"enabled": True}
    standard["features"]["subscription_cancel"]["grace_days"] = 3
    standard["theme"] = "dark"
    assert unknown_fields(standard) == {
        "features.gift_cards": {"enabled": True},
        f"{CANCEL}.grace_days": 3,
        "theme": "dark",
    }
    assert unknown_fields(without_unknown(standard)) == {}
    assert changed(standard, without_unknown(standard)) == list(unknown_fields(standard))
    copied = duplicate(standard, "Copy")
    assert unknown_fields(copied) == unknown_fields(standard)
    sent = params.creation(copied)
    assert sent["features"]["gift_cards"] == {"enabled": True}
    assert sent["features"]["subscription_cancel"]["grace_days"] == 3
    edited = with_value(standard, "name", "Other")
    assert params.changes(standard, edited) == {"name": "Other"}


def test_a_duplicate_is_the_same_but_for_its_name_and_login_page(standard: Json) -> None:
    standard["login_page"] = {"enabled": True, "url": "https://billing.example/p/login/x"}
    copied = duplicate(standard, "Copy of Standard")
    assert set(changed(standard, copied)) == {"name", "login_page.enabled"}
    assert "id" not in copied
    assert copied["is_default"] is False


def test_the_settings_of_one_can_be_given_to_the_default(standard: Json) -> None:
    other = with_value(duplicate(standard, "New"), f"{CANCEL}.mode", "immediately")
    draft = with_settings_of(standard, other)
    assert changed(standard, draft) == [f"{CANCEL}.mode"]
    assert draft["name"] == "Standard"


def test_a_blank_configuration_can_be_sent_as_it_is() -> None:
    sent = params.creation(blank())
    assert sent["features"]["invoice_history"] == {"enabled": True}
    assert all("enabled" in feature for feature in sent["features"].values())


_EDITS = st.dictionaries(
    st.sampled_from(["name", "default_return_url", f"{CANCEL}.mode", "business_profile.headline"]),
    st.sampled_from(["one", "two", "three"]),
)


@given(mine=_EDITS, theirs=_EDITS)
def test_of_two_peoples_changes_none_is_lost(mine: dict[str, str], theirs: dict[str, str]) -> None:
    base = blank()
    merged = merge(base, _edited(base, mine), _edited(base, theirs))
    for path, value in (theirs | mine).items():
        assert value_at(merged.draft, path) == value
    both = {path for path in mine.keys() & theirs.keys() if mine[path] != theirs[path]}
    assert {one.path for one in merged.conflicts} == both
    assert set(merged.taken) == theirs.keys() - mine.keys()


def _edited(base: Json, edits: dict[str, Any]) -> Json:
    for path, value in edits.items():
        base = with_value(base, path, value)
    return base


def test_damaged_configurations_are_read_as_far_as_they_go() -> None:
    damaged: Json = {"id": "bpc_1", "features": ["?"], "metadata": 3, "business_profile": None}
    assert contents(damaged)["features.customer_update.enabled"] is False
    assert changed(damaged, damaged) == []
