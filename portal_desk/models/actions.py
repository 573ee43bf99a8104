"""What can be done on a customer's behalf: the wish, what it would do, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from portal_desk.models.json import Json
from portal_desk.models.money import Money

Feedback = Literal[
    "customer_service", "low_quality", "missing_features", "other",
    "switched_service", "too_complex", "too_expensive", "unused",
]  # fmt: skip
"""Why a customer cancels: `cancellation_details.feedback`, in Stripe's words."""

LINK_LIFETIME = 300
"""How long a portal link works if it is not opened (seconds), R13:
https://docs.stripe.com/api/customer_portal/sessions/object"""

ProrationBehavior = Literal["always_invoice", "create_prorations", "none"]
FlowType = Literal[
    "payment_method_update", "subscription_cancel", "subscription_update",
    "subscription_update_confirm", "customer_update", "subscription_pause",
]  # fmt: skip

AfterCompletion = Literal["hosted_confirmation", "portal_homepage", "redirect"]
"""What follows a flow (R21): `flow_data.after_completion.type`."""


@dataclass(frozen=True, slots=True)
class CancelRequest:
    """Cancel a subscription.

    Attributes:
        subscription: `sub_…`.
        when: at once, or when the period that is paid for ends.
        feedback: the reason that the customer gave.
        comment: the customer's own words.
        prorate: credit the unused time; only with `when="now"`.
        invoice_now: bill what is pending in a final invoice; only with `when="now"`.
    """

    subscription: str
    when: Literal["now", "period_end"] = "period_end"
    feedback: Feedback | None = None
    comment: str = ""
    prorate: bool = False
    invoice_now: bool = False


@dataclass(frozen=True, slots=True)
class ResumeRequest:
    """Undo a cancellation that is scheduled and has not happened yet."""

    subscription: str


@dataclass(frozen=True, slots=True)
class SwitchRequest:
    """Move one item of a subscription to another price, quantity, or both.

    Attributes:
        subscription: `sub_…`.
        item: `si_…`.
        price: the price to move to (may be the present one).
        quantity: how many.
        proration_behavior: in Stripe's words; `always_invoice` bills the difference at once.
    """

    subscription: str
    item: str
    price: str
    quantity: int = 1
    proration_behavior: ProrationBehavior = "create_prorations"


@dataclass(frozen=True, slots=True)
class LinkRequest:
    """Issue a portal session for a customer.

    Attributes:
        customer: `cus_…`.
        configuration: `bpc_…`, or None for the account's default.
        locale: one of the API's tags, or None for `auto`.
        return_url: where the portal leads back to.
        flow: a deep link's flow, or None for the home page.
        flow_subscription: the subscription that the flow is about, where it is about one.
        flow_item, flow_price, flow_quantity: for `subscription_update_confirm`, its one item.
        flow_discount: a coupon or promotion code id for `subscription_update_confirm`.
        retention_coupon: a coupon id to offer in `subscription_cancel`.
        after_completion: what follows the flow; None for Stripe's default.
        after_completion_value: the message, or the address to redirect to.
        recoverable: let the customer log in again after expiry (`after_expiration.type=customer_login`).
        on_behalf_of: a connected account, on a Connect platform.
    """

    customer: str
    configuration: str | None = None
    locale: str | None = None
    return_url: str | None = None
    flow: FlowType | None = None
    flow_subscription: str | None = None
    flow_item: str | None = None
    flow_price: str | None = None
    flow_quantity: int | None = None
    flow_discount: str | None = None
    retention_coupon: str | None = None
    after_completion: AfterCompletion | None = None
    after_completion_value: str | None = None
    recoverable: bool = False
    on_behalf_of: str | None = None


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """One line of Stripe's preview of an invoice."""

    description: str
    amount: Money
    proration: bool


@dataclass(frozen=True, slots=True)
class ActionPlan:
    """Exactly what would be sent, and what it would do: show it, then pass it to `execute` unchanged.

    Attributes:
        kind: `cancel`, `resume`, `switch`.
        customer: `cus_…`.
        subscription: `sub_…`.
        title: what will happen, one sentence for a dialog's head ("Cancel Team (3 seats) now").
        effects: what will happen, in money and dates, a sentence each.
        warnings: what the agent should know before confirming, a sentence each.
        lines: the lines of Stripe's invoice preview, where there is one.
        due_now: what the customer is charged at once; negative is credited. None where Stripe previews nothing.
        next_total: the total of the invoice that Stripe previews.
        next_date: when the customer is next billed (seconds UTC): for the previewed invoice, or after it.
        invoiced_now: whether the previewed invoice is made at once, and not at `next_date`.
        method, path, params: the request.
        fingerprint: what the subscription looked like when the plan was made; if it differs, the plan is stale.
        preview: what Stripe was asked to preview, where asking again must give the same answer.
        prepared: when the plan was made (seconds UTC); a plan about money goes stale in minutes.
    """

    kind: Literal["cancel", "resume", "switch"]
    customer: str
    subscription: str
    title: str
    effects: tuple[str, ...]
    warnings: tuple[str, ...]
    lines: tuple[PreviewLine, ...]
    due_now: Money | None
    next_total: Money | None
    next_date: int | None
    method: Literal["post", "delete"]
    path: str
    params: dict[str, Any]
    fingerprint: str
    preview: dict[str, Any] | None = None
    prepared: int = 0
    invoiced_now: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an action: what the journal says, and the subscription as Stripe has it now."""

    entry: JournalEntry
    subscription: Json


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One line of the journal of what was done from this desk.

    Attributes:
        id: the journal's own number.
        kind: `cancel`, `resume`, `switch`, `link`, `configuration`.
        customer: `cus_…`; empty for what is about no customer.
        subscription: `sub_…`, where there is one.
        summary: one sentence for people, without any secret.
        params: what was sent.
        idempotency_key: the key of the request; empty for one that takes none.
        state: `sending` (intent is written, no answer yet), `done`, `failed` (Stripe said no) or `unknown`.
        operator: who: the operating system's user.
        started, finished: seconds UTC.
        error: Stripe's words where it said no.
        expires: for a link, when it stops working if it is not opened (seconds UTC).
        configuration: `bpc_…`: what a link was asked for with, or what was changed; None for the default, or a new one.
    """

    id: int
    kind: str
    customer: str
    subscription: str | None
    summary: str
    params: dict[str, Any] = field(default_factory=dict)
    idempotency_key: str = ""
    state: Literal["sending", "done", "failed", "unknown"] = "sending"
    operator: str = ""
    started: int = 0
    finished: int | None = None
    error: str = ""
    expires: int | None = None
    configuration: str | None = None


@dataclass(frozen=True, slots=True)
class PortalLink:
    """An issued portal session. The URL is a credential: it is shown, copied or opened, never stored or logged.

    Attributes:
        url: the link.
        expires: when it stops working if it is not opened (seconds UTC): 5 minutes after it was issued.
        session: Stripe's own answer without its URL.
        recorded: whether the journal says that it was made.
    """

    url: str = field(repr=False)
    expires: int
    session: Json
    recorded: bool = True
