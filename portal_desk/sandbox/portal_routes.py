"""The portal's addresses: each page, what its form does, and which flow it belongs to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from aiohttp import web

from portal_desk.portal.flows.document import FlowPage
from portal_desk.portal.flows.done import deeds, gone_page
from portal_desk.portal.flows.problems import problem_text
from portal_desk.portal.html import render_flow
from portal_desk.sandbox.gate import new_request_id
from portal_desk.sandbox.portal_cancelling import cancel, renew, show_cancel, show_renew
from portal_desk.sandbox.portal_completion import confirmation, next_address, outside, start_of
from portal_desk.sandbox.portal_details import add_tax_id, remove_tax_id, save, show_details
from portal_desk.sandbox.portal_methods import add, make_default, remove, show_add, show_remove
from portal_desk.sandbox.portal_page import Page, enter, home_page
from portal_desk.sandbox.portal_pausing import pause, resume, show_pause, show_resume
from portal_desk.sandbox.portal_paying import pay, show_pay
from portal_desk.sandbox.portal_switching import show_confirm, show_update, update
from portal_desk.sandbox.portal_visit import Asked, Done, NotOfferedError, UnfitError, Visit
from portal_desk.sandbox.portal_web import answer, languages
from portal_desk.sandbox.problems import StripeProblem
from portal_desk.sandbox.state import State

Show = Callable[[Visit, Asked], FlowPage]
Act = Callable[[Visit, Asked], Done]
_HOME = "/p/session/{secret}"


@dataclass(frozen=True)
class Step:
    """A page of the portal.

    Attributes:
        path: its address below the session's.
        show: the page; for an address that only takes forms, the page they are on.
        act: what its form does, if it does anything.
        flows: the flows that it completes; other flows don't lead here.
        helps: the flows that it can be visited in without completing them.
        shown: whether it can be looked at.
    """

    path: str
    show: Show
    act: Act | None = None
    flows: tuple[str, ...] = ()
    helps: tuple[str, ...] = ()
    shown: bool = True


_SUBSCRIPTION = "subscriptions/{subscription}"
_METHOD = "payment-methods/{method}"
_UPDATES = ("subscription_update", "subscription_update_confirm")

STEPS = (
    Step(f"{_SUBSCRIPTION}/cancel", show_cancel, cancel, ("subscription_cancel",)),
    Step(f"{_SUBSCRIPTION}/renew", show_renew, renew),
    Step(f"{_SUBSCRIPTION}/update", show_update, None, ("subscription_update",)),
    Step(f"{_SUBSCRIPTION}/update/confirm", show_confirm, update, _UPDATES),
    Step(f"{_SUBSCRIPTION}/pause", show_pause, pause, ("subscription_pause",)),
    Step(f"{_SUBSCRIPTION}/resume", show_resume, resume),
    Step("customer/update", show_details, save, ("customer_update",)),
    Step("customer/add-tax-id", show_details, add_tax_id, helps=("customer_update",), shown=False),
    Step(
        "customer/remove-tax-id/{tax_id}",
        show_details,
        remove_tax_id,
        helps=("customer_update",),
        shown=False,
    ),
    Step("payment-methods/add", show_add, add, ("payment_method_update",), _UPDATES),
    Step(f"{_METHOD}/default", show_remove, make_default, shown=False),
    Step(f"{_METHOD}/remove", show_remove, remove),
    Step("invoices/{invoice}/pay", show_pay, pay),
)


class PortalRoutes:
    """The portal of every session."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[web.RouteDef]:
        """The routes for the web server."""
        found = [web.get(_HOME, self._home)]
        for step in STEPS:
            path = f"{_HOME}/{step.path}"
            found.append(web.get(path, self._shows(step) if step.shown else self._first))
            if step.act:
                found.append(web.post(path, self._acts(step, step.act)))
        return found

    async def _home(self, request: web.Request) -> web.StreamResponse:
        visit = self._enter(request)
        if isinstance(visit, Page):
            return answer(visit)
        if visit.flow is not None:
            raise web.HTTPSeeOther(start_of(visit, visit.flow))
        if page := confirmation(visit):
            return answer(Page(render_flow(page)))
        message = _message(visit, request.query)
        every = request.query.get("invoices") == "all"
        with visit.own_time():
            return answer(home_page(visit, message, all_invoices=every))

    async def _first(self, request: web.Request) -> web.StreamResponse:
        """Lead to the first page from an address that only takes forms: somebody reloaded it."""
        raise web.HTTPSeeOther(_HOME.format(secret=request.match_info["secret"]))

    def _shows(self, step: Step) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            visit = self._enter(request)
            if isinstance(visit, Page):
                return answer(visit)
            _keep_to_flow(visit, step)
            asked = Asked(request.match_info, _texts(request.query))
            return _shown(visit, step, asked, message=_message(visit, request.query))

        return handle

    def _acts(self, step: Step, act: Act) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            visit = self._enter(request)
            if isinstance(visit, Page):
                return answer(visit)
            _keep_to_flow(visit, step)
            asked = Asked(request.match_info, _texts(await request.post()))
            try:
                with self._state.unit(), self._request():
                    with visit.own_time():
                        done = act(visit, asked)
                    address = next_address(visit, done, step.flows)
            except NotOfferedError:
                return _gone(visit)
            except UnfitError as unfit:
                return _shown(visit, step, _unfit(visit, asked, unfit), 422)
            except StripeProblem as problem:
                code = problem.extra.get("decline_code") or problem.code or ""
                failed = replace(asked, problem=problem_text(visit.words, code))
                return _shown(visit, step, failed, problem.status)
            raise web.HTTPSeeOther(address)

        return handle

    @contextmanager
    def _request(self) -> Iterator[None]:
        """What happens is somebody's doing, as its events say; null is what is automatic.

        https://docs.stripe.com/api/events/object#event_object-request
        """
        before = self._state.request
        self._state.request = {"id": new_request_id(), "idempotency_key": None}
        try:
            yield
        finally:
            self._state.request = before

    def _enter(self, request: web.Request) -> Visit | Page:
        with self._state.unit():
            return enter(self._state, request.match_info["secret"], languages(request))


def _texts(given: Mapping[str, object]) -> dict[str, str]:
    """The fields that are text: a file is not."""
    return {name: value for name, value in given.items() if isinstance(value, str)}


def _message(visit: Visit, query: Mapping[str, str]) -> str:
    """What was just done, in the customer's words, if the address says so."""
    texts = {str(deed): text for deed, text in deeds(visit.words).items()}
    return texts.get(query.get("done", ""), "")


def _keep_to_flow(visit: Visit, step: Step) -> None:
    """A flow leads to its own pages alone: https://docs.stripe.com/customer-management/portal-deep-links.

    Raises:
        HTTPSeeOther: to the flow's first page.
    """
    flow = visit.flow
    if flow is not None and flow["type"] not in (*step.flows, *step.helps):
        raise web.HTTPSeeOther(start_of(visit, flow))


def _unfit(visit: Visit, asked: Asked, unfit: UnfitError) -> Asked:
    texts = {name: problem_text(visit.words, code) for name, code in unfit.problems.items()}
    return replace(asked, problem=texts.pop("page", ""), problems=texts)


def _shown(
    visit: Visit, step: Step, asked: Asked, status: int = 200, *, message: str = ""
) -> web.Response:
    try:
        with visit.own_time():
            page = replace(step.show(visit, asked), message=message)
    except (NotOfferedError, StripeProblem):
        return _gone(visit)
    return answer(Page(render_flow(page), status), leads_to=outside(visit))


def _gone(visit: Visit) -> web.Response:
    page = gone_page(visit.words, visit.frame_of(None), visit.leave)
    return answer(Page(render_flow(page), 404))
