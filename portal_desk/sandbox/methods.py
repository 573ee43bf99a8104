"""New payment methods, from what a request says of a card or an account.

Test numbers are Stripe's: https://docs.stripe.com/testing.
"""

from __future__ import annotations

import re
from typing import Any

from portal_desk.models.json import Json
from portal_desk.sandbox import objects
from portal_desk.sandbox.cards import Card, adds_up, is_known, known_card
from portal_desk.sandbox.endpoints.changes import only, over, plain_changes
from portal_desk.sandbox.problems import StripeProblem, invalid, unsupported
from portal_desk.sandbox.state import State
from portal_desk.sandbox.tokens import spend

_BARE = {"amazon_pay", "cashapp", "link", "paypal"}
"""Wallets: nothing needs to be said about them."""
_BANKS = {"acss_debit": "CA", "au_becs_debit": "AU", "bacs_debit": "GB", "us_bank_account": "US"}
_LIVE_CARD = (
    "Your card was declined. Your request was in test mode, but used a non test (live) card. For a "
    "list of valid test cards, visit: https://stripe.com/docs/testing."
)


def create_method(state: State, params: Json) -> Json:
    """A new payment method that no customer has yet.

    Args:
        state: the sandbox.
        params: those of `POST /v1/payment_methods`.

    Raises:
        StripeProblem: its details are missing or wrong, or the sandbox doesn't know its type.
    """
    kind = params.get("type")
    if kind is None:
        raise invalid("Missing required param: type.", "type", "parameter_missing")
    only(params, "allow_redisplay", "billing_details", "metadata", "type", kind)
    details = _details(state, kind, params.get(kind))
    fields = plain_changes(params, ("allow_redisplay",))
    owner = over(None, params.get("billing_details"), objects.billing_details())
    return state.create(
        objects.new_payment_method(state, kind, details, billing_details=owner, **fields)
    )


def _details(state: State, kind: str, given: Any) -> Json:  # noqa: ANN401 - it may be missing
    if kind in _BARE:
        return {}
    if kind not in {"card", "sepa_debit", *_BANKS}:
        raise unsupported(f"payment methods of the type {kind}")
    if not isinstance(given, dict):
        raise invalid(f"Missing required param: {kind}.", kind, "parameter_missing")
    if kind == "card":
        return card_details(state, given)
    if kind == "sepa_debit":
        iban = re.sub(r"\s", "", given["iban"]).upper()
        return objects.bank(state, kind, iban[-4:], iban[:2])
    number = str(given.get("account_number", ""))
    if not number.isdecimal():
        name = f"{kind}[account_number]"
        raise invalid(f"Missing required param: {name}.", name, "parameter_missing")
    return objects.bank(state, kind, number[-4:], _BANKS[kind])


def card_details(state: State, given: Json) -> Json:
    """What stands under `card` in a payment method, from a number or a token.

    Raises:
        StripeProblem: a part is missing or wrong, or it is no test card.
    """
    if token := given.get("token"):
        found: Json = spend(state, token, "card[token]")["card"]
        return found
    return _card(given).details(state)


def _card(given: Json) -> Card:
    for name in ("number", "exp_month", "exp_year"):
        if name not in given:
            raise invalid(
                f"Missing required param: card[{name}].", f"card[{name}]", "parameter_missing"
            )
    digits = re.sub(r"[\s-]", "", given["number"])
    if not (digits.isascii() and digits.isdecimal() and adds_up(digits)):
        message = "Your card number is incorrect."
        raise StripeProblem(402, "card_error", "incorrect_number", message, "card[number]")
    if not is_known(digits):
        extra = {"decline_code": "test_mode_live_card"}
        raise StripeProblem(402, "card_error", "card_declined", _LIVE_CARD, extra=extra)
    if not 1 <= given["exp_month"] <= 12:  # noqa: PLR2004 - months of a year
        message = "Your card's expiration month is invalid."
        raise StripeProblem(402, "card_error", "invalid_expiry_month", message, "card[exp_month]")
    return known_card(digits, given["exp_month"], given["exp_year"])
