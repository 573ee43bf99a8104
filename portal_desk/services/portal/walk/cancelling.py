"""Leaving, the offer to stay, and taking a cancellation back."""

from __future__ import annotations

from portal_desk.models.json import Json, period_end
from portal_desk.models.loose import as_list, as_object, as_text
from portal_desk.portal.document import Reason
from portal_desk.portal.flows.cancel import (
    Leaving,
    cancel_page,
    keep_link,
    offer_page,
    reasons_asked,
    renew_page,
)
from portal_desk.portal.flows.document import Choice
from portal_desk.portal.prices import coupon_text
from portal_desk.services.portal.walk import costs
from portal_desk.services.portal.walk.visit import Asked, Done, Stop, Visit

_SESSION = "https://docs.stripe.com/api/customer_portal/sessions/create#create_portal_session-flow_data-subscription_cancel-retention"


def show_cancel(visit: Visit, asked: Asked) -> Stop:
    """The offer to stay where the flow has one, then the last page before the cancellation."""
    subscription = visit.subscription(asked, "cancel")
    coupon = _offered(visit)
    if coupon and asked.values.get("offer") != "declined":
        page = offer_page(
            visit.words,
            visit.frame,
            visit.plan(subscription),
            coupon_text(visit.words, coupon),
            go_on="?offer=declined",
        )
        return Stop(page, visit.verdict(subscription, "cancel").notes)
    at_once = _at_once(visit, subscription)
    ends = None if at_once else period_end(subscription)
    question = costs.cancel_question(subscription) if at_once and _prorates(visit) else None
    credit = costs.credit(visit, subscription, asked.answer) if question else 0
    written = visit.words.money(credit, as_text(subscription.get("currency"))) if credit else ""
    leave = visit.leave
    reasons, unknown = _reasons(visit)
    page = cancel_page(
        visit.words,
        visit.frame,
        Leaving(visit.plan(subscription), ends, written),
        reasons,
        asked.values,
        keep=keep_link(visit.words, leave.href) if leave else None,
    )
    estimated = costs.estimated() if question and asked.answer is None else ()
    notes = (*visit.verdict(subscription, "cancel").notes, *_no_offer(visit), *unknown, *estimated)
    return Stop(page, notes, question)


def cancel(visit: Visit, asked: Asked) -> Done:
    """What a cancellation, or taking the offer, leads to."""
    subscription = visit.subscription(asked, "cancel")
    if _offered(visit) and asked.values.get("offer") == "accepted":
        return Done("discounted")
    return Done("canceled" if _at_once(visit, subscription) else "cancel_scheduled")


def show_renew(visit: Visit, asked: Asked) -> Stop:
    """The page that takes a cancellation back."""
    subscription = visit.subscription(asked, "renew")
    plan, renews = visit.plan(subscription), period_end(subscription)
    return Stop(renew_page(visit.words, visit.frame, plan, renews, leave=visit.leave))


def renew(visit: Visit, asked: Asked) -> Done:
    """What taking a cancellation back leads to."""
    visit.subscription(asked, "renew")
    return Done("kept")


def _coupon_named(visit: Visit) -> str:
    details = as_object((visit.flow or {}).get("subscription_cancel"))
    offer = as_object(as_object(details.get("retention")).get("coupon_offer"))
    return as_text(offer.get("coupon"))


def _offered(visit: Visit) -> Json | None:
    """The coupon that the flow offers to those who are about to leave, while it is valid."""
    coupon = visit.catalogue.coupons.get(_coupon_named(visit))
    return coupon if coupon and coupon.get("valid") is not False else None


def _no_offer(visit: Visit) -> tuple[Reason, ...]:
    """R20: why an offer that the flow has isn't shown."""
    name = _coupon_named(visit)
    if not name or _offered(visit):
        return ()
    why = "is no longer valid" if name in visit.catalogue.coupons else "isn't in the cache"
    text = f"the offer to stay is left out: the coupon {name} {why}"
    return (Reason("R20", text, "Choose another coupon for the link.", _SESSION),)


def _at_once(visit: Visit, subscription: Json) -> bool:
    """What was never paid for has no period to end with."""
    immediately = visit.feature("subscription_cancel").get("mode") == "immediately"
    return immediately or subscription.get("status") == "incomplete"


def _prorates(visit: Visit) -> bool:
    cancelling = visit.feature("subscription_cancel")
    return cancelling.get("proration_behavior") == "create_prorations"


def _reasons(visit: Visit) -> tuple[list[Choice], tuple[Reason, ...]]:
    """What to choose from, and what is missing there since the cache doesn't have it."""
    cancelling = visit.feature("subscription_cancel")
    asked = as_object(cancelling.get("cancellation_reason"))
    named = [one for one in as_list(asked.get("feedback_options")) if isinstance(one, str)]
    known = visit.catalogue.feedback_options
    missing = [one for one in named if one not in known]
    found = reasons_asked(visit.words, cancelling, [known[one] for one in named if one in known])
    if not missing or asked.get("enabled") is not True:
        return found, ()
    text = f"{len(missing)} of the business's own reasons are left out here: the cache doesn't keep them"
    return found, (Reason("", text),)
