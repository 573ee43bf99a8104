"""Stripe's rules about the portal, by code: what each says, and where Stripe says it."""

from __future__ import annotations

from dataclasses import dataclass

from portal_desk.portal.document import Reason

_DOCS = "https://docs.stripe.com"
_PORTAL = f"{_DOCS}/customer-management"
_CONFIGURE = f"{_PORTAL}/configure-portal"
_DEEP_LINKS = f"{_PORTAL}/portal-deep-links"
_CONFIGURATION = f"{_DOCS}/api/customer_portal/configurations/object"
_SESSION = f"{_DOCS}/api/customer_portal/sessions/create"


@dataclass(frozen=True, slots=True)
class Rule:
    """One of Stripe's rules.

    Attributes:
        code: `R1` to `R26`.
        title: what it says, one sentence.
        source: where Stripe documents it.
    """

    code: str
    title: str
    source: str


_ALL = (
    Rule(
        "R1",
        "A subscription with several products, a usage-based price, invoices sent by email or an "
        "unsupported payment method can only be cancelled, not updated.",
        f"{_CONFIGURE}#subscription-management",
    ),
    Rule(
        "R2",
        "The portal hides what a subscription invoiced by email can't do, without any message.",
        f"{_CONFIGURE}#subscription-management",
    ),
    Rule(
        "R3",
        "A subscription with a scheduled update can be neither updated nor cancelled.",
        f"{_DOCS}/billing/subscriptions/subscription-schedules",
    ),
    Rule(
        "R4",
        "A downgrade that waits for the end of the period is kept in a schedule, which then blocks "
        "further changes.",
        f"{_CONFIGURATION}#portal_configuration_object-features-subscription_update-schedule_at_period_end",
    ),
    Rule(
        "R5",
        "The new price must treat tax like the present one, and `unspecified` never matches.",
        f"{_CONFIGURE}#subscription-management",
    ),
    Rule(
        "R6",
        "No two offered prices may share both product and billing interval.",
        f"{_CONFIGURE}#subscription-management",
    ),
    Rule(
        "R7",
        "At most ten products can be offered.",
        f"{_CONFIGURATION}#portal_configuration_object-features-subscription_update-products",
    ),
    Rule(
        "R8",
        "Changing a trialing subscription ends the trial and invoices at once, unless the "
        "configuration continues trials.",
        f"{_CONFIGURATION}#portal_configuration_object-features-subscription_update-trial_update_behavior",
    ),
    Rule(
        "R9",
        "A change that meets any of the configuration's conditions waits for the end of the period.",
        f"{_CONFIGURATION}#portal_configuration_object-features-subscription_update-schedule_at_period_end",
    ),
    Rule(
        "R10",
        "The configuration decides whether a change starts a new billing cycle.",
        f"{_CONFIGURATION}#portal_configuration_object-features-subscription_update-billing_cycle_anchor",
    ),
    Rule(
        "R11",
        "Quantities change only for products that allow it, between their minimum and maximum.",
        f"{_CONFIGURATION}#portal_configuration_object-features-subscription_update-products-adjustable_quantity",
    ),
    Rule(
        "R12",
        "In flexible billing mode a cancellation sets `cancel_at`; in classic mode it sets "
        "`cancel_at_period_end`.",
        f"{_DOCS}/billing/subscriptions/billing-mode",
    ),
    Rule(
        "R13",
        "A link that isn't opened works for 5 minutes; an opened one for an hour after the last "
        "activity.",
        f"{_DOCS}/api/customer_portal/sessions/object",
    ),
    Rule("R14", "The portal can't be shown inside an iframe.", _PORTAL),
    Rule(
        "R15",
        "On a Connect platform, `on_behalf_of` decides what is shown and whose branding is used.",
        f"{_SESSION}#create_portal_session-on_behalf_of",
    ),
    Rule("R16", "Stripe's Dashboard can't show a live customer's portal.", _PORTAL),
    Rule(
        "R17",
        "Payment methods are shown whenever customers may manage them, even if the default one is "
        "not supported.",
        f"{_CONFIGURE}#payment-methods",
    ),
    Rule("R18", "A deep link leads to one of six flows.", _DEEP_LINKS),
    Rule(
        "R19",
        "A link that confirms an update takes exactly one item, at an offered price, with at most a "
        "coupon or a promotion code.",
        f"{_SESSION}#create_portal_session-flow_data-subscription_update_confirm",
    ),
    Rule(
        "R20",
        "A retention offer needs a coupon.",
        f"{_SESSION}#create_portal_session-flow_data-subscription_cancel-retention",
    ),
    Rule(
        "R21",
        "After a flow, a redirect needs an address to return to.",
        f"{_SESSION}#create_portal_session-flow_data-after_completion",
    ),
    Rule(
        "R22",
        "Cancelling credits unused time only when it takes effect immediately, and never bills "
        "the difference at once.",
        f"{_DOCS}/api/customer_portal/configurations/create#create_portal_configuration-features-subscription_cancel-proration_behavior",
    ),
    Rule(
        "R23",
        "The offered products are only in an answer that was asked to expand them.",
        f"{_CONFIGURATION}#portal_configuration_object-features-subscription_update-products",
    ),
    Rule(
        "R24",
        "The login page takes the customer's email in `prefilled_email`.",
        f"{_PORTAL}/activate-no-code-customer-portal",
    ),
    Rule(
        "R25",
        "Links to an invoice's page and PDF expire.",
        f"{_DOCS}/api/invoices/object#invoice_object-hosted_invoice_url",
    ),
    Rule(
        "R26",
        "Subscription updates need payment method updates to be enabled.",
        f"{_DOCS}/api/customer_portal/configurations/create",
    ),
)

RULES = {rule.code: rule for rule in _ALL}
"""Every rule that the desk knows, by code."""


def because(code: str, text: str, way_out: str = "") -> Reason:
    """A reason that follows from a rule.

    Raises:
        KeyError: if there is no such rule.
    """
    return Reason(code, text, way_out, RULES[code].source)


def configured(text: str, way_out: str = "") -> Reason:
    """A reason that the configuration or the customer's own data gives, apart from the rules."""
    return Reason("", text, way_out, _CONFIGURE)
