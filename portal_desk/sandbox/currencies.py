"""Which currencies Stripe takes, and how much a charge can be in them.

https://docs.stripe.com/currencies
"""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import format_currency

from portal_desk.models.money import exponent
from portal_desk.sandbox.problems import invalid

CURRENCIES = (
    "usd", "aed", "afn", "all", "amd", "ang", "aoa", "ars", "aud", "awg", "azn", "bam",
    "bbd", "bdt", "bgn", "bhd", "bif", "bmd", "bnd", "bob", "brl", "bsd", "bwp", "byn",
    "bzd", "cad", "cdf", "chf", "clp", "cny", "cop", "crc", "cve", "czk", "djf", "dkk",
    "dop", "dzd", "egp", "etb", "eur", "fjd", "fkp", "gbp", "gel", "gip", "gmd", "gnf",
    "gtq", "gyd", "hkd", "hnl", "hrk", "htg", "huf", "idr", "ils", "inr", "isk", "jmd",
    "jod", "jpy", "kes", "kgs", "khr", "kmf", "krw", "kwd", "kyd", "kzt", "lak", "lbp",
    "lkr", "lrd", "lsl", "mad", "mdl", "mga", "mkd", "mmk", "mnt", "mop", "mur", "mvr",
    "mwk", "mxn", "myr", "mzn", "nad", "ngn", "nio", "nok", "npr", "nzd", "omr", "pab",
    "pen", "pgk", "php", "pkr", "pln", "pyg", "qar", "ron", "rsd", "rub", "rwf", "sar",
    "sbd", "scr", "sek", "sgd", "shp", "sle", "sos", "srd", "std", "szl", "thb", "tjs",
    "tnd", "top", "try", "ttd", "twd", "tzs", "uah", "ugx", "uyu", "uzs", "vnd", "vuv",
    "wst", "xaf", "xcd", "xcg", "xof", "xpf", "yer", "zar", "zmw",
)  # fmt: skip
_LEAST = {
    "aed": 200, "bgn": 100, "czk": 1500, "dkk": 250, "gbp": 30, "hkd": 400, "huf": 17500,
    "jpy": 50, "mxn": 1000, "myr": 200, "nok": 300, "pln": 200, "ron": 200, "sek": 300,
    "thb": 1000,
} | dict.fromkeys(("aud", "brl", "cad", "chf", "eur", "inr", "nzd", "sgd", "usd"), 50)  # fmt: skip
"""In minor units; https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts."""
_MOST = 99_999_999


def check_currency(code: str, param: str) -> None:
    """Refuse a currency that Stripe doesn't take, whatever its case.

    Raises:
        StripeProblem: naming those that it does.
    """
    if code.lower() not in CURRENCIES:
        raise invalid(
            f"Invalid currency: {code.lower()}. Stripe currently supports these currencies: "
            f"{', '.join(CURRENCIES)}",
            param,
        )


def check_amount(amount: int, currency: str, param: str | None = "amount") -> None:
    """Refuse to charge too little or too much; `amount` in minor units, `param` where it is given.

    Raises:
        StripeProblem: naming what is the least or the most.
    """
    currency = currency.lower()
    if amount < 1:
        raise invalid("Invalid positive integer", param, "parameter_invalid_integer")
    least = _LEAST.get(currency, 1)
    if amount < least:
        message = f"Amount must be at least {shown(least, currency)} {currency}"
        raise invalid(message, param, "amount_too_small")
    if amount > _MOST:
        message = f"Amount must be no more than {shown(_MOST, currency)}"
        raise invalid(message, param, "amount_too_large")


def shown(amount: int, currency: str) -> str:
    """An amount in minor units as Stripe's messages write it."""
    major = Decimal(amount).scaleb(-exponent(currency))
    return str(format_currency(major, currency.upper(), locale="en_US"))
