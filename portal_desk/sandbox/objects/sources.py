"""Cards in Stripe's older words: as sources of customers, and in tokens.

A card that is a customer's source is stored as a payment method whose id begins with `card_`, and can
be named as either (https://docs.stripe.com/payments/payment-methods/transitioning).
"""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox.state import State

_BRANDS = {
    "amex": "American Express",
    "diners": "Diners Club",
    "discover": "Discover",
    "jcb": "JCB",
    "mastercard": "MasterCard",
    "unionpay": "UnionPay",
    "visa": "Visa",
}
_SAME = ("country", "exp_month", "exp_year", "fingerprint", "funding", "last4", "regulated_status")
_ADDRESS = {
    "address_city": "city",
    "address_country": "country",
    "address_line1": "line1",
    "address_line2": "line2",
    "address_state": "state",
    "address_zip": "postal_code",
}
"""What a card calls the parts of its owner's address."""


def as_card(method: Json) -> Json:
    """The card that a payment method of that type is."""
    card, owner = method["card"], method["billing_details"]
    checks = card["checks"]
    return {
        "id": method["id"],
        "object": "card",
        **{name: card[name] for name in _SAME},
        **{name: owner["address"][part] for name, part in _ADDRESS.items()},
        "address_line1_check": checks["address_line1_check"],
        "address_zip_check": checks["address_postal_code_check"],
        "allow_redisplay": method["allow_redisplay"],
        "brand": _BRANDS[card["brand"]],
        "customer": method["customer"],
        "cvc_check": checks["cvc_check"],
        "dynamic_last4": None,
        "metadata": method["metadata"],
        "name": owner["name"],
        "tokenization_method": None,
    }


def owner_changes(owner: Json, given: Json) -> Json:
    """A payment method's `billing_details` after a card's `name` and `address_…` were set."""
    parts = {part: given[name] or None for name, part in _ADDRESS.items() if name in given}
    name = {"name": given["name"] or None} if "name" in given else {}
    return {**owner, **name, "address": {**owner["address"], **parts}}


def new_token(state: State, card: Json) -> Json:
    """A token that can be spent once on a card; it is not stored yet."""
    return {
        "id": state.new_id("tok", 24),
        "object": "token",
        "card": card,
        "client_ip": "127.0.0.1",
        "created": state.feed_now(),
        "livemode": state.livemode,
        "type": "card",
        "used": False,
    }
