"""Tokens, and the cards that they are spent on: https://docs.stripe.com/api/tokens.

`tok_visa` and the like can be spent as often as one likes, a token that was made once.
"""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox import objects
from portal_desk.sandbox.cards import card_of_token
from portal_desk.sandbox.objects.sources import as_card, new_token
from portal_desk.sandbox.problems import invalid, missing, unsupported
from portal_desk.sandbox.state import State

_METHOD = "method"
"""The payment method that a stored token stands for; no answer shows it."""

_CANNOT_YET = ("tok_avs", "tok_createDispute", "tok_cvcCheck", "tok_refundFail", "tok_threeDSecure")
"""What the test cards are called that do what the sandbox's cards can't do."""


def make_token(state: State, method: Json) -> Json:
    """A new token for a card, given as a payment method that is not stored."""
    return state.create({**new_token(state, as_card(method)), _METHOD: method}, "token.created")


def spend(state: State, token: str, param: str) -> Json:
    """The card that a token stands for, as a payment method that is not stored yet.

    Raises:
        StripeProblem: there is no such token, or it has been spent.
    """
    if card := card_of_token(token, now=state.now()):
        return new_card(state, card.details(state))
    stored = state.get("token", token)
    if token.startswith(_CANNOT_YET):
        raise unsupported(f"the test card {token}")
    if stored is None:
        raise missing("token", token, param)
    if stored["used"]:
        raise invalid(
            f"You cannot use a Stripe token more than once: {token}.", param, "token_already_used"
        )
    state.update(stored, {"used": True})
    return dict(stored[_METHOD])


def new_card(state: State, details: Json, *, cvc: bool = False) -> Json:
    """A payment method that can be a customer's source; it is not stored yet.

    Args:
        state: where ids come from.
        details: what stands under `card`.
        cvc: whether its security code was given, and could be checked.
    """
    checks = details["checks"] | {"cvc_check": "pass" if cvc else None}
    card_id = state.new_id("card", 24)
    return objects.new_payment_method(state, "card", details | {"checks": checks}, id=card_id)
