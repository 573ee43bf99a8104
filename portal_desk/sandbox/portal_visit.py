"""One visit to a portal session's pages: who is there, what they may do, and where they go next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

from portal_desk.models.json import Json, id_of
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.portal.document import Capability, Link, Verdicts
from portal_desk.portal.flows.document import Fact, Frame
from portal_desk.portal.flows.done import Deed
from portal_desk.portal.flows.frame import back_home, frame
from portal_desk.portal.sections.subscriptions import plan_fact
from portal_desk.portal.view import return_link
from portal_desk.portal.words import Words
from portal_desk.sandbox import visits
from portal_desk.sandbox.clocks import own_time
from portal_desk.sandbox.expand import present
from portal_desk.sandbox.portal_judgement import ENDED, judge
from portal_desk.sandbox.state import State

_MAX_INVOICES = 100


class NotOfferedError(Exception):
    """The customer asked for something that the portal doesn't offer them, or no longer does."""


class UnfitError(Exception):
    """What the customer filled in can't be taken.

    Attributes:
        problems: codes for `problem_text`, by the field's name; an empty name is the whole page.
    """

    def __init__(self, **problems: str) -> None:
        super().__init__(problems)
        self.problems = problems


@dataclass(frozen=True)
class Asked:
    """What the browser sent.

    Attributes:
        ids: the ids in the address.
        values: the fields of the form, or of the query.
        problems: what is wrong with fields, in the customer's words.
        problem: why the last attempt failed, in the customer's words.
    """

    ids: Mapping[str, str]
    values: Mapping[str, str]
    problems: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True)
class Visit:
    """A session that is open, and the customer in it.

    Attributes:
        state: the sandbox's state.
        secret: the last part of the session's link.
        session, customer, configuration: Stripe's objects.
        words: the language.
    """

    state: State
    secret: str = field(repr=False)
    session: Json
    customer: Json
    configuration: Json
    words: Words

    @property
    def base(self) -> str:
        """The address of the session's first page."""
        return f"/p/session/{self.secret}"

    @property
    def features(self) -> Json:
        """What the configuration allows."""
        found: Json = self.configuration["features"]
        return found

    @cached_property
    def snapshot(self) -> CustomerSnapshot:
        """The customer with everything around it."""
        return snapshot_of(self.state, self.customer, self.session["on_behalf_of"])

    @cached_property
    def verdicts(self) -> Verdicts:
        """What the customer may do."""
        return judge(self.snapshot, self.configuration)

    @contextmanager
    def own_time(self) -> Iterator[None]:
        """For a while it is the customer's time, where that is a test clock's.

        Links to invoices are made before, in everyone's time, which is what they expire by.
        """
        with own_time(self.state, self.snapshot.customer["id"]):
            yield

    @property
    def flow(self) -> Json | None:
        """The session's flow while it is not completed."""
        found: Json | None = self.session["flow"]
        return None if visits.completed(self.state, self.secret) else found

    def require(self, *capabilities: Capability) -> None:
        """Go on only if the customer may do one of these.

        Raises:
            NotOfferedError: none of them.
        """
        if not any(self.verdicts.portal[each].availability == "enabled" for each in capabilities):
            raise NotOfferedError

    def subscription(self, asked: Asked, *capabilities: Capability) -> Json:
        """The subscription in the address, as it is stored, if it may be changed in one of these ways.

        Raises:
            NotOfferedError: it isn't this customer's, or none of these is offered.
        """
        subscription_id = asked.ids["subscription"]
        judged = self.verdicts.subscriptions.get(subscription_id, {})
        if not any(judged[each].availability == "enabled" for each in capabilities if judged):
            raise NotOfferedError
        return self.state.kind("subscription")[subscription_id]

    def may(self, subscription: Json, capability: Capability) -> bool:
        """Whether the customer may do this with a subscription."""
        judged = self.verdicts.subscriptions[subscription["id"]]
        return judged[capability].availability == "enabled"

    def plan(self, subscription: Json) -> Fact:
        """What is subscribed to, and its price."""
        shown = present(self.state, subscription, ["discounts"])
        return plan_fact(self.words, shown, self.snapshot)

    @property
    def leave(self) -> Link | None:
        """The way out: the portal's first page, or the business's own where a flow is all there is."""
        business = self.frame_of(None).brand.name
        if self.flow is not None:
            return return_link(self.words, business, self.session["return_url"] or "")
        return back_home(self.words, self.base)

    def frame_of(self, back: Link | None) -> Frame:
        """The frame of a page, with a way back."""
        return frame(self.words, account_of(self.state), self.configuration, back)

    @property
    def frame(self) -> Frame:
        """The frame of a page that leads back to where the customer came from."""
        return self.frame_of(self.leave)

    @property
    def default_method(self) -> str | None:
        """The id of the customer's default payment method."""
        settings = self.customer["invoice_settings"]
        return id_of(settings["default_payment_method"])

    @property
    def methods_in_use(self) -> set[str]:
        """The ids of payment methods that can't be removed: defaults, of the customer or of what runs."""
        running = (each for each in self.snapshot.subscriptions if each["status"] not in ENDED)
        used = {id_of(each["default_payment_method"]) for each in running}
        return {each for each in (self.default_method, *used) if each}


@dataclass(frozen=True)
class Done:
    """What a customer did.

    Attributes:
        deed: what was done.
        to: where to go next, if not to the first page.
    """

    deed: Deed
    to: str = ""


def account_of(state: State) -> Json:
    """The account whose portal it is, with the pictures of its brand inside."""
    account = next(iter(state.where("account")), None)
    if account is None:
        return {}
    branding = account["settings"]["branding"]
    pictures = {name: _picture(state, branding[name]) for name in ("icon", "logo")}
    return {**account, "settings": {**account["settings"], "branding": {**branding, **pictures}}}


def _picture(state: State, file_id: str | None) -> str | None:
    """A picture as an address that carries it: pages load nothing from elsewhere."""
    file = state.get("file", file_id or "")
    if file is None:
        return None
    kind = "jpeg" if file["type"] == "jpg" else file["type"]
    return f"data:image/{kind};base64,{file['contents']}"


def snapshot_of(state: State, customer: Json, on_behalf_of: str | None = None) -> CustomerSnapshot:
    """The customer with everything around it; with `on_behalf_of`, that account's share alone."""
    mine = {"customer": customer["id"]}
    share = {**mine, "on_behalf_of": on_behalf_of} if on_behalf_of else mine
    invoices = [
        present(state, each, [])
        for each, _ in zip(state.where("invoice", **share), range(_MAX_INVOICES), strict=False)
    ]
    return CustomerSnapshot(
        customer=customer,
        subscriptions=tuple(
            present(state, each, ["discounts"]) for each in state.where("subscription", **share)
        ),
        schedules=state.kind("subscription_schedule"),
        invoices=tuple(invoices),
        payment_methods=tuple(state.where("payment_method", **mine)),
        tax_ids=tuple(state.where("tax_id", **mine)),
        products=state.kind("product"),
        prices=state.kind("price"),
        coupons=state.kind("coupon"),
        account=account_of(state),
        as_of=state.now(),
    )
