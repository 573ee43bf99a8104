"""Charges without a payment intent: of a token, or of a customer's source.

https://docs.stripe.com/api/charges/create
"""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox import objects
from portal_desk.sandbox.billing.charges import refused, took
from portal_desk.sandbox.billing.charging import decline
from portal_desk.sandbox.currencies import check_amount
from portal_desk.sandbox.endpoints.changes import plain_changes
from portal_desk.sandbox.objects.sources import as_card
from portal_desk.sandbox.problems import StripeProblem, invalid
from portal_desk.sandbox.sources import sources_of
from portal_desk.sandbox.state import State
from portal_desk.sandbox.tokens import spend

PLAIN = (
    "description", "receipt_email", "shipping", "statement_descriptor",
    "statement_descriptor_suffix", "transfer_group",
)  # fmt: skip


def charge(state: State, customer: Json | None, params: Json) -> Json:
    """Take money from a card at once, or hold it.

    Args:
        state: the sandbox.
        customer: whose card it is, where it is a customer's.
        params: those of `POST /v1/charges`.

    Raises:
        StripeProblem: a parameter is missing or wrong, there is no such card, or it is declined.
    """
    for name in ("amount", "currency"):
        if name not in params:
            raise invalid(f"Missing required param: {name}.", name, "parameter_missing")
    check_amount(params["amount"], params["currency"])
    method = _card(state, customer, params.get("source"))
    terms = objects.new_intent(
        state,
        "",
        params["amount"],
        params["currency"].lower(),
        customer=customer and customer["id"],
        **plain_changes(params, PLAIN),
    )
    direct = {"payment_intent": None, "source": as_card(method)}
    if reason := decline(method, state.now()):
        failed = refused(state, terms, method, reason, **direct)
        problem = reason.problem()
        problem.extra["charge"] = failed["id"]
        raise problem
    held = not params.get("capture", True)
    return took(state, terms, method, params["amount"], held=held, **direct)


def _card(state: State, customer: Json | None, source: str | None) -> Json:
    if customer is None:
        if source is None:
            raise invalid("Must provide source or customer.", code="parameter_missing")
        return spend(state, source, "source")
    wanted = source or customer["default_source"]
    if wanted is None:
        message = "Cannot charge a customer that has no active card"
        raise StripeProblem(402, "card_error", "missing", message, "card")
    for method in sources_of(state, customer):
        if method["id"] == wanted:
            return method
    message = f"Customer {customer['id']} does not have a linked source with ID {wanted}."
    raise StripeProblem(404, "invalid_request_error", "missing", message, "source")
