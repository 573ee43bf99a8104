"""Whether a payment method pays, and why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from portal_desk.models.json import Json
from portal_desk.sandbox.problems import StripeProblem
from portal_desk.sandbox.state import State

# The last digits of Stripe's own test cards (https://docs.stripe.com/testing#declined-payments).
_DECLINES = {
    "0002": ("card_declined", "generic_decline", "Your card was declined."),
    "0341": ("card_declined", "generic_decline", "Your card was declined."),
    "9995": ("card_declined", "insufficient_funds", "Your card has insufficient funds."),
    "9987": ("card_declined", "lost_card", "Your card was declined."),
    "9979": ("card_declined", "stolen_card", "Your card was declined."),
    "0127": ("incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect."),
    "0119": (
        "processing_error",
        "processing_error",
        "An error occurred while processing your card. Try again in a little bit.",
    ),
    "0069": ("expired_card", "expired_card", "Your card has expired."),
}


@dataclass(frozen=True, slots=True)
class Decline:
    """Why a charge fails, in Stripe's words."""

    code: str
    decline_code: str | None
    message: str

    def problem(self) -> StripeProblem:
        """The answer to a request that needed the charge."""
        if self.decline_code is None:
            return StripeProblem(400, "invalid_request_error", self.code, self.message)
        extra = {"decline_code": self.decline_code}
        return StripeProblem(402, "card_error", self.code, self.message, extra=extra)


NO_METHOD = Decline(
    "resource_missing",
    None,
    "This customer has no attached payment source or default payment method. Please consider "
    "adding a default payment method. For more information, visit "
    "https://stripe.com/docs/billing/subscriptions/payment-methods-setting"
    "#payment-method-priority.",
)


def paying_method(state: State, customer: Json, *owners: Json | None) -> Json | None:
    """What is charged: the first default of `owners` (an invoice, a subscription), else the
    customer's."""
    for owner in owners:
        if owner and owner.get("default_payment_method"):
            return state.get("payment_method", owner["default_payment_method"])
    default = customer["invoice_settings"]["default_payment_method"] or customer["default_source"]
    return state.get("payment_method", default) if default else None


def decline(method: Json | None, at: int) -> Decline | None:
    """Why charging `method` at `at` (seconds UTC) fails, or None where it pays."""
    if method is None:
        return NO_METHOD
    card = method.get("card")
    if not card:
        return None
    if card["last4"] in _DECLINES:
        return Decline(*_DECLINES[card["last4"]])
    today = datetime.fromtimestamp(at, UTC)
    if (card["exp_year"], card["exp_month"]) < (today.year, today.month):
        return Decline(*_DECLINES["0069"])
    return None
