"""Whether a payment method pays, and why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from portal_desk.models.json import Json
from portal_desk.sandbox.problems import StripeProblem
from portal_desk.sandbox.state import State


@dataclass(frozen=True, slots=True)
class Decline:
    """Why a charge fails, in Stripe's words.

    Attributes:
        code: such as `card_declined`.
        decline_code: the bank's, where the code doesn't say it all.
        message: what to tell the customer.
        param: what of the card is wrong.
    """

    code: str
    decline_code: str | None
    message: str
    param: str | None = None

    @property
    def type(self) -> str:
        """Whether a card was declined, or there was none."""
        return "invalid_request_error" if self is NO_METHOD else "card_error"

    def problem(self) -> StripeProblem:
        """The answer to a request that needed the charge."""
        if self is NO_METHOD:
            return StripeProblem(400, self.type, self.code, self.message)
        extra = {"decline_code": self.decline_code} if self.decline_code else {}
        return StripeProblem(402, self.type, self.code, self.message, self.param, extra=extra)


NO_METHOD = Decline(
    "resource_missing",
    None,
    "This customer has no attached payment source or default payment method. Please consider "
    "adding a default payment method. For more information, visit "
    "https://stripe.com/docs/billing/subscriptions/payment-methods-setting"
    "#payment-method-priority.",
)
_DECLINED = "Your card was declined."
_EXPIRED = Decline("expired_card", None, "Your card has expired.", "exp_month")
# The last digits of Stripe's own test cards (https://docs.stripe.com/testing#declined-payments).
_DECLINES = {
    "0002": Decline("card_declined", "generic_decline", _DECLINED),
    "0341": Decline("card_declined", "generic_decline", _DECLINED),
    "9995": Decline("card_declined", "insufficient_funds", "Your card has insufficient funds."),
    "9987": Decline("card_declined", "lost_card", _DECLINED),
    "9979": Decline("card_declined", "stolen_card", _DECLINED),
    "0019": Decline("card_declined", "fraudulent", _DECLINED),
    "0127": Decline("incorrect_cvc", None, "Your card's security code is incorrect.", "cvc"),
    "0119": Decline(
        "processing_error",
        None,
        "An error occurred while processing your card. Try again in a little bit.",
    ),
    "0069": _EXPIRED,
}


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
        return _DECLINES[card["last4"]]
    today = datetime.fromtimestamp(at, UTC)
    if (card["exp_year"], card["exp_month"]) < (today.year, today.month):
        return _EXPIRED
    return None
