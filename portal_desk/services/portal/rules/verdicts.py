"""The verdict about everything that one customer could do under one configuration."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.portal.document import Capability, Reason, Verdict, Verdicts
from portal_desk.services.portal.rules.configuration import check_configuration
from portal_desk.services.portal.rules.portal import judge_portal, portal_notes
from portal_desk.services.portal.rules.registry import configured
from portal_desk.services.portal.rules.subscription import judge_subscription

_PORTAL: tuple[Capability, ...] = (
    "add_payment_method",
    "update_payment_method",
    "update_billing_information",
    "update_tax_ids",
    "view_invoices",
    "pay_invoice",
)
_SUBSCRIPTION: tuple[Capability, ...] = (
    "update_plan",
    "update_quantity",
    "apply_promotion_code",
    "cancel",
    "renew",
    "pause",
    "resume",
)


def judge(snapshot: CustomerSnapshot, configuration: Json | None, *, now: int) -> Verdicts:
    """What the customer can do in the portal, and why not the rest.

    Args:
        snapshot: the customer, with the prices and products that the configuration offers.
        configuration: the portal configuration, or None where the account has none.
        now: seconds UTC.
    """
    if configuration is None:
        return _without_configuration(snapshot)
    return Verdicts(
        portal=judge_portal(snapshot, configuration),
        subscriptions={
            str(subscription["id"]): judge_subscription(
                subscription, configuration, snapshot, now=now
            )
            for subscription in snapshot.subscriptions
        },
        notes=(
            *check_configuration(configuration, snapshot.prices),
            *portal_notes(snapshot, configuration),
        ),
    )


def _without_configuration(snapshot: CustomerSnapshot) -> Verdicts:
    """Stripe refuses every portal session until a configuration is saved."""
    mode = (
        "live" if snapshot.account.get("livemode") or snapshot.customer.get("livemode") else "test"
    )
    path = "" if mode == "live" else "test/"
    reason = Reason(
        "",
        f"No configuration provided and your {mode} mode default configuration has not been created",
        "Save the customer portal settings once at "
        f"https://dashboard.stripe.com/{path}settings/billing/portal, or create a configuration through the API.",
        "https://docs.stripe.com/customer-management/integrate-customer-portal#configure",
    )
    hidden = Verdict("hidden", (configured("the portal is not configured", reason.way_out),))
    return Verdicts(
        portal=dict.fromkeys(_PORTAL, hidden),
        subscriptions={
            str(subscription["id"]): dict.fromkeys(_SUBSCRIPTION, hidden)
            for subscription in snapshot.subscriptions
        },
        notes=(reason,),
    )
