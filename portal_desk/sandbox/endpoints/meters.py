"""Meters and meter events. https://docs.stripe.com/billing/subscriptions/usage-based"""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox.call import Call, Endpoint
from portal_desk.sandbox.endpoints.changes import only, plain_changes
from portal_desk.sandbox.lists import page
from portal_desk.sandbox.objects.meters import new_meter, new_meter_event
from portal_desk.sandbox.problems import invalid

_KIND = "billing.meter"
_EVENT = "billing.meter_event"
_PAST = 35 * 86_400
_FUTURE = 300
"""How long before and after it is reported an event can have been, in seconds."""


def _list(call: Call) -> Json:
    only(call.params, "ending_before", "limit", "starting_after", "status")
    return page(call, _KIND, status=call.params.get("status"))


def _retrieve(call: Call) -> Json:
    return call.named(_KIND)


def _create(call: Call) -> Json:
    params = call.params
    name = params["event_name"]
    if next(call.state.where(_KIND, event_name=name, status="active"), None):
        raise invalid(f"There is an active meter with the event name {name} already.", "event_name")
    fields = plain_changes(
        params, ("customer_mapping", "default_aggregation", "event_time_window", "value_settings")
    )
    meter = new_meter(call.state, name, params["display_name"], **fields)
    return call.state.create(meter, "billing.meter.created")


def _update(call: Call) -> Json:
    meter = call.named(_KIND)
    changes = plain_changes(call.params, ("display_name",)) | {"updated": call.state.now()}
    return call.state.update(meter, changes, "billing.meter.updated")


def _deactivate(call: Call) -> Json:
    return _switched(call, "active", "inactive", call.state.now(), "billing.meter.deactivated")


def _reactivate(call: Call) -> Json:
    return _switched(call, "inactive", "active", None, "billing.meter.reactivated")


def _switched(call: Call, before: str, after: str, ended: int | None, event: str) -> Json:
    meter = call.named(_KIND)
    if meter["status"] != before:
        raise invalid(f"This meter is {meter['status']} already.")
    changes = {
        "status": after,
        "status_transitions": {"deactivated_at": ended},
        "updated": call.state.now(),
    }
    return call.state.update(meter, changes, event)


def _report(call: Call) -> Json:
    """Take a meter event; each identifier counts once."""
    params, now = call.params, call.state.now()
    name = params["event_name"]
    meter = next(call.state.where(_KIND, event_name=name, status="active"), None)
    if meter is None:
        raise invalid(f"No active meter found for event name {name}.", "event_name")
    key = meter["customer_mapping"]["event_payload_key"]
    customer = params["payload"].get(key, "")
    if call.state.get("customer", customer) is None:
        raise invalid(f"The payload must name a customer under `{key}`.", f"payload[{key}]")
    if not now - _PAST <= params.get("timestamp", now) <= now + _FUTURE:
        raise invalid(
            "The timestamp must be within the past 35 days, or up to 5 minutes in the future.",
            "timestamp",
        )
    identifier = params.get("identifier")
    if identifier and call.state.get(_EVENT, identifier):
        raise invalid(
            f"An event already exists with identifier {identifier}.",
            "identifier",
            "resource_already_exists",
        )
    fields = plain_changes(params, ("identifier", "timestamp"))
    event = new_meter_event(call.state, name, params["payload"], customer=customer, **fields)
    return call.state.create(event)


_ALL = "/v1/billing/meters"
_ONE = f"{_ALL}/{{id}}"
_RESOURCE = "billing_meter"

ENDPOINTS = (
    Endpoint("GET", _ALL, _list, "billing.MeterListParams", _RESOURCE),
    Endpoint("POST", _ALL, _create, "billing.MeterCreateParams", _RESOURCE),
    Endpoint("GET", _ONE, _retrieve, "billing.MeterRetrieveParams", _RESOURCE),
    Endpoint("POST", _ONE, _update, "billing.MeterUpdateParams", _RESOURCE),
    Endpoint("POST", f"{_ONE}/deactivate", _deactivate, "billing.MeterDeactivateParams", _RESOURCE),
    Endpoint("POST", f"{_ONE}/reactivate", _reactivate, "billing.MeterReactivateParams", _RESOURCE),
    Endpoint(
        "POST", "/v1/billing/meter_events", _report, "billing.MeterEventCreateParams", _RESOURCE
    ),
)
