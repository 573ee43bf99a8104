"""The pages and files that the API's answers link to; none of them asks for a key."""

from __future__ import annotations

import asyncio
import copy

from aiohttp import web

from portal_desk.models.json import Json
from portal_desk.sandbox import billing
from portal_desk.sandbox.checkout_routes import CheckoutRoutes
from portal_desk.sandbox.file_routes import FileRoutes
from portal_desk.sandbox.invoice_page import gone_page, invoice_page
from portal_desk.sandbox.links import credit_note_of, invoice_of
from portal_desk.sandbox.portal_page import link_sent_page, login_page, recovery_page
from portal_desk.sandbox.portal_routes import PortalRoutes
from portal_desk.sandbox.portal_visit import Visit
from portal_desk.sandbox.portal_web import HEADERS, answer, languages
from portal_desk.sandbox.problems import StripeProblem
from portal_desk.sandbox.state import State


class Pages:
    """Everything that is not the API."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[web.RouteDef]:
        """The routes for the web server."""
        return [
            *PortalRoutes(self._state).routes(),
            *CheckoutRoutes(self._state).routes(),
            *FileRoutes(self._state).routes(),
            web.get("/p/login/{token}", self._login),
            web.post("/p/login/{token}", self._send_link),
            web.post("/p/session/{secret}", self._recover),
            web.get("/i/{token}", self._invoice),
            web.post("/i/{token}", self._pay),
            web.get("/pdf/{token}", self._pdf),
            web.get("/credit-notes/{token}/pdf", self._credit_note_pdf),
        ]

    async def _login(self, request: web.Request) -> web.Response:
        email = request.query.get("prefilled_email", "")
        token = request.match_info["token"]
        return answer(login_page(self._state, token, email, languages(request)))

    async def _send_link(self, request: web.Request) -> web.Response:
        token, email = request.match_info["token"], await _email(request)
        with self._state.unit():
            return answer(link_sent_page(self._state, token, email, languages(request)))

    async def _recover(self, request: web.Request) -> web.Response:
        secret, email = request.match_info["secret"], await _email(request)
        with self._state.unit():
            found = recovery_page(self._state, secret, email, languages(request))
        if isinstance(found, Visit):
            raise web.HTTPSeeOther(found.base)
        return answer(found)

    async def _invoice(self, request: web.Request) -> web.Response:
        invoice = self._of(request)
        return answer(invoice_page(self._state, invoice) if invoice else gone_page(self._state))

    async def _pay(self, request: web.Request) -> web.Response:
        invoice = self._of(request)
        if invoice is None:
            return answer(gone_page(self._state))
        try:
            with self._state.unit():
                billing.pay_invoice(self._state, invoice, {})
        except StripeProblem as problem:
            return answer(invoice_page(self._state, invoice, problem.message))
        return answer(invoice_page(self._state, invoice))

    async def _pdf(self, request: web.Request) -> web.Response:
        invoice = self._of(request)
        if invoice is None:
            return answer(gone_page(self._state))
        # Drawing takes long enough to hold up the other requests: it gets a copy and a thread.
        from portal_desk.sandbox.pdf import invoice_pdf  # noqa: PLC0415 - fonts are slow to load

        drawn = await asyncio.to_thread(invoice_pdf, self._state, copy.deepcopy(invoice))
        return _pdf_file(drawn, f"Invoice-{invoice['number']}.pdf")

    async def _credit_note_pdf(self, request: web.Request) -> web.Response:
        note = credit_note_of(self._state, request.match_info["token"])
        if note is None:
            return answer(gone_page(self._state))
        from portal_desk.sandbox.pdf_credit_note import credit_note_pdf  # noqa: PLC0415 - as above

        drawn = await asyncio.to_thread(credit_note_pdf, self._state, copy.deepcopy(note))
        return _pdf_file(drawn, f"CreditNote-{note['number']}.pdf")

    def _of(self, request: web.Request) -> Json | None:
        return invoice_of(self._state, request.match_info["token"])


async def _email(request: web.Request) -> str:
    return str((await request.post()).get("email", "")).strip()


def _pdf_file(drawn: bytes, name: str) -> web.Response:
    headers = {**HEADERS, "Content-Disposition": f'inline; filename="{name}"'}
    return web.Response(body=drawn, content_type="application/pdf", headers=headers)
