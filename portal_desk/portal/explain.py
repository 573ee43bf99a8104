"""Why something is missing from the portal, as sentences for the agent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from portal_desk.portal.document import Button, Capability, Reason

CANNOT: dict[Capability, str] = {
    "update_plan": "Cannot change plan",
    "update_quantity": "Cannot change quantity",
    "apply_promotion_code": "Cannot apply a promotion code",
    "cancel": "Cannot cancel",
    "renew": "Cannot renew",
    "pause": "Cannot pause",
    "resume": "Cannot resume",
    "add_payment_method": "Cannot add a payment method",
    "update_payment_method": "Cannot change payment methods",
    "update_billing_information": "Cannot update billing information",
    "update_tax_ids": "Cannot update tax IDs",
    "view_invoices": "Cannot see invoices",
    "pay_invoice": "Cannot pay the invoice",
}

DOING: dict[Capability, str] = {
    "update_plan": "changing the plan",
    "update_quantity": "changing the quantity",
    "apply_promotion_code": "promotion codes",
    "cancel": "cancelling",
    "renew": "undoing a cancellation",
    "pause": "pausing",
    "resume": "resuming",
    "add_payment_method": "adding a payment method",
    "update_payment_method": "changing payment methods",
    "update_billing_information": "updating billing information",
    "update_tax_ids": "updating tax IDs",
    "view_invoices": "the invoice history",
    "pay_invoice": "paying an invoice",
}


def why_not(capability: Capability, reason: Reason) -> str:
    """Why a capability is missing: "Cannot change plan: the subscription is invoiced by email (R1)."."""
    return f"{CANNOT[capability]}: {_clause(reason)}."


def remark(reason: Reason) -> str:
    """A reason that stands alone, as a sentence."""
    clause = _clause(reason)
    return f"{clause[:1].upper()}{clause[1:]}."


@dataclass(frozen=True, slots=True)
class Explanation:
    """A reason as a sentence, with what to do about it and where Stripe says so.

    Attributes:
        quiet: it is so for every customer, and nothing about this one.
        facts: what it rests on, in Stripe's names; may be empty.
    """

    text: str
    way_out: str
    source: str
    quiet: bool = False
    facts: str = ""


def switched_off(button: Button) -> bool:
    """Whether a button is missing for no other reason than that its feature is switched off."""
    return bool(button.reasons) and all(reason.switched_off for reason in button.reasons)


def drawn(buttons: Iterable[Button], *, explained: bool) -> list[Button]:
    """The buttons that a page draws.

    Args:
        buttons: those of one row or section.
        explained: also those that only this customer lacks; what is switched off for all is named in a line instead.
    """
    return [
        button
        for button in buttons
        if button.availability != "hidden" or (explained and not switched_off(button))
    ]


def explain_missing(buttons: Iterable[Button]) -> list[Explanation]:
    """Why buttons are missing, each reason once, with all that it prevents.

    "Cannot cancel or pause: a subscription schedule with an update is attached (R3)." What is switched off comes last.
    """
    prevented: dict[Reason, list[Capability]] = {}
    off = []
    for button in buttons:
        if switched_off(button):
            off.append(button)
            continue
        for reason in button.reasons:
            prevented.setdefault(reason, []).append(button.capability)
    found = [
        Explanation(
            _why_none(capabilities, reason), reason.way_out, reason.source, facts=_facts(reason)
        )
        for reason, capabilities in prevented.items()
    ]
    return [*found, _off(off)] if off else found


def _off(buttons: list[Button]) -> Explanation:
    what = ", ".join(dict.fromkeys(DOING[button.capability] for button in buttons))
    reason = buttons[0].reasons[0]
    text = f"Switched off in this configuration: {what}."
    return Explanation(text, reason.way_out, reason.source, quiet=True)


def explain_notes(notes: Iterable[Reason]) -> list[Explanation]:
    """Notes as sentences, each once."""
    return [
        Explanation(remark(note), note.way_out, note.source, facts=_facts(note))
        for note in dict.fromkeys(notes)
    ]


def _why_none(capabilities: list[Capability], reason: Reason) -> str:
    *others, last = (CANNOT[capability].removeprefix("Cannot ") for capability in capabilities)
    verbs = f"{', '.join(others)} or {last}" if others else last
    return f"Cannot {verbs}: {_clause(reason)}."


def _facts(reason: Reason) -> str:
    return "; ".join(reason.facts)


def _clause(reason: Reason) -> str:
    clause = reason.text.rstrip(".")
    return f"{clause} ({reason.rule})" if reason.rule else clause
