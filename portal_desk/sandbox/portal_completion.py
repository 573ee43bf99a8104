"""Where a customer goes once something is done: https://docs.stripe.com/customer-management/portal-deep-links."""

from __future__ import annotations

from urllib.parse import urlencode

from portal_desk.models.json import Json
from portal_desk.portal.document import Link
from portal_desk.portal.flows.document import FlowPage
from portal_desk.portal.flows.done import confirmation_page
from portal_desk.portal.flows.links import start_path
from portal_desk.portal.view import return_link
from portal_desk.sandbox import visits
from portal_desk.sandbox.portal_visit import Done, Visit


def start_of(visit: Visit, flow: Json) -> str:
    """The address of a flow's first page."""
    return f"{visit.base}/{start_path(flow)}"


def outside(visit: Visit) -> str | None:
    """Where a flow redirects to when it is completed, if it does."""
    redirect = ((visit.flow or {}).get("after_completion") or {}).get("redirect")
    return redirect["return_url"] if redirect else None


def next_address(visit: Visit, done: Done, flows: tuple[str, ...]) -> str:
    """Where the customer goes after `done`, on a page that belongs to `flows`."""
    flow = visit.flow
    if flow is None:
        return done.to or f"{visit.base}?{urlencode({'done': done.deed})}"
    if flow["type"] not in flows or done.to:
        return done.to or start_of(visit, flow)
    elsewhere = outside(visit)
    visits.complete(visit.state, visit.secret, done.deed)
    if flow["after_completion"]["type"] == "hosted_confirmation":
        return visit.base
    return elsewhere or f"{visit.base}?{urlencode({'done': done.deed})}"


def confirmation(visit: Visit) -> FlowPage | None:
    """What a completed flow ends with, if that is a confirmation."""
    deed = visits.completed(visit.state, visit.secret)
    after = (visit.session["flow"] or {}).get("after_completion") or {}
    if deed is None or after.get("type") != "hosted_confirmation":
        return None
    message = after["hosted_confirmation"]["custom_message"] or ""
    return confirmation_page(visit.words, visit.frame_of(None), deed, message, _return(visit))


def _return(visit: Visit) -> Link | None:
    business = visit.frame_of(None).brand.name
    return return_link(visit.words, business, visit.session["return_url"] or "")
