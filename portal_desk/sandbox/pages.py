"""The pages and files that the API's answers link to; none of them asks for a key."""

from __future__ import annotations

import asyncio
import copy

from aiohttp import web
from babel.core import parse_locale

from portal_desk.models.json import Json
from portal_desk.sandbox import billing
from portal_desk.sandbox.invoice_page import gone_page, invoice_page
from portal_desk.sandbox.links import invoice_of
from portal_desk.sandbox.portal_page import Page, link_sent_page, login_page, session_page
from portal_desk.sandbox.problems import StripeProblem
from portal_desk.sandbox.state import State

_HEADERS = {
    # The portal can't be shown in a frame: https://docs.stripe.com/customer-management#limitations
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Pages:
    """Everything that is not the API."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[web.RouteDef]:
        """The routes for the web server."""
        return [
            web.get("/p/session/{secret}", self._session),
            web.get("/p/login/{token}", self._login),
            web.post("/p/login/{token}", self._send_link),
            web.post("/p/session/{secret}", self._send_link),
            web.get("/i/{token}", self._invoice),
            web.post("/i/{token}", self._pay),
            web.get("/pdf/{token}", self._pdf),
        ]

    async def _session(self, request: web.Request) -> web.Response:
        secret = request.match_info["secret"]
        return _html(session_page(self._state, secret, _languages(request)))

    async def _login(self, request: web.Request) -> web.Response:
        email = request.query.get("prefilled_email", "")
        token = request.match_info["token"]
        return _html(login_page(self._state, token, email, _languages(request)))

    async def _send_link(self, request: web.Request) -> web.Response:
        email = str((await request.post()).get("email", ""))
        return _html(link_sent_page(self._state, email, _languages(request)))

    async def _invoice(self, request: web.Request) -> web.Response:
        invoice = self._of(request)
        return _html(invoice_page(self._state, invoice) if invoice else gone_page(self._state))

    async def _pay(self, request: web.Request) -> web.Response:
        invoice = self._of(request)
        if invoice is None:
            return _html(gone_page(self._state))
        try:
            billing.pay_invoice(self._state, invoice, {})
        except StripeProblem as problem:
            return _html(invoice_page(self._state, invoice, problem.message))
        return _html(invoice_page(self._state, invoice))

    async def _pdf(self, request: web.Request) -> web.Response:
        invoice = self._of(request)
        if invoice is None:
            return _html(gone_page(self._state))
        # Drawing takes long enough to hold up the other requests: it gets a copy and a thread.
        from portal_desk.sandbox.pdf import invoice_pdf  # noqa: PLC0415 - fonts are slow to load

        drawn = await asyncio.to_thread(invoice_pdf, self._state, copy.deepcopy(invoice))
        name = f"Invoice-{invoice['number']}.pdf"
        headers = {**_HEADERS, "Content-Disposition": f'inline; filename="{name}"'}
        return web.Response(body=drawn, content_type="application/pdf", headers=headers)

    def _of(self, request: web.Request) -> Json | None:
        return invoice_of(self._state, request.match_info["token"])


def _html(page: Page) -> web.Response:
    return web.Response(
        text=page.html, status=page.status, content_type="text/html", headers=_HEADERS
    )


def _languages(request: web.Request) -> list[str]:
    """The browser's languages, best first."""
    wished: list[tuple[float, str]] = []
    for part in request.headers.get("Accept-Language", "").split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            parse_locale(tag, sep="-")
            wished.append((-float(quality or 1), tag))
        except ValueError:
            continue
    return [tag for _, tag in sorted(wished, key=lambda wish: wish[0])]
