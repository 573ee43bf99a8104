"""Who walks through which portal, and what a page of it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from portal_desk.models.json import ENDED, Json, id_of
from portal_desk.models.loose import as_id, as_list, as_object, as_text
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.portal.document import Capability, Link, PortalView, Reason, Verdict, Verdicts
from portal_desk.portal.flows.document import Fact, FlowPage, Frame
from portal_desk.portal.flows.done import Deed
from portal_desk.portal.flows.frame import back_home, frame
from portal_desk.portal.locales import resolve
from portal_desk.portal.sections.subscriptions import plan_fact
from portal_desk.portal.view import return_link
from portal_desk.portal.words import Words
from portal_desk.services.portal.rules import judge

HOME = "/portal"
"""The address of the first page; the others are below it."""

_HIDDEN = Verdict("hidden")


class NotOfferedError(Exception):
    """The portal doesn't offer what was asked for.

    Attributes:
        reasons: why not.
    """

    def __init__(self, *reasons: Reason) -> None:
        super().__init__(reasons)
        self.reasons = reasons


@dataclass(frozen=True)
class Catalogue:
    """What flows refer to by id or by code.

    Attributes:
        coupons: by id.
        promotion_codes: all of them.
        feedback_options: the business's own reasons for leaving, by id.
    """

    coupons: Mapping[str, Json] = field(default_factory=dict)
    promotion_codes: tuple[Json, ...] = ()
    feedback_options: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What Stripe answered to a page's question (`POST /v1/invoices/create_preview`).

    Attributes:
        invoice: the invoice as it would be; None where nothing would be invoiced.
    """

    invoice: Json | None


@dataclass(frozen=True)
class Asked:
    """What is asked for: the ids in the address, and what was filled in or chosen."""

    ids: Mapping[str, str]
    values: Mapping[str, str]
    answer: Answer | None = None


@dataclass(frozen=True)
class Stop:
    """A page of the walk.

    Attributes:
        page: what the customer sees.
        notes: what the agent should know about it.
        question: what Stripe could be asked (parameters of `create_preview`) for the amounts to be Stripe's own.
        alone: whether the page stands alone, without the portal's frame: the login, an expired link.
    """

    page: PortalView | FlowPage
    notes: tuple[Reason, ...] = ()
    question: Json | None = None
    alone: bool = False


@dataclass(frozen=True)
class Sent:
    """Where a form leads. Nothing is changed.

    Attributes:
        address: the next page, or an address outside the portal.
        completes: whether the deep link's flow is completed with it.
    """

    address: str
    completes: bool = False


@dataclass(frozen=True)
class Done:
    """What the customer would have done, and where that leads, if not to the first page."""

    deed: Deed
    to: str = ""


@dataclass(frozen=True)
class Visit:
    """One way into one customer's portal.

    Attributes:
        snapshot: the customer.
        configuration: the portal configuration, saved or not; None where the account has none.
        locale: one of the API's tags, or `auto` for the customer's own language.
        now: seconds UTC.
        flow: a deep link's flow, as `flow_data` of a session; None for the home page.
        return_url: the session's; None for the configuration's.
        catalogue: what flows refer to.
    """

    snapshot: CustomerSnapshot
    configuration: Json | None
    locale: str
    now: int
    flow: Json | None = None
    return_url: str | None = None
    catalogue: Catalogue = field(default_factory=Catalogue)

    @cached_property
    def words(self) -> Words:
        """The language."""
        known = as_list(self.snapshot.customer.get("preferred_locales"))
        return Words(resolve(self.locale, known))

    @cached_property
    def verdicts(self) -> Verdicts:
        """What the customer may do."""
        return judge(self.snapshot, self.configuration, now=self.now)

    @property
    def settings(self) -> Json:
        """The configuration; empty where there is none."""
        return self.configuration or {}

    def feature(self, name: str) -> Json:
        """What the configuration says about a feature; empty where it says nothing."""
        return as_object(as_object(self.settings.get("features")).get(name))

    @property
    def back_url(self) -> str:
        """The business's own site, if the session or the configuration names it."""
        return self.return_url or as_text(self.settings.get("default_return_url"))

    def require(self, *capabilities: Capability) -> tuple[Reason, ...]:
        """The notes on what may be done, if one of these may.

        Raises:
            NotOfferedError: none of them.
        """
        return _allowed(self.verdicts.portal, capabilities)

    def subscription(self, asked: Asked, *capabilities: Capability) -> Json:
        """The subscription in the address, if it may be changed in one of these ways.

        Raises:
            NotOfferedError: it isn't this customer's, or none of these is offered.
        """
        wanted = asked.ids["subscription"]
        found = [one for one in self.snapshot.subscriptions if one.get("id") == wanted]
        if not found:
            raise NotOfferedError(Reason("", f"{wanted} is no subscription of this customer"))
        _allowed(self.verdicts.subscriptions.get(wanted, {}), capabilities)
        return found[0]

    def verdict(self, subscription: Json, capability: Capability) -> Verdict:
        """Whether the customer may do this with a subscription."""
        judged = self.verdicts.subscriptions.get(as_text(subscription.get("id")), {})
        return judged.get(capability, _HIDDEN)

    def may(self, subscription: Json, capability: Capability) -> bool:
        """Whether the customer may do this with a subscription."""
        return self.verdict(subscription, capability).availability == "enabled"

    def plan(self, subscription: Json) -> Fact:
        """What is subscribed to, and its price."""
        return plan_fact(self.words, subscription, self.snapshot)

    @property
    def leave(self) -> Link | None:
        """The way out: the portal's first page, or the business's own where a flow is all there is."""
        if self.flow is not None:
            return return_link(self.words, self.frame_of(None).brand.name, self.return_url or "")
        return back_home(self.words, HOME)

    def frame_of(self, back: Link | None) -> Frame:
        """The frame of a page, with a way back."""
        return frame(self.words, self.snapshot.account, self.settings, back)

    @property
    def frame(self) -> Frame:
        """The frame of a page that leads back to where the customer came from."""
        return self.frame_of(self.leave)

    @property
    def default_method(self) -> str | None:
        """The id of the customer's default payment method."""
        settings = as_object(self.snapshot.customer.get("invoice_settings"))
        return id_of(settings.get("default_payment_method"))

    @property
    def methods_in_use(self) -> set[str]:
        """The ids of payment methods that can't be removed: defaults, of the customer or of what runs."""
        running = (one for one in self.snapshot.subscriptions if one.get("status") not in ENDED)
        used = {as_id(one.get("default_payment_method")) for one in running}
        return {each for each in (self.default_method, *used) if each}


def _allowed(
    judged: Mapping[Capability, Verdict], capabilities: tuple[Capability, ...]
) -> tuple[Reason, ...]:
    verdicts = [judged.get(one, _HIDDEN) for one in capabilities]
    enabled = [verdict for verdict in verdicts if verdict.availability == "enabled"]
    if not enabled:
        raise NotOfferedError(*dict.fromkeys(why for one in verdicts for why in one.reasons))
    return tuple(dict.fromkeys(note for verdict in enabled for note in verdict.notes))
