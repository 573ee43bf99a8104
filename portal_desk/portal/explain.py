"""Why something is missing from the portal, as sentences for the agent."""

from __future__ import annotations

from portal_desk.portal.document import Capability, Reason

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


def _clause(reason: Reason) -> str:
    clause = reason.text.rstrip(".")
    return f"{clause} ({reason.rule})" if reason.rule else clause
