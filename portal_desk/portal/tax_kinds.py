"""The tax IDs that the portal takes: their names, and how each is written.

https://docs.stripe.com/billing/customer/tax-ids
"""

from __future__ import annotations

import re

KINDS: dict[str, tuple[str, str]] = {
    "eu_vat": ("EU VAT", r"[A-Z]{2}[0-9A-Z+*]{2,12}"),
    "au_abn": ("AU ABN", r"\d{11}"),
    "br_cnpj": ("BR CNPJ", r"\d{14}"),
    "br_cpf": ("BR CPF", r"\d{11}"),
    "ca_bn": ("CA BN", r"\d{9}"),
    "ca_gst_hst": ("CA GST/HST", r"\d{9}RT\d{4}"),
    "ch_vat": ("CH VAT", r"CHE\d{9}(MWST|TVA|IVA)"),
    "gb_vat": ("GB VAT", r"GB(\d{9}|\d{12})"),
    "hk_br": ("HK BR", r"\d{8}"),
    "in_gst": ("IN GST", r"[0-9A-Z]{15}"),
    "jp_cn": ("JP CN", r"\d{13}"),
    "jp_trn": ("JP TRN", r"T\d{13}"),
    "kr_brn": ("KR BRN", r"\d{10}"),
    "mx_rfc": ("MX RFC", r"[A-ZÑ&]{3,4}\d{6}[0-9A-Z]{3}"),
    "no_vat": ("NO VAT", r"\d{9}MVA"),
    "nz_gst": ("NZ GST", r"\d{8,9}"),
    "sg_gst": ("SG GST", r"[0-9A-Z]{9,10}"),
    "us_ein": ("US EIN", r"\d{2}-?\d{7}"),
    "za_vat": ("ZA VAT", r"4\d{9}"),
}
"""The name and the form of each kind, by Stripe's code."""


def fits(kind: str, value: str) -> bool:
    """Whether a number is written as its kind is; spaces and points don't count."""
    if kind not in KINDS:
        return False
    return re.fullmatch(KINDS[kind][1], plain(value)) is not None


def plain(value: str) -> str:
    """A number without what people write in between."""
    return re.sub(r"[\s.]", "", value).upper()
