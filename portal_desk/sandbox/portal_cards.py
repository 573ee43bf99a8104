"""The card that a customer types: no number but a test card's is taken, and none is kept."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from portal_desk.sandbox.cards import Card, adds_up, is_known, known_card
from portal_desk.sandbox.portal_visit import UnfitError

_REFUSED = {
    "4000000000000002": "card_declined",
    "4000000000009995": "insufficient_funds",
    "4000000000009987": "card_declined",
    "4000000000000069": "expired_card",
    "4000000000009979": "card_declined",
    "4000000000000119": "card_declined",
    "4000000000000127": "incorrect_cvc",
}
"""Cards that can't even be saved; 4000000000000341 can be, and is declined when it is charged."""


def read_card(number: str, expiry: str, cvc: str, *, now: int) -> Card:
    """The card that a customer typed.

    Args:
        number, expiry, cvc: as they were typed.
        now: seconds UTC.

    Raises:
        UnfitError: the card is wrong, is no test card, or is one that is declined.
    """
    digits = re.sub(r"[\s-]", "", number)
    month, year = _expiry(expiry)
    problems = _problems(digits, cvc) | _expiry_problems(month, year, now=now)
    if problems:
        raise UnfitError(**problems)
    if refusal := _REFUSED.get(digits):
        raise UnfitError(**{"cvc" if refusal == "incorrect_cvc" else "number": refusal})
    return known_card(digits, month, year)


def _problems(digits: str, cvc: str) -> dict[str, str]:
    problems = {}
    if not (digits.isdecimal() and digits.isascii() and adds_up(digits)):
        problems["number"] = "number_invalid"
    elif not is_known(digits):
        problems["number"] = "number_not_test"
    if re.fullmatch(r"[0-9]{3,4}", cvc.strip()) is None:
        problems["cvc"] = "cvc_invalid"
    return problems


def _expiry(text: str) -> tuple[int, int]:
    """Month and year; zeros where it is not a date."""
    found = re.fullmatch(r"\s*(0?[1-9]|1[0-2])\s*[/.\-]\s*(?:20)?([0-9]{2})\s*", text)
    return (int(found[1]), 2000 + int(found[2])) if found else (0, 0)


def _expiry_problems(month: int, year: int, *, now: int) -> dict[str, str]:
    today = datetime.fromtimestamp(now, UTC)
    if not month:
        return {"expiry": "expiry_invalid"}
    if (year, month) < (today.year, today.month):
        return {"expiry": "expiry_past"}
    return {}
