"""The payment methods that the portal supports, and where (https://docs.stripe.com/customer-management#payment-methods)."""

from __future__ import annotations

from typing import NamedTuple

from portal_desk.models.json import Json
from portal_desk.portal.document import Reason
from portal_desk.services.portal.rules.facts import fact
from portal_desk.services.portal.rules.registry import because

SOURCE = "https://docs.stripe.com/customer-management#payment-methods"


class _Support(NamedTuple):
    """Where a payment method is supported; an empty set means everywhere."""

    currencies: frozenset[str]
    countries: frozenset[str]


def _in(currencies: str = "", countries: str = "") -> _Support:
    return _Support(frozenset(currencies.split()), frozenset(countries.split()))


_EUROPE = "AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK"
_SUPPORT = {
    "acss_debit": _in("cad usd", "CA US"),
    "amazon_pay": _in("usd", "US"),
    "au_becs_debit": _in("aud", "AU"),
    "bacs_debit": _in("gbp", "GB"),
    "boleto": _in("brl", "BR"),
    "card": _in(),
    "cashapp": _in("usd", "US"),
    "link": _in(),
    "paypal": _in("", _EUROPE),
    "sepa_debit": _in("eur", f"AU CA HK JP MX NZ SG US {_EUROPE}"),
    "us_bank_account": _in("usd", "US"),
}

_NAMES = {
    "acss_debit": "pre-authorized debit",
    "alipay": "Alipay",
    "au_becs_debit": "BECS Direct Debit",
    "bacs_debit": "Bacs Direct Debit",
    "bancontact": "Bancontact",
    "customer_balance": "bank transfers",
    "ideal": "iDEAL",
    "kakao_pay": "Kakao Pay",
    "klarna": "Klarna",
    "konbini": "Konbini",
    "naver_pay": "Naver Pay",
    "paypal": "PayPal",
    "pix": "Pix",
    "revolut_pay": "Revolut Pay",
    "sepa_debit": "SEPA Direct Debit",
    "us_bank_account": "a US bank account",
}


def is_supported(payment_method: Json, *, currency: str, country: str) -> bool:
    """Whether the portal supports a payment method.

    Args:
        payment_method: the payment method.
        currency: what it would be charged in; empty where it doesn't matter.
        country: the business's country; empty where it isn't known.
    """
    support = _SUPPORT.get(str(payment_method.get("type")))
    if support is None:
        return False
    in_currency = not support.currencies or not currency or currency in support.currencies
    in_country = not support.countries or not country or country in support.countries
    return in_currency and in_country


def addable(*, currency: str, country: str) -> tuple[str, ...]:
    """The types that a customer can add, cards first; those that aren't activated in Stripe are left out there.

    Args:
        currency: what the customer pays in; empty where it isn't known.
        country: the business's country; empty where it isn't known.
    """
    here = {"currency": currency.lower(), "country": country.upper()}
    found = (kind for kind in _SUPPORT if is_supported({"type": kind}, **here))
    return tuple(sorted(found, key=lambda kind: kind != "card"))


def name_of(payment_method: Json) -> str:
    """What agents call a kind of payment method."""
    kind = str(payment_method.get("type") or "an unknown payment method")
    return _NAMES.get(kind, kind.replace("_", " "))


def shown_although_unsupported(
    payment_method: Json | None, *, currency: str, country: str
) -> list[Reason]:
    """R17: the section is shown even if the default payment method is not supported."""
    if payment_method is None or is_supported(payment_method, currency=currency, country=country):
        return []
    return [
        because(
            "R17",
            f"shown although the default, {name_of(payment_method)}, is not supported by the portal",
            "The customer can add a supported one.",
            fact(payment_method, "type"),
        )
    ]
