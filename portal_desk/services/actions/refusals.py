"""What to do about the refusals that Stripe is known for: its own words stay, a next step is added."""

from __future__ import annotations

from portal_desk.errors import ResourceMissing, StripeError

_BY_CODE = {
    "resource_missing": "It was deleted or ended meanwhile: refresh the customer.",
    "lock_timeout": "Something else is changing it at this moment: wait a few seconds and try again.",
    "idempotency_key_in_use": "The same request is still under way: wait a few seconds, then refresh.",
    "parameter_unknown": "Stripe's API differs from the one that Portal Desk was made for: update Portal Desk.",
    "card_declined": "Nothing was changed: ask the customer for another payment method.",
}

_BY_WORDS = (
    ("no configuration provided", "Save the portal's settings in Stripe's Dashboard "
     "(Settings › Billing › Customer portal), or choose a configuration."),
    ("no such configuration", "Choose another configuration: this one is gone, or belongs to another account."),
    ("a similar object exists in", "The key and the object belong to different modes: "
     "switch between the live and the test account."),
    ("subscription update feature in the portal configuration is disabled",
     "Choose a configuration with plan changes enabled, or send a link without this flow."),
    ("subscription cancel feature in the portal configuration is disabled",
     "Choose a configuration with cancellation enabled, or send a link without this flow."),
    ("there are no changes to confirm", "Choose another price or quantity than the present one."),
    ("already set to be canceled", "Undo that cancellation first, or send a link without this flow."),
    ("managed by the subscription schedule",
     "Release the schedule in Stripe's Dashboard (Subscription › Release schedule), then try again."),
    ("proration date", "Prepare the change again; if that doesn't help, check this computer's clock."),
    ("proration_date", "Prepare the change again; if that doesn't help, check this computer's clock."),
    ("no attached payment source", "Let the customer add a payment method first: send a portal link."),
    ("currency", "Choose a price in the subscription's currency."),
)  # fmt: skip


def advise(error: StripeError) -> StripeError:
    """`error` itself, with a next step where it has none and this refusal is a known one."""
    if error.next_step:
        return error
    if isinstance(error, ResourceMissing) and "configuration" not in error.message.lower():
        error.next_step = _BY_CODE["resource_missing"]
        return error
    said = error.message.lower()
    by_words = next((advice for words, advice in _BY_WORDS if words in said), "")
    error.next_step = by_words or _BY_CODE.get(error.code or "", "")
    return error
