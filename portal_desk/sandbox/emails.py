"""What Stripe takes for an email address: one at sign, and a domain with a dot in it."""

from __future__ import annotations

import re

from portal_desk.sandbox.problems import invalid

_ADDRESS = re.compile(r"[^@＠\s]+@[^@＠\s.]+(\.[^@＠\s.]+)+")


def is_email(text: str) -> bool:
    """Whether Stripe takes it."""
    return bool(_ADDRESS.fullmatch(text))


def check_email(text: str | None, param: str = "email") -> None:
    """Refuse what is no email address; an empty one unsets it.

    Raises:
        StripeProblem: `email_invalid` (https://docs.stripe.com/error-codes#email-invalid).
    """
    if text and not is_email(text):
        raise invalid(f"Invalid email address: {text}", param, "email_invalid")
