"""Stripe's test cards, by number and by the names that code uses: https://docs.stripe.com/testing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from portal_desk.models.json import Json
from portal_desk.sandbox import objects
from portal_desk.sandbox.problems import unsupported
from portal_desk.sandbox.state import State

_BRANDS = {
    "visa": (
        "4242424242424242 4000056655665556 4000000000000341 4000000000000002 4000000000009995 "
        "4000000000009987 4000000000009979 4000000000000069 4000000000000127 4000000000000119 "
        "4000002760003184 4000002500003155 4000003720000278 4000008260000000 4000003560000008 "
        "4000003920000003 4000002500001001 4000000000000077 4100000000000019 4000000000009235"
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
_KNOWN = {number: brand for brand, numbers in _BRANDS.items() for number in numbers.split()}
_COUNTRIES = {
    "4000002500": "FR", "4000003720": "IE", "4000008260": "GB", "4000003560": "IN",
    "4000003920": "JP", "4000002760": "DE", "5555552500": "FR",
}  # fmt: skip
_FUNDING = {
    "4000056655665556": "debit",
    "5200828282828210": "debit",
    "6011981111111113": "debit",
    "5105105105105100": "prepaid",
}

_NAMES = {
    "visa": "4242424242424242",
    "visa_debit": "4000056655665556",
    "mastercard": "5555555555554444",
    "mastercard_debit": "5200828282828210",
    "mastercard_prepaid": "5105105105105100",
    "amex": "378282246310005",
    "discover": "6011111111111117",
    "diners": "3056930009020004",
    "jcb": "3566002020360505",
    "unionpay": "6200000000000005",
    "us": "4242424242424242",
    "gb": "4000008260000000",
    "ie": "4000003720000278",
    "in": "4000003560000008",
    "jp": "4000003920000003",
    "riskLevelElevated": "4000000000009235",
    "bypassPending": "4000000000000077",
    "chargeCustomerFail": "4000000000000341",
    "chargeDeclined": "4000000000000002",
    "visa_chargeDeclined": "4000000000000002",
    "chargeDeclinedInsufficientFunds": "4000000000009995",
    "visa_chargeDeclinedInsufficientFunds": "4000000000009995",
    "visa_chargeDeclinedLostCard": "4000000000009987",
    "visa_chargeDeclinedStolenCard": "4000000000009979",
    "chargeDeclinedFraudulent": "4100000000000019",
    "chargeDeclinedExpiredCard": "4000000000000069",
    "chargeDeclinedIncorrectCvc": "4000000000000127",
    "chargeDeclinedProcessingError": "4000000000000119",
}
_METHODS = {f"pm_card_{name}": number for name, number in _NAMES.items()}
_TEST_CARD = re.compile(r"pm_card_[A-Za-z0-9_]+")
_TOKENS = {f"tok_{name}": number for name, number in _NAMES.items()}
_YEARS_LEFT = 1


@dataclass(frozen=True)
class Card:
    """What remains of a card: never its number or its code."""

    brand: str
    last4: str = field(repr=False)
    country: str
    funding: str
    exp_month: int
    exp_year: int

    def details(self, state: State) -> Json:
        """What stands under `card` in a payment method."""
        return objects.card(
            state,
            self.brand,
            self.last4,
            exp_month=self.exp_month,
            exp_year=self.exp_year,
            country=self.country,
            funding=self.funding,
        )


def adds_up(number: str) -> bool:
    """Luhn's check, as every card number passes it; `number` has digits alone."""
    odd, even = number[-1::-2], number[-2::-2]
    doubled = (sum(divmod(2 * int(each), 10)) for each in even)
    return (sum(map(int, odd)) + sum(doubled)) % 10 == 0


def is_known(number: str) -> bool:
    """Whether a number is one of Stripe's test cards."""
    return number in _KNOWN


def known_card(number: str, exp_month: int, exp_year: int) -> Card:
    """The test card of a number that is known."""
    country = _COUNTRIES.get(number[:10], "US")
    funding = _FUNDING.get(number, "credit")
    return Card(_KNOWN[number], number[-4:], country, funding, exp_month, exp_year)


def card_of_token(token: str, *, now: int) -> Card | None:
    """The card that `tok_visa` and the like stand for, if there is one.

    Args:
        token: `tok_…`.
        now: seconds UTC: the card expires a year later.
    """
    number = _TOKENS.get(token)
    return _lasting(number, now) if number else None


def _lasting(number: str, now: int) -> Card:
    today = datetime.fromtimestamp(now, UTC)
    return known_card(number, today.month, today.year + _YEARS_LEFT)


def exchanged(state: State, params: Json) -> Json:
    """Parameters in which `pm_card_visa` and the like are payment methods of their own.

    The same name is the same payment method all over one request, so that a customer can be made
    with `payment_method` and `invoice_settings[default_payment_method]` in one go.

    Raises:
        StripeProblem: 501, a test card that does what the sandbox's cards can't do.
    """
    if state.livemode:
        return params
    made: dict[str, str] = {}

    def walk(value: Any) -> Any:  # noqa: ANN401 - parameters of any kind
        if isinstance(value, dict):
            return {
                name: each if name == "metadata" else walk(each) for name, each in value.items()
            }
        if isinstance(value, list):
            return [walk(each) for each in value]
        if isinstance(value, str) and _TEST_CARD.fullmatch(value):
            if value not in _METHODS:
                raise unsupported(f"the test card {value}")
            if value not in made:
                made[value] = _new_method(state, _METHODS[value])
            return made[value]
        return value

    found: Json = walk(params)
    return found


def _new_method(state: State, number: str) -> str:
    details = _lasting(number, state.now()).details(state)
    return str(state.create(objects.new_payment_method(state, "card", details))["id"])
