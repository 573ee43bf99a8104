"""How long a portal session's link works: https://docs.stripe.com/customer-management/integrate-customer-portal."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.portal.flows.done import Deed
from portal_desk.sandbox.state import State

UNUSED = 5 * 60
"""A session that nobody opens ends after so many seconds."""
IDLE = 60 * 60
"""One that was opened ends so many seconds after the last activity."""
_KIND = "sandbox.visit"


def open_visit(state: State, session: Json) -> str:
    """Make the link of a new session and return its address."""
    secret = state.new_id("live" if state.livemode else "test", 60)
    visit = {
        "id": secret,
        "object": _KIND,
        "created": state.feed_now(),
        "session": session["id"],
        "last_seen": None,
        "deed": None,
        "keeps_email": False,
    }
    state.create(visit)
    return f"{state.base_url}/p/session/{secret}"


def session_of(state: State, secret: str) -> Json | None:
    """The session behind a link, whether or not it still works."""
    visit = state.get(_KIND, secret)
    return state.get("billing_portal.session", visit["session"]) if visit else None


def keep_email(state: State, session: Json) -> None:
    """Note that whoever uses this session's link came by email, and so can't change the address.

    https://docs.stripe.com/customer-management/activate-no-code-customer-portal
    """
    visit = state.kind(_KIND)[session["url"].rpartition("/")[2]]
    state.update(visit, {"keeps_email": True})


def keeps_email(state: State, secret: str) -> bool:
    """Whether the customer can't change their email address in this session."""
    visit = state.get(_KIND, secret)
    return visit is not None and bool(visit.get("keeps_email"))


def enter(state: State, secret: str) -> bool:
    """Note that the link was used; False where it has expired."""
    visit = state.get(_KIND, secret)
    if visit is None:
        return False
    seen = visit["last_seen"]
    ends = int(visit["created"]) + UNUSED if seen is None else int(seen) + IDLE
    works = state.now() <= ends
    if works:
        state.update(visit, {"last_seen": state.now()})
    return works


def complete(state: State, secret: str, deed: Deed) -> None:
    """Note that the session's flow has done what it is for."""
    visit = state.get(_KIND, secret)
    if visit:
        state.update(visit, {"deed": deed})


def completed(state: State, secret: str) -> Deed | None:
    """What the session's flow has done; None while it hasn't."""
    visit = state.get(_KIND, secret)
    found: Deed | None = visit["deed"] if visit else None
    return found
