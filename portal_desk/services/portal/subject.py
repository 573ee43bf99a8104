"""Whom a preview shows: a customer of the cache, or a made-up one, as they will be on some day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from portal_desk.models.actions import AfterCompletion, FlowType
from portal_desk.models.json import Json
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.services.portal.as_of import as_of
from portal_desk.services.portal.made_up import made_up_customer
from portal_desk.services.portal.situations import Situation, in_situation
from portal_desk.services.portal.walk import Catalogue, Visit
from portal_desk.services.portal.walk.links import example_flow


@dataclass(frozen=True)
class Seen:
    """How a subject is looked at.

    Attributes:
        locale: one of the API's tags, or `auto` for the customer's own language.
        now: seconds UTC.
        at: the moment to show (seconds UTC), `now` or later.
        situation: of a made-up customer; None for the real one.
        flow: the deep link to begin with; None for another page.
        after: what follows the flow.
    """

    locale: str
    now: int
    at: int
    situation: Situation | None = None
    flow: FlowType | None = None
    after: AfterCompletion | None = None


@dataclass(frozen=True)
class Subject:
    """A customer, and what the account has that pages refer to.

    Attributes:
        snapshot: the customer.
        catalogue: coupons and promotion codes.
        products, prices: all that the account sells.
    """

    snapshot: CustomerSnapshot
    catalogue: Catalogue = field(default_factory=Catalogue)
    products: Sequence[Json] = ()
    prices: Sequence[Json] = ()

    def visit(self, configuration: Json | None, seen: Seen) -> Visit:
        """The customer's way into a portal; without a flow where there is no subscription for it to be about."""
        snapshot = as_of(self._customer(configuration, seen), seen.at)
        visit = Visit(snapshot, configuration, seen.locale, seen.at, catalogue=self.catalogue)
        if seen.flow is None:
            return visit
        coupons = self.catalogue.coupons.items()
        coupon = next((name for name, one in coupons if one.get("valid")), "")
        flow = example_flow(seen.flow, snapshot, visit.settings, after=seen.after, coupon=coupon)
        return replace(visit, flow=flow)

    def _customer(self, configuration: Json | None, seen: Seen) -> CustomerSnapshot:
        if seen.situation is None:
            return self.snapshot
        account = self.snapshot.account
        made = made_up_customer(account, configuration, self.products, self.prices, now=seen.now)
        return in_situation(made, seen.situation)
