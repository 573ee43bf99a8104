"""Amounts of money, always integers in the currency's minor unit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from babel import Locale
from babel.numbers import NumberPattern, parse_pattern

# https://docs.stripe.com/currencies#zero-decimal and #three-decimal. By #special-cases ISK and UGX, which have no
# decimals, count as two-decimal all the same: 500 is 5 UGX.
_ZERO_DECIMAL = frozenset(
    (
        "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof",
        "xpf",
    )
)  # fmt: skip
_LETTER_MEETS_DIGIT = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
_THREE_DECIMAL = frozenset(("bhd", "jod", "kwd", "omr", "tnd"))


def exponent(currency: str) -> int:
    """How many digits of a minor-unit amount stand after the decimal point."""
    code = currency.lower()
    return 0 if code in _ZERO_DECIMAL else 3 if code in _THREE_DECIMAL else 2


@cache
def _pattern(locale: Locale, digits: int) -> NumberPattern:
    pattern = parse_pattern(locale.currency_formats["standard"].pattern)
    pattern.frac_prec = (digits, digits)
    return pattern


def spaced(amount: str) -> str:
    """An amount with a no-break space between a currency's letters and the digits: "KWD 1.500".

    CLDR asks for it (https://www.unicode.org/reports/tr35/tr35-numbers.html#Currencies), Babel leaves it out.
    """
    return _LETTER_MEETS_DIGIT.sub("\N{NO-BREAK SPACE}", amount)


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount.

    Attributes:
        amount: in the currency's minor unit (cents; yen; thousandths of a dinar).
        currency: ISO 4217 code in lower case, as Stripe writes it.
    """

    amount: int
    currency: str

    @property
    def decimal(self) -> Decimal:
        """The amount in the major unit."""
        return Decimal(self.amount).scaleb(-exponent(self.currency))

    def __add__(self, other: Money) -> Money:
        if self.currency != other.currency:
            msg = f"can't add {other.currency} to {self.currency}"
            raise ValueError(msg)
        return Money(self.amount + other.amount, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def format(self, locale: str = "en") -> str:
        """The amount as people write it in `locale` (a tag such as `de` or `pt-BR`)."""
        where = Locale.parse(locale, sep="-")
        pattern = _pattern(where, exponent(self.currency))
        amount = pattern.apply(
            self.decimal, where, currency=self.currency.upper(), currency_digits=False
        )
        return spaced(amount)
