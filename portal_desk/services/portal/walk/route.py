"""The portal's addresses: each page, what its form would do, and which flow it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode, urlsplit

from portal_desk.models.loose import as_object, as_text
from portal_desk.portal.document import Reason
from portal_desk.portal.flows.document import Field, FlowPage, Form, Group
from portal_desk.portal.flows.done import confirmation_page, deeds, gone_page
from portal_desk.portal.flows.links import linked, start_path
from portal_desk.portal.notices import NoticeKind, notice
from portal_desk.portal.sections.invoices import SHOWN_INVOICES
from portal_desk.portal.view import build_view, return_link
from portal_desk.services.portal.walk.cancelling import cancel, renew, show_cancel, show_renew
from portal_desk.services.portal.walk.details import add_tax_id, remove_tax_id, save, show_details
from portal_desk.services.portal.walk.methods import (
    add,
    make_default,
    remove,
    show_add,
    show_remove,
)
from portal_desk.services.portal.walk.pausing import pause, resume, show_pause, show_resume
from portal_desk.services.portal.walk.paying import pay, show_pay
from portal_desk.services.portal.walk.switching import show_confirm, show_update, update
from portal_desk.services.portal.walk.visit import (
    HOME,
    Answer,
    Asked,
    Done,
    NotOfferedError,
    Sent,
    Stop,
    Visit,
)

LOGIN_PAGE = f"{HOME}/login"
EXPIRED_PAGE = f"{HOME}/expired"
_NOTICES: dict[str, NoticeKind] = {
    LOGIN_PAGE: "login",
    EXPIRED_PAGE: "expired",
    f"{LOGIN_PAGE}/sent": "link_sent",
}
_DONE = f"{HOME}/done"


@dataclass(frozen=True)
class Step:
    """A page of the portal.

    Attributes:
        show: the page.
        act: what its form would do, if it does anything; None from it is a form that is shown again.
        flows: the flows that it completes; others don't lead here.
    """

    show: Callable[[Visit, Asked], Stop]
    act: Callable[[Visit, Asked], Done | None] | None = None
    flows: tuple[str, ...] = ()


_UPDATES = ("subscription_update", "subscription_update_confirm")
_STEPS = {
    "subscriptions/{subscription}/cancel": Step(show_cancel, cancel, ("subscription_cancel",)),
    "subscriptions/{subscription}/renew": Step(show_renew, renew),
    "subscriptions/{subscription}/update": Step(show_update),
    "subscriptions/{subscription}/update/confirm": Step(show_confirm, update, _UPDATES),
    "subscriptions/{subscription}/pause": Step(show_pause, pause, ("subscription_pause",)),
    "subscriptions/{subscription}/resume": Step(show_resume, resume),
    "customer/update": Step(show_details, save, ("customer_update",)),
    "customer/add-tax-id": Step(show_details, add_tax_id),
    "customer/remove-tax-id/{tax_id}": Step(show_details, remove_tax_id),
    "payment-methods/add": Step(show_add, add, ("payment_method_update",)),
    "payment-methods/{method}/default": Step(show_remove, make_default),
    "payment-methods/{method}/remove": Step(show_remove, remove),
    "invoices/{invoice}/pay": Step(show_pay, pay),
}


def entrance(visit: Visit) -> str:
    """Where a visit begins: the first page, or a deep link's flow."""
    return f"{HOME}/{start_path(visit.flow)}" if visit.flow is not None else HOME


def page_at(visit: Visit, address: str, answer: Answer | None = None) -> Stop:
    """The page at an address.

    Args:
        visit: who walks.
        address: a path from `entrance`, from a page's links or from `sent`, with its query.
        answer: what Stripe answered to the page's question, if it was asked.
    """
    parts = urlsplit(address)
    values = dict(parse_qsl(parts.query, keep_blank_values=True))
    if parts.path in _NOTICES:
        return _notice(visit, _NOTICES[parts.path])
    if parts.path in {HOME, _DONE}:
        return (_home if parts.path == HOME else _confirmation)(visit, values)
    found = _step(parts.path)
    if found is None:
        kind = as_text((visit.flow or {}).get("type")) or parts.path
        return _gone(visit, Reason("", f"this version doesn't know “{kind}”", "Update the desk."))
    step, ids = found
    try:
        stop = step.show(visit, Asked(ids, values, answer))
    except NotOfferedError as missing:
        return _gone(visit, *missing.reasons)
    if not isinstance(stop.page, FlowPage):
        return stop
    return replace(stop, page=replace(stop.page, message=_message(visit, values)))


def sent(visit: Visit, address: str, values: Mapping[str, str]) -> Sent:
    """Where a page's form would lead. It changes nothing.

    Args:
        visit: who walks.
        address: where the form goes.
        values: what was filled in.
    """
    path = urlsplit(address).path
    if path == LOGIN_PAGE:
        return Sent(f"{LOGIN_PAGE}/sent")
    found = _step(path)
    if found is None or found[0].act is None:
        return Sent(_with(path, values))
    step, ids = found
    try:
        done = step.act(visit, Asked(ids, values)) if step.act else None
    except NotOfferedError:
        return Sent(path)
    if done is None:
        return Sent(_with(path, values))
    flow = visit.flow
    if flow is None or done.to or as_text(flow.get("type")) not in step.flows:
        return Sent(done.to or (entrance(visit) if flow else _with(HOME, {"done": done.deed})))
    return _completed(flow, done)


def _completed(flow: Mapping[str, object], done: Done) -> Sent:
    """R21: what follows a flow."""
    after = as_object(flow.get("after_completion"))
    kind = after.get("type")
    if kind == "hosted_confirmation":
        return Sent(_with(_DONE, {"done": done.deed}), completes=False)
    redirect = as_text(as_object(after.get("redirect")).get("return_url"))
    if kind == "redirect" and redirect:
        return Sent(redirect, completes=True)
    return Sent(_with(HOME, {"done": done.deed}), completes=True)


def _with(path: str, values: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(values)}" if values else path


def _step(path: str) -> tuple[Step, dict[str, str]] | None:
    """The step at a path, and the ids in it."""
    parts = path.removeprefix(f"{HOME}/").split("/")
    for pattern, step in _STEPS.items():
        names = pattern.split("/")
        if len(names) != len(parts):
            continue
        pairs = list(zip(names, parts, strict=True))
        if all(name == part or (name.startswith("{") and part) for name, part in pairs):
            return step, {name.strip("{}"): part for name, part in pairs if name.startswith("{")}
    return None


def _home(visit: Visit, values: Mapping[str, str]) -> Stop:
    every = values.get("invoices") == "all"
    invoices = visit.snapshot.invoices
    view = build_view(
        visit.snapshot,
        visit.settings,
        visit.verdicts,
        locale=visit.locale,
        now=visit.now,
        return_url=visit.return_url,
        invoices=len(invoices) if every else SHOWN_INVOICES,
    )
    files = {as_text(one.get("id")): as_text(one.get("invoice_pdf")) for one in invoices}
    shown = linked(view, visit.words, HOME, files, visit.methods_in_use)
    return Stop(replace(shown, message=_message(visit, values)))


def _message(visit: Visit, values: Mapping[str, str]) -> str:
    texts = {str(deed): text for deed, text in deeds(visit.words).items()}
    return texts.get(values.get("done", ""), "")


def _confirmation(visit: Visit, values: Mapping[str, str]) -> Stop:
    after = as_object((visit.flow or {}).get("after_completion"))
    message = as_text(as_object(after.get("hosted_confirmation")).get("custom_message"))
    frame = visit.frame_of(None)
    leave = return_link(visit.words, frame.brand.name, visit.return_url or "")
    known = {str(deed): deed for deed in deeds(visit.words)}
    deed = known.get(values.get("done", ""), "updated")
    return Stop(confirmation_page(visit.words, frame, deed, message, leave))


def _gone(visit: Visit, *reasons: Reason) -> Stop:
    return Stop(gone_page(visit.words, visit.frame_of(None), visit.leave), reasons)


def _notice(visit: Visit, kind: NoticeKind) -> Stop:
    """A message that stands alone; the login asks for an email address."""
    frame = visit.frame_of(None)
    email = as_text(visit.snapshot.customer.get("email"))
    found = notice(kind, visit.words, business=frame.brand.name, email=email)
    forms: tuple[Form, ...] = ()
    if found.field:
        field = Field("email", found.field, "email", email, autocomplete="email")
        forms = (Form(found.button, (Group((field,)),), LOGIN_PAGE),)
    page = FlowPage(frame, found.title, (found.text,), forms=forms)
    return Stop(page, _about_login(visit) if kind == "login" else (), alone=True)


def _about_login(visit: Visit) -> tuple[Reason, ...]:
    """R24: where the login page is, or that there is none."""
    known = [note for note in visit.verdicts.notes if note.rule == "R24"]
    off = Reason("", "this configuration has no login page", "Switch it on in the configuration.")
    return tuple(known) or (off,)
