"""Cancelling in the portal, the offer to stay, and taking a cancellation back."""

from __future__ import annotations

from portal_desk.models.json import Json, period_end
from portal_desk.portal.flows.cancel import (
    Leaving,
    cancel_page,
    keep_link,
    offer_page,
    reason_labels,
    reasons_asked,
    renew_page,
)
from portal_desk.portal.flows.document import Choice, FlowPage
from portal_desk.portal.prices import coupon_text
from portal_desk.sandbox import billing
from portal_desk.sandbox.objects import FEEDBACK_OPTION
from portal_desk.sandbox.portal_visit import Asked, Done, UnfitError, Visit
from portal_desk.sandbox.problems import StripeProblem

_MAX_COMMENT = 500


def show_cancel(visit: Visit, asked: Asked) -> FlowPage:
    """The offer to stay where the flow has one, then the last page before the cancellation."""
    subscription = visit.subscription(asked, "cancel")
    coupon = _offered(visit)
    if coupon and asked.values.get("offer") != "declined":
        return offer_page(
            visit.words,
            visit.frame,
            visit.plan(subscription),
            coupon_text(visit.words, coupon),
            go_on="?offer=declined",
            problem=asked.problem,
        )
    ends = None if _at_once(visit, subscription) else period_end(subscription)
    leave = visit.leave
    return cancel_page(
        visit.words,
        visit.frame,
        Leaving(visit.plan(subscription), ends, _credit(visit, subscription)),
        _reasons(visit),
        asked.values,
        keep=keep_link(visit.words, leave.href) if leave else None,
        problem=asked.problem,
    )


def cancel(visit: Visit, asked: Asked) -> Done:
    """Cancel as the configuration says, or take the offer."""
    subscription = visit.subscription(asked, "cancel")
    coupon = _offered(visit)
    if coupon and asked.values.get("offer") == "accepted":
        kept = [{"discount": each} for each in subscription["discounts"]]
        stay: Json = {"discounts": [*kept, {"coupon": coupon["id"]}]}
        billing.update_subscription(visit.state, subscription, stay)
        return Done("discounted")
    details, at_once = _details(visit, asked), _at_once(visit, subscription)
    if at_once:
        billing.cancel_subscription(visit.state, subscription, {"prorate": _prorates(visit)})
    else:
        billing.update_subscription(visit.state, subscription, {"cancel_at_period_end": True})
    if details:
        # Stripe tells of the answers in an event of their own: its portal asks after the cancellation.
        billing.update_subscription(visit.state, subscription, {"cancellation_details": details})
    return Done("canceled" if at_once else "cancel_scheduled")


def show_renew(visit: Visit, asked: Asked) -> FlowPage:
    """The page that takes a cancellation back."""
    subscription = visit.subscription(asked, "renew")
    return renew_page(
        visit.words,
        visit.frame,
        visit.plan(subscription),
        period_end(subscription),
        leave=visit.leave,
        problem=asked.problem,
    )


def renew(visit: Visit, asked: Asked) -> Done:
    """Take a cancellation back, whichever way it was scheduled."""
    subscription = visit.subscription(asked, "renew")
    flagged = subscription["cancel_at_period_end"]
    wanted: Json = {"cancel_at_period_end": False} if flagged else {"cancel_at": ""}
    billing.update_subscription(visit.state, subscription, wanted)
    return Done("kept")


def _offered(visit: Visit) -> Json | None:
    """The coupon that the flow offers to those who are about to leave, while it is valid."""
    details = (visit.flow or {}).get("subscription_cancel") or {}
    retention = details.get("retention")
    if not retention:
        return None
    coupon = visit.state.get("coupon", retention["coupon_offer"]["coupon"])
    return coupon if coupon and coupon["valid"] else None


def _at_once(visit: Visit, subscription: Json) -> bool:
    """What was never paid for has no period to end with."""
    immediately = visit.features["subscription_cancel"]["mode"] == "immediately"
    return bool(immediately or subscription["status"] == "incomplete")


def _prorates(visit: Visit) -> bool:
    cancelling = visit.features["subscription_cancel"]
    return bool(cancelling["proration_behavior"] == "create_prorations")


def _credit(visit: Visit, subscription: Json) -> str:
    """What a cancellation at once credits; empty for nothing."""
    if not (_at_once(visit, subscription) and _prorates(visit)):
        return ""
    asked = {
        "subscription": subscription["id"],
        "subscription_details": {"cancel_now": True, "proration_behavior": "create_prorations"},
    }
    try:
        bill = billing.preview_invoice(visit.state, asked)
    except StripeProblem as problem:
        if problem.code == "invoice_upcoming_none":
            return ""
        raise
    credit = -sum(line["amount"] for line in bill["lines"]["data"] if line["amount"] < 0)
    return visit.words.money(credit, bill["currency"]) if credit else ""


def _reasons(visit: Visit) -> list[Choice]:
    """What to choose from; nothing where the business doesn't ask."""
    cancelling = visit.features["subscription_cancel"]
    named = cancelling["cancellation_reason"].get("feedback_options") or []
    own = (visit.state.get(FEEDBACK_OPTION, each) for each in named)
    return reasons_asked(visit.words, cancelling, (each for each in own if each))


def _details(visit: Visit, asked: Asked) -> Json:
    """The customer's answers, as `cancellation_details`.

    Raises:
        UnfitError: an answer that wasn't there to choose.
    """
    reasons = [each.value for each in _reasons(visit)]
    if not reasons:
        return {}
    feedback = asked.values.get("feedback", "")
    if feedback and feedback not in reasons:
        raise UnfitError(page="unknown")
    details: Json = {}
    if feedback:
        name = "feedback" if feedback in reason_labels(visit.words) else "feedback_option"
        details[name] = feedback
    if comment := asked.values.get("comment", "").strip():
        details["comment"] = comment[:_MAX_COMMENT]
    return details
