"""Pausing a subscription, and going on with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from portal_desk.models.json import Json
from portal_desk.models.loose import as_count, as_object, as_objects, as_text
from portal_desk.models.periods import shifted
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


def pause_ends(pausing: Json, now: int) -> dict[str, int]:
    """When a pause that begins now ends (seconds UTC), by the lengths to choose from: `2-month`.

    Empty where it lasts until the customer resumes. `pausing` is the configuration's `subscription_pause`.
    """
    duration = as_object(pausing.get("duration"))
    if duration.get("type") != "interval_options":
        return {}
    return {
        f"{count}-{interval}": shifted(now, interval, count)
        for each in as_objects(duration.get("interval_options"))
        if (interval := as_text(each.get("interval"))) in {"day", "week", "month", "year"}
        and (count := as_count(each.get("interval_count")))
    }


def pause_choices(words: Words, ends: Mapping[str, int]) -> list[Choice]:
    """The lengths of a pause to choose from."""
    found = []
    for value, at in ends.items():
        count, _, interval = value.partition("-")
        label = duration_label(words, interval, int(count))
        found.append(Choice(value, label, resumes_label(words, at)))
    return found


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
