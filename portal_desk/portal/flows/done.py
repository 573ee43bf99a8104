"""What a customer reads once something is done, or can't be done."""

from __future__ import annotations

from typing import Literal

from portal_desk.portal.document import Link
from portal_desk.portal.flows.document import FlowPage, Frame
from portal_desk.portal.words import Words

Deed = Literal[
    "canceled",
    "cancel_scheduled",
    "kept",
    "discounted",
    "updated",
    "update_scheduled",
    "paused",
    "resumed",
    "details",
    "method_added",
    "method_default",
    "method_removed",
    "paid",
]
"""What a customer can have done."""


def deeds(words: Words) -> dict[Deed, str]:
    """What each deed is called once it is done."""
    return {
        "canceled": words.gettext("Your subscription has been canceled."),
        "cancel_scheduled": words.gettext(
            "Your subscription will be canceled at the end of the billing period."
        ),
        "kept": words.gettext("Your subscription won’t be canceled."),
        "discounted": words.gettext("Your discount has been applied."),
        "updated": words.gettext("Your subscription has been updated."),
        "update_scheduled": words.gettext("Your change has been scheduled."),
        "paused": words.gettext("Your subscription has been paused."),
        "resumed": words.gettext("Your subscription has been resumed."),
        "details": words.gettext("Your billing information has been updated."),
        "method_added": words.gettext("Your payment method has been added."),
        "method_default": words.gettext("Your default payment method has been changed."),
        "method_removed": words.gettext("Your payment method has been removed."),
        "paid": words.gettext("Your invoice has been paid."),
    }


def confirmation_page(
    words: Words, frame: Frame, deed: Deed, message: str, leave: Link | None
) -> FlowPage:
    """The end of a flow; the business's own message goes before what was done."""
    line = message or words.gettext("You can close this page now.")
    return FlowPage(frame, deeds(words)[deed], (line,), leave=leave, done=True)


def gone_page(words: Words, frame: Frame, leave: Link | None) -> FlowPage:
    """Something that the customer can't do, or can't do any more."""
    line = words.gettext("Something has changed since the page was opened.")
    return FlowPage(frame, words.gettext("This isn’t available"), (line,), leave=leave)
