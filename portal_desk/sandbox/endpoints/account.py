"""The account whose key it is."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox.call import Call, Endpoint
from portal_desk.sandbox.problems import StripeProblem


def _current(call: Call) -> Json:
    return next(iter(call.state.kind("account").values()))


def _retrieve(call: Call) -> Json:
    wanted = call.ids["id"]
    found = call.state.get("account", wanted)
    if found is None:
        raise StripeProblem(
            403,
            "invalid_request_error",
            "account_invalid",
            f"The provided key does not have access to account '{wanted}' (or that account does "
            "not exist). Application access may have been revoked.",
        )
    return found


ENDPOINTS = (
    Endpoint("GET", "/v1/account", _current, "AccountRetrieveCurrentParams", "account"),
    Endpoint("GET", "/v1/accounts/{id}", _retrieve, "AccountRetrieveParams", "account"),
)
