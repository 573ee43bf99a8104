"""What payment methods are called in the portal."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.models.loose import as_object, as_text
from portal_desk.portal.words import Words

_BRANDS = {
    "amex": "American Express",
    "cartes_bancaires": "Cartes Bancaires",
    "diners": "Diners Club",
    "discover": "Discover",
    "eftpos_au": "eftpos",
    "jcb": "JCB",
    "link": "Link",
    "mastercard": "Mastercard",
    "unionpay": "UnionPay",
    "visa": "Visa",
}

_NAMES = {
    "acss_debit": "PAD",
    "alipay": "Alipay",
    "amazon_pay": "Amazon Pay",
    "bancontact": "Bancontact",
    "boleto": "Boleto",
    "cashapp": "Cash App Pay",
    "ideal": "iDEAL",
    "kakao_pay": "Kakao Pay",
    "klarna": "Klarna",
    "konbini": "Konbini",
    "link": "Link",
    "naver_pay": "Naver Pay",
    "paypal": "PayPal",
    "pix": "Pix",
    "revolut_pay": "Revolut Pay",
}
"""Names of their own, which no language translates."""


def title_of(words: Words, method: Json) -> str:
    """A payment method in short: "Visa •••• 4242"."""
    kind = as_text(method.get("type"))
    details = as_object(method.get(kind))
    name = _card_name(words, details) if kind == "card" else _name(words, kind, details)
    last4 = as_text(details.get("last4"))
    return f"{name} •••• {last4}" if last4 else name


def _card_name(words: Words, card: Json) -> str:
    brand = as_text(card.get("display_brand") or card.get("brand"))
    return _BRANDS.get(brand) or words.gettext("Card")


def _name(words: Words, kind: str, details: Json) -> str:
    debits = {
        "au_becs_debit": words.gettext("BECS Direct Debit"),
        "bacs_debit": words.gettext("Bacs Direct Debit"),
        "sepa_debit": words.gettext("SEPA Direct Debit"),
        "us_bank_account": words.gettext("ACH Direct Debit"),
    }
    known = as_text(details.get("bank_name")) or debits.get(kind) or _NAMES.get(kind)
    return known or kind.replace("_", " ").title()


def owner_of(method: Json) -> str:
    """Whose account it is, for methods without a number: an email address or a cashtag; empty for others."""
    details = as_object(method.get(as_text(method.get("type"))))
    owners = (as_text(details.get(name)) for name in ("email", "payer_email", "cashtag"))
    return next((owner for owner in owners if owner), "")
