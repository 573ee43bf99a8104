"""The portal's way to change things: the API's own endpoints, so that the events are the API's too."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox.call import Call
from portal_desk.sandbox.endpoints import ENDPOINTS
from portal_desk.sandbox.state import State

_HANDLERS = {(each.method, each.path): each.handler for each in ENDPOINTS}


def post(state: State, path: str, params: Json | None = None, **ids: str) -> Json:
    """What a `POST` to an endpoint does, such as `post(state, "/v1/customers/{id}", {…}, id=…)`.

    Raises:
        StripeProblem: the API refuses it.
    """
    return _HANDLERS["POST", path](Call(state, params or {}, ids, path))


def delete(state: State, path: str, **ids: str) -> Json:
    """What a `DELETE` does.

    Raises:
        StripeProblem: the API refuses it.
    """
    return _HANDLERS["DELETE", path](Call(state, {}, ids, path))
