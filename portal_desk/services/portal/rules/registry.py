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
        verdict: what follows where it applies.
        facts: the fields that it rests on, in Stripe's names.
        way_out: what can be done about it; empty where nothing need or can be.
    """

    code: str
    title: str
    source: str
    verdict: str
    facts: tuple[str, ...]
    way_out: str = ""


_ALL = (
    Rule(
        "R1",
        "A subscription with several products, a usage-based price, invoices sent by email or an "
        "unsupported payment method can only be cancelled, not updated.",
        f"{_CONFIGURE}#subscription-management",
        "update disabled",
        (
            "subscription.items[].price.product",
            "price.recurring.usage_type",
            "subscription.collection_method",
            "payment_method.type, subscription.currency, account.country",
        ),
        "Switch the plan from the desk.",
    ),
    Rule(
        "R2",
        "The portal hides what a subscription invoiced by email can't do, without any message.",
        f"{_CONFIGURE}#subscription-management",
        "update and pause hidden",
        ("subscription.collection_method",),
        "Switch the plan from the desk, or charge automatically.",
    ),
    Rule(
        "R3",
        "A subscription with a scheduled update can be neither updated nor cancelled.",
        f"{_DOCS}/billing/subscriptions/subscription-schedules",
        "update and cancel disabled",
        (
            "subscription.schedule",
            "subscription_schedule.status, phases[].start_date, end_behavior",
        ),
        "Release the schedule.",
    ),
    Rule(
        "R4",
        "A downgrade that waits for the end of the period is kept in a schedule, which then blocks "
        "further changes.",
        f"{_CONFIGURATION}#portal_configuration_object-features-subscription_update-schedule_at_period_end",
        "note on the update",
        ("features.subscription_update.schedule_at_period_end.conditions",),
        "Release the schedule to let the customer change their mind.",
    ),
    Rule(
        "R5",
        "The new price must treat tax like the present one, and `unspecified` never matches.",
        f"{_CONFIGURE}#subscription-management",
        "price left out; update disabled where none is left",
        ("price.tax_behavior of the present and the offered price",),
        "Set the tax behavior, offer a price that has the same, or switch from the desk.",
    ),
    Rule(
        "R6",
        "No two offered prices may share both product and billing interval.",
        f"{_CONFIGURE}#subscription-management",
        "configuration refused",
        (
            "features.subscription_update.products[].prices",
            "price.product, price.recurring.interval",
        ),
        "Offer one of them.",
    ),
    Rule(
        "R7",
        "At most ten products can be offered.",
        f"{_CONFIGURATION}#portal_configuration_object-features-subscription_update-products",
        "configuration refused",
        ("features.subscription_update.products",),
        "Offer fewer products, or make a second configuration.",
    ),
    Rule(
        "R8",
        "Changing a trialing subscription ends the trial and invoices at once, unless the "
        "configuration continues trials.",
        f"{_CONFIGURATION}#portal_configuration_object-features-subscription_update-trial_update_behavior",
        "note on the update, with the amount",
        ("subscription.status, trial_end", "features.subscription_update.trial_update_behavior"),
        "Set `trial_update_behavior` to `continue_trial`.",
    ),
    Rule(
        "R9",
        "A change that meets any of the configuration's conditions waits for the end of the period.",
        f"{_CONFIGURATION}#portal_configuration_object-features-subscription_update-schedule_at_period_end",
        "note on the update, with the date",
        (
            "features.subscription_update.schedule_at_period_end.conditions",
            "amount and interval of both prices",
        ),
    ),
    Rule(
        "R10",
        "The configuration decides whether a change starts a new billing cycle.",
        f"{_CONFIGURATION}#portal_configuration_object-features-subscription_update-billing_cycle_anchor",
        "note on the update, with the date",
        (
            "features.subscription_update.billing_cycle_anchor",
            "subscription.items[].current_period_end",
        ),
    ),
    Rule(
        "R11",
        "Quantities change only for products that allow it, between their minimum and maximum.",
        f"{_CONFIGURATION}#portal_configuration_object-features-subscription_update-products-adjustable_quantity",
        "quantity disabled, or bounded",
        ("features.subscription_update.products[].adjustable_quantity",),
        "Make the quantity adjustable, or change it from the desk.",
    ),
    Rule(
        "R12",
        "In flexible billing mode a cancellation sets `cancel_at`; in classic mode it sets "
        "`cancel_at_period_end`.",
        f"{_DOCS}/billing/subscriptions/billing-mode",
        "update, cancel and pause hidden, renew shown",
        ("subscription.cancel_at, cancel_at_period_end, billing_mode.type",),
        "Undo the cancellation.",
    ),
    Rule(
        "R13",
        "A link that isn't opened works for 5 minutes; an opened one for an hour after the last "
        "activity.",
        f"{_DOCS}/api/customer_portal/sessions/object",
        "link expires",
        ("session.created", "session.after_expiration"),
        "Issue another link, or let the customer log in again.",
    ),
    Rule(
        "R14", "The portal can't be shown inside an iframe.", _PORTAL, "opened in the browser", ()
    ),
    Rule(
        "R15",
        "On a Connect platform, `on_behalf_of` decides what is shown and whose branding is used.",
        f"{_SESSION}#create_portal_session-on_behalf_of",
        "note on the portal",
        ("subscription.on_behalf_of",),
        "Issue a link with `on_behalf_of`.",
    ),
    Rule(
        "R16",
        "Stripe's Dashboard can't show a live customer's portal.",
        _PORTAL,
        "previewed in the desk",
        ("customer.livemode",),
        "Use the desk's preview, or an audited link.",
    ),
    Rule(
        "R17",
        "Payment methods are shown whenever customers may manage them, even if the default one is "
        "not supported.",
        f"{_CONFIGURE}#payment-methods",
        "note on the payment methods",
        ("payment_method.type", "customer.currency", "account.country"),
        "The customer can add a supported one.",
    ),
    Rule(
        "R18",
        "A deep link leads to one of six flows.",
        _DEEP_LINKS,
        "link refused for any other",
        ("session.flow_data.type",),
    ),
    Rule(
        "R19",
        "A link that confirms an update takes exactly one item, at an offered price, with at most a "
        "coupon or a promotion code.",
        f"{_SESSION}#create_portal_session-flow_data-subscription_update_confirm",
        "link refused",
        (
            "session.flow_data.subscription_update_confirm.items, discounts",
            "features.subscription_update.products",
        ),
        "Choose an offered price and a change.",
    ),
    Rule(
        "R20",
        "A retention offer needs a coupon.",
        f"{_SESSION}#create_portal_session-flow_data-subscription_cancel-retention",
        "link refused",
        ("session.flow_data.subscription_cancel.retention",),
        "Choose a coupon that is valid.",
    ),
    Rule(
        "R21",
        "After a flow, a redirect needs an address to return to.",
        f"{_SESSION}#create_portal_session-flow_data-after_completion",
        "link refused",
        ("session.flow_data.after_completion",),
        "Give the address to lead to.",
    ),
    Rule(
        "R22",
        "Cancelling credits unused time only when it takes effect immediately, and never bills "
        "the difference at once.",
        f"{_DOCS}/api/customer_portal/configurations/create#create_portal_configuration-features-subscription_cancel-proration_behavior",
        "configuration refused",
        ("features.subscription_cancel.mode, proration_behavior",),
        "Cancel immediately, or make no prorations.",
    ),
    Rule(
        "R23",
        "The offered products are only in an answer that was asked to expand them.",
        f"{_CONFIGURATION}#portal_configuration_object-features-subscription_update-products",
        "note on the portal; update not judged by prices",
        ("features.subscription_update.products",),
        "Sync again.",
    ),
    Rule(
        "R24",
        "The login page takes the customer's email in `prefilled_email`.",
        f"{_PORTAL}/activate-no-code-customer-portal",
        "note on the portal, with the address",
        ("login_page.enabled, login_page.url", "customer.email"),
    ),
    Rule(
        "R25",
        "Links to an invoice's page and PDF expire.",
        f"{_DOCS}/api/invoices/object#invoice_object-hosted_invoice_url",
        "fetched again before a download",
        ("invoice.hosted_invoice_url, invoice.invoice_pdf",),
    ),
    Rule(
        "R26",
        "Subscription updates need payment method updates to be enabled.",
        f"{_DOCS}/api/customer_portal/configurations/create",
        "configuration refused",
        ("features.subscription_update.enabled, features.payment_method_update.enabled",),
        "Enable payment method updates.",
    ),
)

RULES = {rule.code: rule for rule in _ALL}
"""Every rule that the desk knows, by code."""


def because(code: str, text: str, way_out: str = "", *facts: str) -> Reason:
    """A reason that follows from a rule, and the facts that it rests on.

    Raises:
        KeyError: if there is no such rule.
    """
    return Reason(code, text, way_out, RULES[code].source, facts=facts)


def configured(text: str, way_out: str = "", *facts: str) -> Reason:
    """A reason that the configuration or the customer's own data gives, apart from the rules."""
    return Reason("", text, way_out, _CONFIGURE, facts=facts)
