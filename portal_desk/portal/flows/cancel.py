"""Leaving, being asked to stay, and staying after all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from portal_desk.models.json import Json
from portal_desk.models.loose import as_list, as_object, as_text
from portal_desk.portal.document import Link
from portal_desk.portal.flows.document import Choice, Fact, Field, FlowPage, Form, Frame, Group
from portal_desk.portal.words import Words


@dataclass(frozen=True, slots=True)
class Leaving:
    """What a cancellation would do.

    Attributes:
        plan: what is cancelled, and its price.
        ends: when it takes effect (seconds UTC); None for at once.
        credit: what is credited for unused time, written out; may be empty.
    """

    plan: Fact
    ends: int | None
    credit: str = ""


def reason_labels(words: Words) -> dict[str, str]:
    """Stripe's reasons for leaving, as customers read them.

    https://docs.stripe.com/api/customer_portal/configurations/object
    """
    return {
        "too_expensive": words.gettext("It’s too expensive"),
        "missing_features": words.gettext("I need more features"),
        "switched_service": words.gettext("I found an alternative"),
        "unused": words.gettext("I no longer need it"),
        "customer_service": words.gettext("Customer service was less than expected"),
        "too_complex": words.gettext("Ease of use was less than expected"),
        "low_quality": words.gettext("Quality was less than expected"),
        "other": words.gettext("Other reason"),
    }


def reasons_asked(words: Words, cancelling: Json, own: Iterable[Json]) -> list[Choice]:
    """The reasons to choose from; none where the business doesn't ask.

    Args:
        words: the language.
        cancelling: the configuration's `subscription_cancel`.
        own: the feedback options that the business wrote itself, in its own words.
    """
    asked = as_object(cancelling.get("cancellation_reason"))
    if asked.get("enabled") is not True:
        return []
    labels = reason_labels(words)
    return [
        *(Choice(each, labels[each]) for each in as_list(asked.get("options")) if each in labels),
        *(
            Choice(each["id"], as_text(each.get("description")))
            for each in own
            if each.get("status") == "active"
        ),
    ]


def cancel_page(
    words: Words,
    frame: Frame,
    leaving: Leaving,
    reasons: Sequence[Choice],
    given: Mapping[str, str],
    *,
    keep: Link | None,
    problem: str = "",
) -> FlowPage:
    """The last page before a cancellation: what ends when, and why if the business asks.

    Args:
        words: the language.
        frame: the page's frame.
        leaving: what would happen.
        reasons: what to choose from; empty where the business doesn't ask.
        given: what was filled in so far.
        keep: the way out.
        problem: why the last attempt failed.
    """
    if leaving.ends is None:
        line = words.gettext("Your subscription will be canceled right away.")
        ends = words.gettext("Today")
    else:
        line = words.gettext("You can use your subscription until it ends. Then it won’t renew.")
        ends = words.date(leaving.ends)
    facts = [
        leaving.plan,
        Fact(words.gettext("Subscription ends"), ends, strong=True),
    ]
    if leaving.credit:
        facts.append(Fact(words.gettext("Credit for unused time"), leaving.credit))
    questions = _questions(words, reasons, given) if reasons else ()
    form = Form(words.gettext("Cancel subscription"), questions, kind="critical")
    return FlowPage(
        frame,
        words.gettext("Cancel subscription"),
        (line,),
        tuple(facts),
        forms=(form,),
        leave=keep,
        problem=problem,
    )


def keep_link(words: Words, href: str) -> Link:
    """The way out of a cancellation."""
    return Link(words.gettext("Keep subscription"), href)


def _questions(
    words: Words, reasons: Sequence[Choice], given: Mapping[str, str]
) -> tuple[Group, ...]:
    why = Field(
        "feedback",
        words.gettext("Why are you canceling? (optional)"),
        "radio",
        given.get("feedback", ""),
        tuple(reasons),
    )
    comment = Field(
        "comment",
        words.gettext("Anything else we should know? (optional)"),
        "textarea",
        given.get("comment", ""),
    )
    return (Group((why, comment)),)


def offer_page(
    words: Words, frame: Frame, plan: Fact, discount: str, *, go_on: str, problem: str = ""
) -> FlowPage:
    """An offer to those who are about to leave.

    Args:
        words: the language.
        frame: the page's frame.
        plan: what is about to be cancelled, and its price.
        discount: what is offered, such as "20% off".
        go_on: where the cancellation goes on.
        problem: why the last attempt failed.
    """
    accept = Form(
        words.gettext("Accept offer"), action="?offer=accepted", hidden=(("offer", "accepted"),)
    )
    return FlowPage(
        frame,
        words.gettext("Before you go"),
        (words.gettext("Stay with us and pay less from your next invoice on."),),
        (plan, Fact(words.gettext("Our offer"), discount, strong=True)),
        forms=(accept,),
        leave=Link(words.gettext("Continue to cancel"), go_on),
        problem=problem,
    )


def renew_page(
    words: Words,
    frame: Frame,
    plan: Fact,
    renews: int | None,
    *,
    leave: Link | None,
    problem: str = "",
) -> FlowPage:
    """The page that takes a scheduled cancellation back; `renews` is the next billing date."""
    facts = [plan]
    if renews is not None:
        facts.append(Fact(words.gettext("Next billing date"), words.date(renews), strong=True))
    return FlowPage(
        frame,
        words.gettext("Don’t cancel subscription"),
        (words.gettext("Your subscription will go on as before and renew automatically."),),
        tuple(facts),
        forms=(Form(words.gettext("Don’t cancel subscription")),),
        leave=leave,
        problem=problem,
    )
