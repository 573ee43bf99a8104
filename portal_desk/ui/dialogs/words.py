"""What Stripe's parameter values mean, in words for the agent."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from portal_desk.models.actions import Feedback, FlowType, ProrationBehavior


def feedback_choices() -> list[tuple[Feedback, str]]:
    """Stripe's cancellation reasons in words, the most frequent first."""
    return [
        ("too_expensive", tr("Too expensive")),
        ("missing_features", tr("Features are missing")),
        ("switched_service", tr("Switched to another service")),
        ("unused", tr("Not used enough")),
        ("customer_service", tr("Customer service was not good enough")),
        ("too_complex", tr("Too complex")),
        ("low_quality", tr("Quality was not good enough")),
        ("other", tr("Another reason")),
    ]


def proration_choices(*, new_period: bool) -> list[tuple[ProrationBehavior, str, str]]:
    """How a difference in price can be settled: Stripe's value, a name and one sentence.

    Args:
        new_period: another interval begins a new period, which is billed at once whatever is chosen
            (https://docs.stripe.com/billing/subscriptions/prorations).
    """
    if new_period:
        return [
            (
                "create_prorations",
                tr("Bill the new period, less unused time"),
                tr("A new period begins today and is invoiced at once."),
            ),
            (
                "none",
                tr("Bill the new period in full"),
                tr("A new period begins today and is invoiced at once, without credit."),
            ),
        ]
    return [
        (
            "create_prorations",
            tr("Settle on the next invoice"),
            tr("Credit and charge are added to the next regular invoice."),
        ),
        (
            "always_invoice",
            tr("Bill the difference now"),
            tr("Unused time is credited, and the difference is invoiced at once."),
        ),
        (
            "none",
            tr("Don’t settle the difference"),
            tr("Nothing is credited or charged for the current period."),
        ),
    ]


def flow_choices() -> list[tuple[FlowType | None, str, str]]:
    """Where a portal link can lead: Stripe's value, a name and one sentence."""
    return [
        (
            None,
            tr("Portal home page"),
            tr("The customer finds everything that the configuration allows."),
        ),
        (
            "payment_method_update",
            tr("Update payment method"),
            tr("The customer adds a payment method, which becomes the default."),
        ),
        (
            "subscription_cancel",
            tr("Cancel a subscription"),
            tr("The customer confirms the cancellation of one subscription."),
        ),
        (
            "subscription_update",
            tr("Change a subscription"),
            tr("The customer chooses another plan or quantity."),
        ),
        (
            "subscription_update_confirm",
            tr("Confirm a prepared change"),
            tr("You choose the price and quantity here; the customer only confirms."),
        ),
        (
            "customer_update",
            tr("Update billing information"),
            tr("The customer corrects name, address, email or tax ID."),
        ),
        (
            "subscription_pause",
            tr("Pause a subscription"),
            tr("The customer confirms the pause of one subscription."),
        ),
    ]


def flow_name(flow: str | None) -> str:
    """The name of one flow; Stripe's own word where it is none of ours."""
    return next((name for value, name, _ in flow_choices() if value == flow), str(flow))


def every(interval: str, count: int = 1) -> str:
    """A billing interval after a price: `per month`, `every 3 months`."""
    names = {
        "day": (tr("per day"), tr("every {n} days")),
        "week": (tr("per week"), tr("every {n} weeks")),
        "month": (tr("per month"), tr("every {n} months")),
        "year": (tr("per year"), tr("every {n} years")),
    }
    single, several = names[interval]
    return single if count == 1 else several.format(n=count)


def tr(text: str) -> str:
    """`text` in the agent's language."""
    return QCoreApplication.translate("Words", text)
