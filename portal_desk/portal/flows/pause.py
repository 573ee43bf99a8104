"""Pausing a subscription, and going on with it."""

from __future__ import annotations

from portal_desk.portal.document import Link
from portal_desk.portal.flows.document import Fact, FlowPage, Form, Frame
from portal_desk.portal.words import Words


def pause_page(
    words: Words, frame: Frame, plan: Fact, *, leave: Link | None, problem: str = ""
) -> FlowPage:
    """The last page before a pause."""
    lines = (
        words.gettext("You won’t be charged while your subscription is paused."),
        words.gettext("You can resume it here at any time."),
    )
    return FlowPage(
        frame,
        words.gettext("Pause subscription"),
        lines,
        (plan,),
        forms=(Form(words.gettext("Pause subscription")),),
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
