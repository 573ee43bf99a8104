"""A business's own reasons to cancel, through Stripe's own client."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from .http_shapes import complaints
from .http_world import World


def test_own_reasons_are_made_renamed_and_retired(client: stripe.StripeClient) -> None:
    options = client.v1.billing.feedback_options
    first = options.create({"description": "Moving abroad"})
    second = options.create({"description": "School is over"})
    assert not complaints(first)
    assert options.update(first.id, {"description": "Moved"}).description == "Moved"
    assert [each.id for each in options.list().data] == [second.id, first.id]
    retired = options.deactivate(second.id)
    assert not complaints(retired)
    assert retired.status_transitions.deactivated_at is not None
    assert [each.id for each in options.list({"status": "active"}).data] == [first.id]
    with pytest.raises(stripe.InvalidRequestError, match="already inactive"):
        options.deactivate(second.id)


def test_a_cancellation_names_one_that_is_offered(
    client: stripe.StripeClient, world: World
) -> None:
    options = client.v1.billing.feedback_options
    option = options.create({"description": "Moving abroad"}).id
    retired = options.create({"description": "Never mind"}).id
    options.deactivate(retired)

    def cancelled(feedback: str) -> Any:
        return client.v1.subscriptions.cancel(
            world.subscription["id"],
            {
                "cancellation_details": {"feedback_option": feedback},
                "expand": ["cancellation_details.feedback_option"],
            },
        ).to_dict()

    with pytest.raises(stripe.InvalidRequestError, match="No such feedback option") as caught:
        cancelled("fdbkopt_none")
    assert caught.value.param == "cancellation_details[feedback_option]"
    with pytest.raises(stripe.InvalidRequestError, match="is inactive"):
        cancelled(retired)
    details = cancelled(option)["cancellation_details"]
    assert details["feedback_option"]["description"] == "Moving abroad"


def test_a_portal_offers_only_what_there_is(client: stripe.StripeClient) -> None:
    def offering(*feedback_options: str) -> Any:
        reason = {
            "enabled": True, "options": ["unused"], "feedback_options": list(feedback_options),
        }  # fmt: skip
        wish: Any = {"subscription_cancel": {"enabled": True, "cancellation_reason": reason}}
        return client.v1.billing_portal.configurations.create({"features": wish})

    option = client.v1.billing.feedback_options.create({"description": "Moving abroad"}).id
    made = offering(option).to_dict()["features"]["subscription_cancel"]["cancellation_reason"]
    assert made["feedback_options"] == [option]
    with pytest.raises(stripe.InvalidRequestError, match="No such feedback option"):
        offering("fdbkopt_none")
