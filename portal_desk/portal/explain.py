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


def why_not(capability: Capability, reason: Reason) -> str:
    """Why a capability is missing: "Cannot change plan: the subscription is invoiced by email (R1)."."""
    return f"{CANNOT[capability]}: {_clause(reason)}."


def remark(reason: Reason) -> str:
    """A reason that stands alone, as a sentence."""
    clause = _clause(reason)
    return f"{clause[:1].upper()}{clause[1:]}."


@dataclass(frozen=True, slots=True)
class Explanation:
    """A reason as a sentence, with what to do about it and where Stripe says so."""

    text: str
    way_out: str
    source: str


def explain_missing(buttons: Iterable[Button]) -> list[Explanation]:
    """Why buttons are missing, each reason once, with all that it prevents.

    "Cannot cancel or pause: a subscription schedule with an update is attached (R3)."
    """
    prevented: dict[Reason, list[Capability]] = {}
    for button in buttons:
        for reason in button.reasons:
            prevented.setdefault(reason, []).append(button.capability)
    return [
        Explanation(_why_none(capabilities, reason), reason.way_out, reason.source)
        for reason, capabilities in prevented.items()
    ]


def explain_notes(notes: Iterable[Reason]) -> list[Explanation]:
    """Notes as sentences, each once."""
    return [Explanation(remark(note), note.way_out, note.source) for note in dict.fromkeys(notes)]


def _why_none(capabilities: list[Capability], reason: Reason) -> str:
    *others, last = (CANNOT[capability].removeprefix("Cannot ") for capability in capabilities)
    verbs = f"{', '.join(others)} or {last}" if others else last
    return f"Cannot {verbs}: {_clause(reason)}."


def _clause(reason: Reason) -> str:
    clause = reason.text.rstrip(".")
    return f"{clause} ({reason.rule})" if reason.rule else clause
