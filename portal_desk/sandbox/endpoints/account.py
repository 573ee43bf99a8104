"""The account whose key it is."""

from __future__ import annotations

import re

from portal_desk.models.json import Json
from portal_desk.sandbox.call import Call, Endpoint, fetch
from portal_desk.sandbox.endpoints.changes import cleared, only
from portal_desk.sandbox.problems import StripeProblem, invalid
from portal_desk.sandbox.state import State

_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


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


def _update(call: Call) -> Json:
    """Only how the business looks: the rest is not billing's."""
    only(call.params, "settings")
    settings = call.params.get("settings", {})
    only(settings, "branding")
    account = _retrieve(call)
    branding = cleared(settings.get("branding", {}))
    for name in ("icon", "logo"):
        if branding.get(name):
            _check_picture(call.state, branding[name], name)
    for name in ("primary_color", "secondary_color"):
        if branding.get(name) and not _COLOR.fullmatch(branding[name]):
            raise invalid(f"Invalid hex color: {branding[name]}", f"settings[branding][{name}]")
    own = account["settings"]
    changed = {**own, "branding": {**own["branding"], **branding}}
    return call.state.update(account, {"settings": changed}, "account.updated")


def _check_picture(state: State, file_id: str, name: str) -> None:
    param = f"settings[branding][{name}]"
    purpose = fetch(state, "file", file_id, param)["purpose"]
    if purpose != f"business_{name}":
        raise invalid(f"The file must have the purpose business_{name}, not {purpose}.", param)


ENDPOINTS = (
    Endpoint("GET", "/v1/account", _current, "AccountRetrieveCurrentParams", "account"),
    Endpoint("GET", "/v1/accounts/{id}", _retrieve, "AccountRetrieveParams", "account"),
    Endpoint("POST", "/v1/accounts/{id}", _update, "AccountUpdateParams", "account"),
)
