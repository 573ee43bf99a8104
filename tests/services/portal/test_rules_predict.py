"""Whatever the hosted portal refuses or hides, the rules predict, for any customer and any configuration."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal_desk.models.json import ENDED, Json
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.portal.document import Capability, Verdict
from portal_desk.portal.flows.document import FlowPage
from portal_desk.sandbox import portal_judgement
from portal_desk.services.portal.preview import preview
from portal_desk.services.portal.rules import RULES, judge
from portal_desk.services.portal.walk import Visit, page_at
from portal_desk.services.portal.walk.visit import HOME

from .business import businesses
from .world import NOW, configuration, snapshot, subscription

EXAMPLES = int(os.environ.get("PORTAL_DESK_EXAMPLES", "200"))
"""How many customers and configurations to try; more of them outside of every day's tests."""

often = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def enabled(judged: dict[Capability, Verdict], among: dict[Capability, Verdict]) -> set[Capability]:
    return {each for each in among if judged[each].availability == "enabled"}


@often
@given(businesses())
def test_the_rules_predict_what_the_hosted_portal_offers(
    business: tuple[CustomerSnapshot, Json],
) -> None:
    customer, configured = business
    foreseen, actual = judge(customer, configured, now=NOW), portal_judgement.judge(*business)
    assert enabled(foreseen.portal, actual.portal) == enabled(actual.portal, actual.portal)
    for name, offered in actual.subscriptions.items():
        assert enabled(foreseen.subscriptions[name], offered) == enabled(offered, offered)


@often
@given(businesses())
def test_every_verdict_says_why_and_what_it_rests_on(
    business: tuple[CustomerSnapshot, Json],
) -> None:
    verdicts = judge(*business, now=NOW)
    for judged in (verdicts.portal, *verdicts.subscriptions.values()):
        for capability, verdict in judged.items():
            if verdict.availability != "enabled":
                assert verdict.reasons, capability
            for reason in (*verdict.reasons, *verdict.notes):
                assert reason.text
                assert reason.source.startswith("https://docs.stripe.com/"), reason
                assert reason.facts, reason


@often
@given(businesses())
def test_every_button_leads_to_a_page_that_is_offered_and_no_other_does(
    business: tuple[CustomerSnapshot, Json],
) -> None:
    visit = Visit(*business, "en", NOW)
    ways: dict[Capability, str] = {
        "update_plan": "update",
        "cancel": "cancel",
        "renew": "renew",
        "pause": "pause",
        "resume": "resume",
    }
    for one in visit.snapshot.subscriptions:
        for capability, path in ways.items():
            page = page_at(visit, f"{HOME}/subscriptions/{one['id']}/{path}").page
            assert isinstance(page, FlowPage)
            offered = page.title != "This isn’t available"
            expected = visit.may(one, capability)
            if path == "update":
                others: tuple[Capability, ...] = ("update_quantity", "apply_promotion_code")
                expected = expected or any(visit.may(one, other) for other in others)
            assert offered == expected, (capability, one["status"])


def test_every_rule_says_what_follows_and_where_it_is_documented() -> None:
    assert list(RULES) == [f"R{number}" for number in range(1, 27)]
    for rule in RULES.values():
        assert rule.title.endswith(".")
        assert rule.verdict
        assert rule.source.startswith("https://docs.stripe.com/")


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(("enabled", "products", "type", "mode", "x")), inner)
    ),
    max_leaves=6,
)
_FEATURE_NAMES = (
    "customer_update", "invoice_history", "payment_method_update", "subscription_cancel",
    "subscription_pause", "subscription_update", "subscription_gift",
)  # fmt: skip


@often
@given(st.dictionaries(st.sampled_from(_FEATURE_NAMES), _ANYTHING) | _ANYTHING)
def test_a_damaged_configuration_shows_what_it_can(features: Any) -> None:
    about = subscription()
    view = preview(snapshot(about), {"id": "bpc_1", "features": features}, locale="en", now=NOW)
    assert [section.key for section in view.sections] == [
        "subscriptions", "payment_methods", "billing_information", "invoices",
    ]  # fmt: skip


def test_what_a_newer_configuration_says_is_named_as_unknown() -> None:
    newer = configuration(
        subscription_cancel={"mode": "next_full_moon"},
        subscription_update={"default_allowed_updates": ["price", "add_ons"]},
    )
    newer["features"]["subscription_gift"] = {"enabled": True}
    said = "\n".join(note.text for note in judge(snapshot(), newer, now=NOW).notes)
    for unknown in ("subscription_gift", "next_full_moon", "add_ons"):
        assert f"“{unknown}”" in said


def test_a_flow_that_is_not_known_says_so() -> None:
    flow = {"type": "subscription_gift", "subscription_gift": {"subscription": "sub_1"}}
    visit = Visit(snapshot(subscription()), configuration(), "en", NOW, flow=flow)
    stop = page_at(visit, f"{HOME}/")
    assert isinstance(stop.page, FlowPage)
    assert "subscription_gift" in stop.notes[0].text


def test_a_subscription_that_has_ended_offers_nothing() -> None:
    for status in ENDED:
        ended = subscription(status=status)
        judged = judge(snapshot(ended), configuration(), now=NOW).subscriptions["sub_1"]
        assert all(verdict.availability != "enabled" for verdict in judged.values())
