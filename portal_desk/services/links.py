"""Issuing links to the customer portal (https://docs.stripe.com/api/customer_portal/sessions/create)."""

from __future__ import annotations

import asyncio
import uuid
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlencode, urlsplit, urlunsplit

from portal_desk.errors import DeskError, NotFound, OutcomeUnknown, StripeError
from portal_desk.models.actions import LINK_LIFETIME, JournalEntry, LinkRequest, PortalLink
from portal_desk.services.actions.refusals import advise
from portal_desk.services.link_params import params_of
from portal_desk.services.permissions import ADD_IT, LINKS, last_refusal

if TYPE_CHECKING:
    from portal_desk.models.json import Json
    from portal_desk.portal.document import Reason
    from portal_desk.services.journal import Journal
    from portal_desk.services.store import Store
    from portal_desk.services.stripe_gateway import StripeGateway


class Links:
    """Portal sessions and login links.

    Args:
        gateway: Stripe.
        store: the cache, which `foresee` judges by.
        journal: where intent is written before it is sent, without the link.
    """

    def __init__(self, gateway: StripeGateway, store: Store, journal: Journal) -> None:
        self._gateway = gateway
        self._store = store
        self._journal = journal

    async def issue(self, request: LinkRequest) -> PortalLink:
        """Make a portal session.

        Raises:
            InvalidInput: the request can't be right; nothing was sent.
            StripeError: Stripe said no; the journal says `failed`.
            OutcomeUnknown: no answer came: a link that was made is lost, expires by itself, and a new one is safe.
            Offline: Stripe can't be reached.
            DiskFull: the journal can't be written, so nothing was sent.
        """
        params = params_of(request)
        entry = await asyncio.to_thread(self._begin, request, params)
        try:
            session = await self._gateway.post(
                "/v1/billing_portal/sessions", params, idempotency_key=entry.idempotency_key
            )
        except OutcomeUnknown as error:
            await self._finish(entry, "unknown", error.message)
            raise OutcomeUnknown(
                "Stripe was asked for a link, and no answer came.",
                "A link that nobody received expires by itself: it is safe to ask for a new one.",
            ) from error
        except DeskError as error:
            await self._finish(entry, "failed", error.message)
            raise (advise(error) if isinstance(error, StripeError) else error) from None
        expires = session["created"] + LINK_LIFETIME
        entry = await asyncio.to_thread(self._journal.settle, entry, "done", expires=expires)
        return PortalLink(session.pop("url"), expires, session, recorded=entry.state == "done")

    def foresee(self, request: LinkRequest) -> list[Reason]:
        """Where Stripe would refuse, or the customer would see less than expected, judged by the cache.

        Reads the cache: call it on a worker thread.

        Raises:
            NotFound: the cache doesn't know the customer.
        """
        from portal_desk.portal.document import Reason  # noqa: PLC0415 - brings the portal's words
        from portal_desk.services.link_forecast import foresee  # noqa: PLC0415 - brings the portal's rules

        snapshot = self._store.snapshot(request.customer)
        if snapshot is None:
            raise NotFound(f"{request.customer} is not in the cache.", "Let the sync catch up.")
        found = foresee(request, snapshot, self._store.configurations(), now=self._gateway.now())
        refused = last_refusal(self._journal.recent(), LINKS)
        return [Reason("", refused, ADD_IT), *found] if refused else found

    def _begin(self, request: LinkRequest, params: Json) -> JournalEntry:
        return self._journal.begin(
            kind="link",
            customer=request.customer,
            subscription=request.flow_subscription,
            configuration=request.configuration,
            summary=_summary(request),
            params=params,
            idempotency_key=f"portal-desk-{uuid.uuid4()}",
        )

    async def _finish(
        self, entry: JournalEntry, state: Literal["failed", "unknown"], error: str
    ) -> None:
        await asyncio.to_thread(self._journal.settle, entry, state, error=error)


def login_link(configuration: Json, email: str | None) -> str | None:
    """The configuration's login link, with the customer's address filled in (R24), or None where it has none.

    The link needs no session and doesn't expire; the customer gets a code by email.
    """
    page = configuration.get("login_page") or {}
    if not page.get("enabled") or not page.get("url"):
        return None
    parts = urlsplit(str(page["url"]))
    query = urlencode({"prefilled_email": email}) if email else parts.query
    return urlunsplit(parts._replace(query=query))


def _summary(request: LinkRequest) -> str:
    words = {
        None: "home page",
        "payment_method_update": "add a payment method",
        "subscription_cancel": "cancel a subscription",
        "subscription_update": "change a plan",
        "subscription_update_confirm": "confirm a new plan",
        "customer_update": "update billing information",
        "subscription_pause": "pause a subscription",
    }
    language = f", in {request.locale}" if request.locale else ""
    return f"Portal link: {words[request.flow]}{language}"
