"""The customer portal as a document: a tree that says everything, so that drawing it decides nothing.

Texts for the customer are in the view's locale; reasons are for the agent, in English.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Capability = Literal[
    "update_plan",
    "update_quantity",
    "apply_promotion_code",
    "cancel",
    "renew",
    "pause",
    "resume",
    "add_payment_method",
    "update_payment_method",
    "update_billing_information",
    "update_tax_ids",
    "view_invoices",
    "pay_invoice",
]
"""What a customer may be able to do in the portal."""

Availability = Literal["enabled", "disabled", "hidden"]
"""`hidden`: the real portal shows nothing there; the preview shows a ghost with the reason."""

Tone = Literal["neutral", "positive", "warning", "critical", "info"]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is missing or not possible, for the agent.

    Attributes:
        rule: the rule's code, such as `R1`; empty where the configuration alone decides.
        text: a clause that completes "cannot change plan: …", such as
            "the subscription is invoiced by email".
        way_out: what the agent can do about it, a sentence; may be empty.
        source: the address of Stripe's documentation of the rule.
        switched_off: the configuration leaves the feature out, for every customer alike.
        facts: what it rests on, in Stripe's names: `sub_1 collection_method = send_invoice`.
    """

    rule: str
    text: str
    way_out: str = ""
    source: str = ""
    switched_off: bool = False
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a capability is there, and why not.

    Attributes:
        availability: what the customer sees.
        reasons: why it is not enabled; empty when it is.
        notes: what the agent should know about an enabled capability ("ends the trial and invoices at once").
    """

    availability: Availability = "enabled"
    reasons: tuple[Reason, ...] = ()
    notes: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Verdicts:
    """Every verdict about one customer under one configuration.

    Attributes:
        portal: verdicts that are not about a subscription.
        subscriptions: verdicts by subscription id.
        notes: what the agent should know about the portal as a whole (a missing configuration, a login link, …).
    """

    portal: dict[Capability, Verdict]
    subscriptions: dict[str, dict[Capability, Verdict]]
    notes: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Brand:
    """How the business presents itself.

    Attributes:
        name: the business's name.
        color: the brand's colour, `#rrggbb`.
        accent: the accent colour, `#rrggbb`, for buttons and links.
        icon_url, logo_url: pictures, where there are any.
    """

    name: str
    color: str = "#635bff"
    accent: str = "#635bff"
    icon_url: str | None = None
    logo_url: str | None = None


@dataclass(frozen=True, slots=True)
class Button:
    """Something the customer may press.

    Attributes:
        capability: what it does.
        label: what it says, in the view's locale.
        availability: whether the customer sees it and can press it.
        reasons: why not, for the agent.
        notes: what the agent should know before the customer presses it.
        kind: how it looks.
        href: where it leads, on a page that is served; empty in a preview.
        posts: whether it does something at once, rather than lead to a page.
        about: what it is about, where several say the same.
    """

    capability: Capability
    label: str
    availability: Availability = "enabled"
    reasons: tuple[Reason, ...] = ()
    notes: tuple[Reason, ...] = ()
    kind: Literal["primary", "secondary", "link"] = "secondary"
    href: str = ""
    posts: bool = False
    about: str = ""


@dataclass(frozen=True, slots=True)
class Badge:
    """A word in a coloured pill."""

    text: str
    tone: Tone = "neutral"


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a section: a subscription, a payment method, a field, an invoice.

    Attributes:
        id: the Stripe id of what it shows, or an empty string.
        title: the main line ("Team"; "•••• 4242").
        lines: further lines below it.
        value: what stands at the end of the line (an amount, a field's value).
        badges: pills beside the title.
        buttons: what can be done with it.
        href: where the title leads, if anywhere.
    """

    id: str = ""
    title: str = ""
    lines: tuple[str, ...] = ()
    value: str = ""
    badges: tuple[Badge, ...] = ()
    buttons: tuple[Button, ...] = ()
    href: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of the page.

    Attributes:
        key: `subscriptions`, `payment_methods`, `billing_information`, `invoices`.
        title: in the view's locale.
        rows: its entries.
        columns: what the columns are, where the rows are a table.
        buttons: what can be done with the section as a whole.
        availability: `hidden` where the real portal leaves the section out.
        reasons: why it is left out, for the agent.
        empty: what the customer reads where there are no rows.
        more: what leads to the rows that aren't shown ("View 8 more"); empty where all are.
        more_href: where that leads, on a page that is served; empty in a preview.
    """

    key: Literal["subscriptions", "payment_methods", "billing_information", "invoices"]
    title: str
    rows: tuple[Row, ...] = ()
    columns: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    availability: Availability = "enabled"
    reasons: tuple[Reason, ...] = ()
    empty: str = ""
    more: str = ""
    more_href: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A link in the page's frame."""

    label: str
    href: str


@dataclass(frozen=True)
class PortalView:
    """The portal's home page for one customer.

    Attributes:
        locale: the API's tag of its language.
        direction: how the language is written.
        brand: whose portal it is.
        title: the page's title.
        headline: the business's own message, untranslated; may be empty.
        sections: top to bottom.
        return_link: back to the business's own site, where there is a return URL.
        footer: legal links.
        powered_by: "Powered by Stripe", in the view's locale.
        notes: what the agent should know about the portal as a whole.
        tagline: whose billing this is, in the view's locale, for where the business has no headline.
        message: what was just done, in the view's locale.
    """

    locale: str
    direction: Literal["ltr", "rtl"]
    brand: Brand
    title: str
    headline: str
    sections: tuple[Section, ...]
    return_link: Link | None
    footer: tuple[Link, ...]
    powered_by: str
    notes: tuple[Reason, ...] = ()
    tagline: str = ""
    message: str = ""
