"""What an endpoint is, and what it is called with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from portal_desk.models.json import Json
from portal_desk.sandbox.problems import StripeProblem, missing
from portal_desk.sandbox.state import State

KIND_NAMES = {
    "balance_transaction": "balance transaction",
    "billing_portal.configuration": "configuration",
    "billing_portal.session": "session",
    "billing.meter": "meter",
    "billing.feedback_option": "feedback option",
    "credit_note": "credit note",
    "file": "file upload",
    "file_link": "file link",
    "payment_link": "payment link",
    "payment_method": "PaymentMethod",
    "promotion_code": "promotion code",
    "setup_intent": "setupintent",
    "subscription_item": "subscription item",
    "subscription_schedule": "subscription schedule",
    "invoice_payment": "invoice payment",
    "invoiceitem": "invoice item",
    "tax_id": "tax id",
    "tax_rate": "tax rate",
    "test_helpers.test_clock": "test clock",
    "webhook_endpoint": "webhook endpoint",
}
"""What messages call a kind, where that isn't the kind itself."""


@dataclass(frozen=True)
class Call:
    """One request, decoded and checked.

    Attributes:
        state: the sandbox's state.
        params: the typed parameters.
        ids: the ids that the path names, by the path's own names.
        path: the path as it was asked for.
    """

    state: State
    params: Json
    ids: Mapping[str, str] = field(default_factory=dict)
    path: str = ""

    def named(self, kind: str, name: str = "id") -> Json:
        """The object that the path names.

        Raises:
            StripeProblem: 404, there is none.
        """
        return fetch(self.state, kind, self.ids[name])

    def given(self, kind: str, param: str) -> Json | None:
        """The object that a top-level parameter names, or None where it isn't given.

        Raises:
            StripeProblem: 400, there is none of that id.
        """
        object_id: Any = self.params.get(param)
        return fetch(self.state, kind, object_id, param) if object_id else None


def fetch(state: State, kind: str, object_id: str, param: str = "id") -> Json:
    """An object by id.

    Raises:
        StripeProblem: there is none, with Stripe's hint where it is in the other mode.
    """
    found = state.get(kind, object_id)
    if found is None:
        raise _missing(state, kind, object_id, param)
    return found


def _missing(state: State, kind: str, object_id: str, param: str) -> StripeProblem:
    problem = missing(KIND_NAMES.get(kind, kind), object_id, param)
    if object_id in state.elsewhere:
        here, there = ("live", "test") if state.livemode else ("test", "live")
        problem.message += (
            f"; a similar object exists in {there} mode, but a {here} mode key was used to make "
            "this request."
        )
    return problem


Handler: TypeAlias = Callable[[Call], Json]


@dataclass(frozen=True)
class Endpoint:
    """One endpoint.

    Attributes:
        method: GET, POST or DELETE.
        path: with names in braces, such as `/v1/customers/{id}`.
        handler: answers a call with stored objects, which are presented and expanded afterwards.
        request_type: its request type in `stripe.params`.
        resource: what a restricted key must be allowed to read or write; see `keys.RESOURCES`.
        access: which of the two, where it isn't what the method suggests.
    """

    method: Literal["GET", "POST", "DELETE"]
    path: str
    handler: Handler
    request_type: str
    resource: str
    access: Literal["read", "write"] | None = None

    @property
    def permission(self) -> str:
        """The permission that a restricted key needs."""
        return f"rak_{self.resource}_{self.access or ('read' if self.method == 'GET' else 'write')}"
