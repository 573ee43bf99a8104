"""Tax rates: they can be archived, but their percentage never changes."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox.call import Call, Endpoint
from portal_desk.sandbox.endpoints.changes import only, plain_changes
from portal_desk.sandbox.lists import page
from portal_desk.sandbox.objects import new_tax_rate
from portal_desk.sandbox.problems import invalid

_PLAIN = ("active", "country", "description", "jurisdiction", "state", "tax_type")
_WHOLE = 100


def _list(call: Call) -> Json:
    only(call.params, "active", "created", "ending_before", "inclusive", "limit", "starting_after")
    return page(
        call,
        "tax_rate",
        active=call.params.get("active"),
        inclusive=call.params.get("inclusive"),
    )


def _retrieve(call: Call) -> Json:
    return call.named("tax_rate")


def _create(call: Call) -> Json:
    only(call.params, *_PLAIN, "display_name", "inclusive", "metadata", "percentage")
    percentage = call.params["percentage"]
    if not 0 <= percentage <= _WHOLE:
        raise invalid("This value must be between 0 and 100.", "percentage")
    fields = {"jurisdiction_level": None, "tax_type": None}
    rate = new_tax_rate(
        call.state,
        call.params["display_name"],
        percentage,
        inclusive=call.params["inclusive"],
        **fields | plain_changes(call.params, _PLAIN),
    )
    return call.state.create(rate, "tax_rate.created")


def _update(call: Call) -> Json:
    only(call.params, *_PLAIN, "display_name", "metadata")
    rate = call.named("tax_rate")
    changes = plain_changes(call.params, (*_PLAIN, "display_name"), rate)
    return call.state.update(rate, changes, "tax_rate.updated")


_ALL = "/v1/tax_rates"
_ONE = f"{_ALL}/{{id}}"

ENDPOINTS = (
    Endpoint("GET", _ALL, _list, "TaxRateListParams", "tax_rate"),
    Endpoint("POST", _ALL, _create, "TaxRateCreateParams", "tax_rate"),
    Endpoint("GET", _ONE, _retrieve, "TaxRateRetrieveParams", "tax_rate"),
    Endpoint("POST", _ONE, _update, "TaxRateUpdateParams", "tax_rate"),
)
