"""What to do about the refusals that Stripe is known for: its own words stay, a next step is added."""

from __future__ import annotations

from portal_desk.errors import StripeError

_RELEASE = (
    "Release the schedule in Stripe's Dashboard (Subscription › Release schedule), then try again."
)
_NEW_DATE = "Prepare the change again; if that doesn't help, check this computer's clock."

_BY_WORDS = {
    "no such configuration": (
        "Choose another configuration: this one is gone, or belongs to another account."
    ),
    "subscription update feature in the portal configuration is disabled": (
        "Choose a configuration with plan changes enabled, or send a link without this flow."
    ),
    "subscription cancel feature in the portal configuration is disabled": (
        "Choose a configuration with cancellation enabled, or send a link without this flow."
    ),
    "there are no changes to confirm": "Choose another price or quantity than the present one.",
    "already set to be canceled": (
        "Undo that cancellation first, or send a link without this flow."
    ),
    "subscription schedule": _RELEASE,
    "proration date": _NEW_DATE,
    "proration_date": _NEW_DATE,
    "no attached payment source": (
        "Let the customer add a payment method first: send a portal link."
    ),
    "currency": "Choose a price in the subscription's currency.",
}
_BY_CODE = {
    "card_declined": "The customer's card was declined: send a link to update the payment method.",
}


def advise(error: StripeError) -> StripeError:
    """`error` itself, with the next step of this very refusal where it is a known one."""
    said = error.message.lower()
    by_words = next((advice for words, advice in _BY_WORDS.items() if words in said), "")
    error.next_step = by_words or _BY_CODE.get(error.code or "", "") or error.next_step
    return error
