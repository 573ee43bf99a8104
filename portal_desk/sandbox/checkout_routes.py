"""Where checkout sessions and payment links lead to in a browser."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from portal_desk.models.json import Json
from portal_desk.portal.flows.problems import problem_text
from portal_desk.portal.words import Words
from portal_desk.sandbox import objects
from portal_desk.sandbox.checkout import KIND, added_up, complete, settle
from portal_desk.sandbox.checkout_page import closed_page, done_page, pay_page, words_of
from portal_desk.sandbox.clocks import own_time
from portal_desk.sandbox.emails import is_email
from portal_desk.sandbox.endpoints.payment_links import follow
from portal_desk.sandbox.links import checkout_address
from portal_desk.sandbox.portal_cards import read_card
from portal_desk.sandbox.portal_page import Page
from portal_desk.sandbox.portal_visit import UnfitError
from portal_desk.sandbox.portal_web import answer, languages
from portal_desk.sandbox.problems import StripeProblem
from portal_desk.sandbox.state import State

_SECRET = {"number", "cvc"}
_SESSION_ID = "{CHECKOUT_SESSION_ID}"


class CheckoutRoutes:
    """The pages of Checkout; none of them asks for a key."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[web.RouteDef]:
        """The routes for the web server."""
        return [
            web.get("/c/pay/{id}", self._show),
            web.post("/c/pay/{id}", self._pay),
            web.get("/c/done/{id}", self._done),
            web.get("/b/{token}", self._follow),
        ]

    async def _show(self, request: web.Request) -> web.Response:
        session = self._session(request)
        words = words_of(session or {"locale": None}, languages(request))
        if session is None or session["status"] != "open":
            return answer(closed_page(self._state, words))
        return _answered(session, pay_page(self._state, session, words, {}, {}))

    async def _pay(self, request: web.Request) -> web.Response:
        session = self._session(request)
        words = words_of(session or {"locale": None}, languages(request))
        if session is None or session["status"] != "open":
            return answer(closed_page(self._state, words))
        values = {name: str(value) for name, value in (await request.post()).items()}
        kept = {name: value for name, value in values.items() if name not in _SECRET}
        try:
            with own_time(self._state, session["customer"]):
                session = self._paid(session, values)
        except UnfitError as unfit:
            problems = {name: problem_text(words, code) for name, code in unfit.problems.items()}
            return _answered(session, pay_page(self._state, session, words, kept, problems))
        except StripeProblem as problem:
            page = pay_page(self._state, session, words, kept, {}, _why(words, problem))
            return _answered(session, page)
        raise web.HTTPSeeOther(self._onward(session))

    def _paid(self, session: Json, values: Mapping[str, str]) -> Json:
        """Pay a session with what was filled in.

        Raises:
            UnfitError: a field can't be taken.
            StripeProblem: the payment fails.
        """
        state = self._state
        email, name = values.get("email", "").strip(), values.get("name", "").strip()
        number, expiry, cvc = (values.get(each, "") for each in ("number", "expiry", "cvc"))
        if not is_email(email):
            raise UnfitError(email="email_invalid")
        if not name:
            raise UnfitError(name="name_missing")
        card = read_card(number, expiry, cvc, now=state.now())
        if code := values.get("promotion_code", "").strip():
            session = _redeemed(state, session, code)
        owner = objects.billing_details(name=name, email=email)
        method = objects.new_payment_method(
            state, "card", card.details(state), billing_details=owner
        )
        return complete(state, session, state.create(method), email=email, name=name)

    def _onward(self, session: Json) -> str:
        """Where the customer goes after a payment."""
        link = self._state.get("payment_link", session["payment_link"] or "")
        after: Json = link["after_completion"] if link else {}
        address = after.get("redirect", {}).get("url") or session["success_url"]
        return str(address or f"/c/done/{session['id']}").replace(_SESSION_ID, session["id"])

    async def _done(self, request: web.Request) -> web.Response:
        session = self._session(request)
        words = words_of(session or {"locale": None}, languages(request))
        if session is None or session["status"] != "complete":
            return answer(closed_page(self._state, words))
        link = self._state.get("payment_link", session["payment_link"] or "")
        after: Json = link["after_completion"] if link else {}
        message = after.get("hosted_confirmation", {}).get("custom_message") or ""
        return answer(done_page(self._state, words, message))

    async def _follow(self, request: web.Request) -> web.Response:
        """Follow a payment link to a new session."""
        link = self._state.get("payment_link", f"plink_{request.match_info['token']}")
        words = words_of({"locale": request.query.get("locale")}, languages(request))
        if link is None or not link["active"]:
            message = (link or {}).get("inactive_message") or ""
            return answer(closed_page(self._state, words, message))
        session = follow(
            self._state,
            link,
            email=request.query.get("prefilled_email", ""),
            reference=request.query.get("client_reference_id", ""),
        )
        raise web.HTTPSeeOther(checkout_address(self._state, session["id"]))

    def _session(self, request: web.Request) -> Json | None:
        found = self._state.get(KIND, request.match_info["id"])
        return settle(self._state, found) if found else None


def _answered(session: Json, page: Page) -> web.Response:
    return answer(page, leads_to=session["success_url"])


def _redeemed(state: State, session: Json, text: str) -> Json:
    """A session with the promotion code that a customer typed.

    Raises:
        UnfitError: there is no such code, or it can't be used.
    """
    codes = state.where("promotion_code", active=True)
    code = next((each for each in codes if each["code"].lower() == text.lower()), None)
    if code is None or not session["allow_promotion_codes"]:
        raise UnfitError(promotion_code="code_invalid")
    discounts = [{"coupon": None, "promotion_code": code["id"]}]
    try:
        return state.update(
            session, added_up(state, {**session, "discounts": discounts}) | {"discounts": discounts}
        )
    except StripeProblem as problem:
        raise UnfitError(promotion_code="code_unusable") from problem


def _why(words: Words, problem: StripeProblem) -> str:
    """Why a payment failed, in the customer's words."""
    return problem_text(words, problem.extra.get("decline_code") or problem.code or "")
