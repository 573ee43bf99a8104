"""Why something failed, in the customer's words."""

from __future__ import annotations

from portal_desk.portal.words import Words


def problem_text(words: Words, code: str) -> str:
    """What a failure means to the customer.

    Args:
        words: the language.
        code: Stripe's decline code or error code (https://docs.stripe.com/declines/codes).
    """
    texts = {
        "card_declined": words.gettext("Your card was declined. Try another payment method."),
        "insufficient_funds": words.gettext(
            "Your card has insufficient funds. Try another payment method."
        ),
        "expired_card": words.gettext("Your card has expired. Try another payment method."),
        "incorrect_cvc": words.gettext("The card’s security code is incorrect."),
        "resource_missing": words.gettext("Add a payment method first."),
        "invoice_already_paid": words.gettext("This invoice has been paid already."),
        "email_invalid": words.gettext("Enter a valid email address."),
        "number_invalid": words.gettext("The card number is invalid."),
        "number_not_test": words.gettext("This isn’t a test card. Real cards are declined here."),
        "expiry_invalid": words.gettext("Enter the date as month and year, such as 04/30."),
        "expiry_past": words.gettext("The card’s expiration date is in the past."),
        "cvc_invalid": words.gettext("The security code has three or four digits."),
        "code_invalid": words.gettext("This code is invalid."),
        "code_unusable": words.gettext("This code can’t be used for your subscription."),
        "tax_id_invalid": words.gettext("This number doesn’t fit the type."),
        "quantity_invalid": words.gettext("This quantity isn’t possible."),
        "name_missing": words.gettext("Enter a name."),
        "unchanged": words.gettext("Choose something other than what you have now."),
    }
    texts |= dict.fromkeys(("generic_decline", "lost_card"), texts["card_declined"])
    return texts.get(code) or words.gettext("That didn’t work. Please try again.")
