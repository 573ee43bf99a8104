"""The verdicts about a whole portal."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal_desk.models.json import Json
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.portal.document import Verdict, Verdicts
from portal_desk.services.portal.preview import preview
from portal_desk.services.portal.rules import judge

from .world import (
    BUSINESS,
    DAY,
    METERED,
    NOW,
    PERIOD_END,
    TEAM,
    card,
    configuration,
    item,
    noted,
    price,
    schedule,
    snapshot,
    subscription,
)


def judged(offers: Json | None, world: CustomerSnapshot | None = None) -> Verdicts:
    return judge(world or snapshot(), offers, now=NOW)


def test_without_a_configuration_nothing_is_there_and_the_way_out_is_named() -> None:
    found = judged(None, snapshot(subscription()))
    assert "default configuration has not been created" in found.notes[0].text
    assert "https://dashboard.stripe.com/test/settings/billing/portal" in found.notes[0].way_out
    verdicts = [*found.portal.values(), *found.subscriptions["sub_1"].values()]
    assert {verdict.availability for verdict in verdicts} == {"hidden"}


def test_a_live_customer_is_sent_to_the_live_settings() -> None:
    world = snapshot()
    world.customer["livemode"] = True
    assert "stripe.com/settings/billing/portal" in judged(None, world).notes[0].way_out


@pytest.mark.parametrize(
    ("feature", "capabilities"),
    [
        ("payment_method_update", {"add_payment_method", "update_payment_method"}),
        ("invoice_history", {"view_invoices", "pay_invoice"}),
        ("customer_update", {"update_billing_information", "update_tax_ids"}),
    ],
)
def test_a_disabled_feature_hides_what_it_allows(feature: str, capabilities: set[str]) -> None:
    found = judged(configuration(**{feature: {"enabled": False}}))
    hidden = {name for name, verdict in found.portal.items() if verdict.availability == "hidden"}
    assert hidden == capabilities


def test_only_the_allowed_fields_can_be_updated() -> None:
    emails = judged(configuration(customer_update={"allowed_updates": ["email"]})).portal
    assert (
        emails["update_billing_information"].notes[0].text == "the customer can change only: email"
    )
    assert emails["update_tax_ids"].availability == "hidden"
    tax_ids = judged(configuration(customer_update={"allowed_updates": ["tax_id"]})).portal
    assert tax_ids["update_billing_information"].availability == "hidden"
    assert tax_ids["update_tax_ids"].availability == "enabled"


@pytest.mark.parametrize(("kind", "noticed"), [("ideal", True), ("card", False)])
def test_payment_methods_are_shown_even_if_the_default_is_unsupported(
    kind: str, noticed: bool
) -> None:
    world = snapshot(payment_methods=({"id": "pm_1", "type": kind},))
    add = judged(configuration(), world).portal["add_payment_method"]
    assert add.availability == "enabled"
    assert bool(noted(add, "R17")) is noticed


def test_unknown_products_are_noted_once() -> None:
    offers = configuration()
    del offers["features"]["subscription_update"]["products"]
    found = judged(offers, snapshot(subscription()))
    assert [note.rule for note in found.notes] == ["R23"]
    assert found.subscriptions["sub_1"]["update_plan"].availability == "enabled"


def test_the_login_page_is_prefilled_with_the_encoded_email() -> None:
    offers = configuration()
    offers["login_page"] = {"enabled": True, "url": "https://billing.stripe.com/p/login/x"}
    (note,) = judged(offers).notes
    assert note.text.endswith("/p/login/x?prefilled_email=ada%2Bbilling%40example.com")


def test_subscriptions_of_a_connected_account_are_noted() -> None:
    (note,) = judged(configuration(), snapshot(subscription(on_behalf_of="acct_2"))).notes
    assert (note.rule, "acct_2" in note.way_out) == ("R15", True)


def test_an_inactive_configuration_is_noted() -> None:
    (note,) = judged({**configuration(), "active": False}).notes
    assert "inactive" in note.text


def test_a_preview_without_a_configuration_still_names_the_customer() -> None:
    view = preview(snapshot(subscription()), None, locale="auto", now=NOW)
    assert view.notes
    assert view.sections[2].rows[0].value == "ada+billing@example.com"


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("now"),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


def damaged(sound: Json) -> st.SearchStrategy[Json]:
    """The object with any of its fields missing or replaced by anything."""
    fields = {name: st.just(value) | anything for name, value in sound.items()}
    return st.fixed_dictionaries({}, optional=fields)


features = configuration()["features"]
configurations = (
    st.none()
    | damaged(configuration())
    | st.builds(
        lambda found: {**configuration(), "features": found},
        st.fixed_dictionaries(
            {}, optional={name: damaged(value) for name, value in features.items()}
        ),
    )
)
subscriptions = st.builds(
    subscription,
    st.builds(
        item,
        st.sampled_from([TEAM, BUSINESS, METERED, price(tax_behavior=None)]),
        st.none() | st.integers(0, 9),
    ),
    st.builds(item, st.sampled_from([TEAM, METERED])),
    status=st.sampled_from(
        [
            "active",
            "trialing",
            "past_due",
            "unpaid",
            "paused",
            "incomplete",
            "canceled",
            "not_yet_invented",
        ]
    ),
    collection_method=st.sampled_from(["charge_automatically", "send_invoice"]),
    billing_mode=st.sampled_from([{"type": "flexible"}, {"type": "classic"}, None]),
    cancel_at=st.sampled_from([None, PERIOD_END]),
    cancel_at_period_end=st.booleans(),
    schedule=st.sampled_from([None, "sub_sched_1", "sub_sched_unknown"]),
    trial_end=st.sampled_from([None, NOW + DAY]),
)
methods = st.sampled_from([(), (card(),), ({"id": "pm_1", "type": "ideal"},), ({"id": "pm_2"},)])


def check(verdict: Verdict) -> None:
    assert (verdict.availability == "enabled") is (not verdict.reasons)
    assert verdict.availability == "enabled" or not verdict.notes


@settings(max_examples=60, deadline=None)
@given(configurations, st.lists(subscriptions, max_size=2), methods)
def test_whatever_arrives_everything_missing_has_a_reason(
    offers: Json | None, found: list[Json], payment_methods: tuple[Json, ...]
) -> None:
    world = snapshot(
        *({**each, "id": f"sub_{at}"} for at, each in enumerate(found)),
        payment_methods=payment_methods,
        schedules={"sub_sched_1": schedule(NOW - DAY, NOW + DAY)},
    )
    verdicts = judge(world, offers, now=NOW)
    assert set(verdicts.subscriptions) == {f"sub_{at}" for at in range(len(found))}
    for judged_one in (verdicts.portal, *verdicts.subscriptions.values()):
        for verdict in judged_one.values():
            check(verdict)
    preview(world, offers, locale="ja", now=NOW)


def thinned(sound: Json) -> st.SearchStrategy[Json]:
    """The object with any of its fields missing or null, as in an older API version."""
    fields = {name: st.just(value) | st.none() for name, value in sound.items()}
    return st.fixed_dictionaries({}, optional=fields)


@settings(max_examples=50, deadline=None)
@given(thinned(subscription()), thinned(TEAM))
def test_a_subscription_of_an_older_version_is_judged_as_far_as_it_goes(
    about: Json, of: Json
) -> None:
    world = snapshot({**about, "id": "sub_1", "items": {"data": [{"price": of}]}})
    for verdict in judge(world, configuration(), now=NOW).subscriptions["sub_1"].values():
        check(verdict)
    preview(world, configuration(), locale="de", now=NOW)
