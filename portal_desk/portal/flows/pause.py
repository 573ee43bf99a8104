"""Pausing a subscription, and going on with it."""

from __future__ import annotations

from collections.abc import Sequence

from portal_desk.portal.document import Link
from portal_desk.portal.flows.document import Choice, Fact, Field, FlowPage, Form, Frame, Group
from portal_desk.portal.words import Words


def duration_label(words: Words, interval: str, count: int) -> str:
    """ "2 months"."""
    labels = {
        "day": lambda: words.ngettext("{count} day", "{count} days", count),
        "week": lambda: words.ngettext("{count} week", "{count} weeks", count),
        "month": lambda: words.ngettext("{count} month", "{count} months", count),
        "year": lambda: words.ngettext("{count} year", "{count} years", count),
    }
    return labels[interval]()


def resumes_label(words: Words, at: int) -> str:
    """When a pause ends by itself (seconds UTC)."""
    return words.gettext("Until {date}").replace("{date}", words.date(at, "medium"))


def pause_page(
    words: Words,
    frame: Frame,
    plan: Fact,
    durations: Sequence[Choice],
    chosen: str,
    *,
    leave: Link | None,
    problem: str = "",
) -> FlowPage:
    """The last page before a pause.

    Args:
        words: the language.
        frame: the page's frame.
        plan: what is paused, and its price.
        durations: how long it can be paused; empty where it is until the customer resumes.
        chosen: the duration that is chosen.
        leave: the way out.
        problem: why the last attempt failed.
    """
    lines = (
        words.gettext("You won’t be charged while your subscription is paused."),
        words.gettext("You can resume it here at any time."),
    )
    groups: tuple[Group, ...] = ()
    if durations:
        label = words.gettext("How long do you want to pause?")
        field = Field("duration", label, "radio", chosen, tuple(durations), required=True)
        groups = (Group((field,)),)
    return FlowPage(
        frame,
        words.gettext("Pause subscription"),
        lines,
        (plan,),
        forms=(Form(words.gettext("Pause subscription"), groups),),
        leave=leave,
        problem=problem,
    )


def resume_page(
    words: Words, frame: Frame, plan: Fact, *, leave: Link | None, problem: str = ""
) -> FlowPage:
    """The last page before a paused subscription goes on."""
    return FlowPage(
        frame,
        words.gettext("Resume subscription"),
        (words.gettext("Your subscription goes on right away, and you’ll be charged again."),),
        (plan,),
        forms=(Form(words.gettext("Resume subscription")),),
        leave=leave,
        problem=problem,
    )
