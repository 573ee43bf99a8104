"""Stripe's test cards: https://docs.stripe.com/testing. No other number is taken, and none is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

from portal_desk.sandbox.portal_visit import UnfitError

_BRANDS = {
    "visa": (
        "4242424242424242 4000056655665556 4000000000000341 4000000000000002 4000000000009995 "
        "4000000000009987 4000000000000069 4000000000000127 4000002760003184 4000002500003155 "
        "4000003720000278 4000008260000000 4000003560000008 4000003920000003 4000002500001001"
    ),
    "mastercard": (
        "5555555555554444 2223003122003222 5200828282828210 5105105105105100 5555552500001001"
    ),
    "amex": "378282246310005 371449635398431",
    "discover": "6011111111111117 6011000990139424 6011981111111113",
    "diners": "3056930009020004 36227206271667",
    "jcb": "3566002020360505",
    "unionpay": "6200000000000005 6200000000000047 6205500000000000004",
}
_COUNTRIES = {
    "4000002500": "FR", "4000003720": "IE", "4000008260": "GB", "4000003560": "IN",
    "4000003920": "JP", "4000002760": "DE", "5555552500": "FR",
}  # fmt: skip
_DEBIT = {"4000056655665556", "5200828282828210", "6011981111111113"}
_REFUSED = {
    "4000000000000002": "card_declined",
    "4000000000009995": "insufficient_funds",
    "4000000000009987": "card_declined",
    "4000000000000069": "expired_card",
    "4000000000000127": "incorrect_cvc",
}
"""Cards that can't even be saved; 4000000000000341 can be, and is declined when it is charged."""
_KNOWN = {number: brand for brand, numbers in _BRANDS.items() for number in numbers.split()}


@dataclass(frozen=True)
class Card:
    """What remains of a card: never its number or its code."""

    brand: str
    last4: str = field(repr=False)
    country: str
    funding: str
    exp_month: int
    exp_year: int


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
    return Card(
        _KNOWN[digits],
        digits[-4:],
        _COUNTRIES.get(digits[:10], "US"),
        "debit" if digits in _DEBIT else "credit",
        month,
        year,
    )


def _problems(digits: str, cvc: str) -> dict[str, str]:
    problems = {}
    if not (digits.isdecimal() and digits.isascii() and _adds_up(digits)):
        problems["number"] = "number_invalid"
    elif digits not in _KNOWN:
        problems["number"] = "number_not_test"
    if re.fullmatch(r"[0-9]{3,4}", cvc.strip()) is None:
        problems["cvc"] = "cvc_invalid"
    return problems


def _adds_up(digits: str) -> bool:
    """Luhn's check, as every card number passes it."""
    odd, even = digits[-1::-2], digits[-2::-2]
    doubled = (sum(divmod(2 * int(each), 10)) for each in even)
    return (sum(map(int, odd)) + sum(doubled)) % 10 == 0


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
