"""Getting into the portal by email: who is sent a link, and the outbox that keeps what was sent.

https://docs.stripe.com/customer-management/activate-no-code-customer-portal
"""

from __future__ import annotations

from itertools import islice

from portal_desk.models.json import Json
from portal_desk.sandbox import visits
from portal_desk.sandbox.portal_api import post
from portal_desk.sandbox.problems import StripeProblem
from portal_desk.sandbox.state import State

_KIND = "sandbox.email"
_SHOWN = 100
_KEPT = ("customer", "configuration", "locale", "on_behalf_of", "return_url", "after_expiration")
"""What a session that replaces another has in common with it, apart from the flow."""


def log_in(state: State, configuration: Json, email: str) -> None:
    """Send a link to the customer of that address, if there is one."""
    customer = _customer_of(state, email)
    if customer:
        wanted = {"customer": customer["id"], "configuration": configuration["id"]}
        session = post(state, "/v1/billing_portal/sessions", wanted)
        visits.keep_email(state, session)
        _send(state, email, session)


def _customer_of(state: State, email: str) -> Json | None:
    """The newest customer of an address with an active subscription, else the newest."""
    found = list(state.where("customer", email=email)) if email else []
    subscribed = (
        each
        for each in found
        if any(state.where("subscription", customer=each["id"], status="active"))
    )
    return next(subscribed, found[0] if found else None)


def recoverable(state: State, session: Json) -> bool:
    """Whether a session that has expired can be replaced by one whose link is sent.

    https://docs.stripe.com/changelog/endive/2026-10-28/session-recovery-for-expired-customer-portal-sessions
    """
    after = session["after_expiration"]
    configuration = state.kind("billing_portal.configuration")[session["configuration"]]
    gone = state.get("customer", session["customer"]) is None
    if not after or gone or not configuration["active"]:
        return False
    until = after["customer_login"]["expires_at"]
    return until is None or state.now() <= until


def recover(state: State, secret: str, session: Json, email: str) -> None:
    """Send a link to a new session like the expired one, if that address is the customer's."""
    customer = state.kind("customer")[session["customer"]]
    if email and (customer["email"] or "").casefold() == email.casefold():
        _send(state, customer["email"], _replacement(state, secret, session))


def _replacement(state: State, secret: str, session: Json) -> Json:
    """A session like another, with its flow as long as that can still be gone through."""
    path = "/v1/billing_portal/sessions"
    wanted = {name: session[name] for name in _KEPT if session[name]}
    if session["flow"] is None or visits.completed(state, secret):
        return post(state, path, wanted)
    flow = {name: value for name, value in session["flow"].items() if value}
    try:
        return post(state, path, {**wanted, "flow_data": flow})
    except StripeProblem:
        return post(state, path, wanted)


def _send(state: State, to: str, session: Json) -> None:
    message = {
        "id": state.new_id("email"),
        "object": _KIND,
        "created": state.now(),
        "to": to,
        "customer": session["customer"],
        "url": session["url"],
    }
    state.create(message)


def outbox(state: State) -> list[Json]:
    """The emails that were sent, newest first."""
    return [
        {name: value for name, value in each.items() if name not in {"id", "object"}}
        for each in islice(state.where(_KIND), _SHOWN)
    ]
