"""A business's own reasons to cancel, besides those that Stripe knows."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox.call import Call, Endpoint
from portal_desk.sandbox.endpoints.changes import only
from portal_desk.sandbox.lists import page
from portal_desk.sandbox.objects import FEEDBACK_OPTION, new_feedback_option
from portal_desk.sandbox.problems import invalid


def _list(call: Call) -> Json:
    only(call.params, "ending_before", "limit", "starting_after", "status")
    return page(call, FEEDBACK_OPTION, status=call.params.get("status"))


def _retrieve(call: Call) -> Json:
    return call.named(FEEDBACK_OPTION)


def _create(call: Call) -> Json:
    return call.state.create(new_feedback_option(call.state, call.params["description"]))


def _update(call: Call) -> Json:
    return call.state.update(call.named(FEEDBACK_OPTION), dict(call.params))


def _deactivate(call: Call) -> Json:
    option = call.named(FEEDBACK_OPTION)
    if option["status"] == "inactive":
        raise invalid(f"The feedback option `{option['id']}` is already inactive.")
    changes = {
        "status": "inactive",
        "status_transitions": {"deactivated_at": call.state.now()},
    }
    return call.state.update(option, changes)


_ALL = "/v1/billing/feedback_options"
_ONE = f"{_ALL}/{{id}}"
_RESOURCE = "feedback_option"

ENDPOINTS = (
    Endpoint("GET", _ALL, _list, "billing.FeedbackOptionListParams", _RESOURCE),
    Endpoint("POST", _ALL, _create, "billing.FeedbackOptionCreateParams", _RESOURCE),
    Endpoint("GET", _ONE, _retrieve, "billing.FeedbackOptionRetrieveParams", _RESOURCE),
    Endpoint("POST", _ONE, _update, "billing.FeedbackOptionUpdateParams", _RESOURCE),
    Endpoint(
        "POST",
        f"{_ONE}/deactivate",
        _deactivate,
        "billing.FeedbackOptionDeactivateParams",
        _RESOURCE,
    ),
)
