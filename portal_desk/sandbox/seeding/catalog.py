"""What the business sells, and for how much."""

from __future__ import annotations

from dataclasses import dataclass

ACCOUNT_ID = "acct_1FernleafSandbox"
BUSINESS = "Fernleaf"
PRIMARY_COLOR = "#1f5c4a"
SECONDARY_COLOR = "#c8642b"


@dataclass(frozen=True, slots=True)
class Offer:
    """A product and what it costs.

    Attributes:
        key: how the seed calls it.
        name: its name.
        description: what it is.
        monthly: US cents a month; None where it isn't sold by the month.
        yearly: US cents a year; None where it isn't sold by the year.
        tax_behavior: of all its prices.
        unit: what a quantity counts.
        everywhere: whether it is sold in every currency, or in US dollars alone.
        active: whether it is still sold.
    """

    key: str
    name: str
    description: str
    monthly: int | None = None
    yearly: int | None = None
    tax_behavior: str = "exclusive"
    unit: str | None = None
    everywhere: bool = False
    active: bool = True


OFFERS = (
    Offer("starter", "Starter", "Shared notes for small teams", 900, 9_000, everywhere=True),
    Offer("team", "Team", "Notes, tasks and wikis for the whole team", 2_400, 24_000, unit="seat",
          everywhere=True),
    Offer("business", "Business", "Everything in Team, with roles, audit log and SSO", 5_900, 59_000,
          unit="seat", everywhere=True),
    Offer("enterprise", "Enterprise", "Business on dedicated servers, with a contract", None, 480_000),
    Offer("storage", "Extra storage", "100 GB more", 500, 5_000, unit="block", everywhere=True),
    Offer("support", "Priority support", "An answer within an hour", 4_900, None),
    Offer("sso", "Single sign-on", "SAML and SCIM", 3_000, 30_000, "inclusive"),
    Offer("domains", "Custom domains", "Notes under your own address", 700, 7_000),
    Offer("analytics", "Analytics", "Who reads what", 1_500, 15_000),
    Offer("backups", "Backups", "Daily, kept for a year", 1_100, 11_000),
    Offer("templates", "Template library", "Three hundred templates", 400, 4_000),
    Offer("sandbox", "Test workspace", "A second workspace to try things in", 0, None),
    Offer("classic", "Classic plan", "No longer sold", 1_900, 19_000, "unspecified", active=False),
)  # fmt: skip

RATES = {
    "usd": 1.0, "eur": 0.92, "gbp": 0.79, "jpy": 150.0, "kwd": 0.307, "aud": 1.52, "cad": 1.37,
    "chf": 0.88, "sek": 10.5, "brl": 5.4, "inr": 83.0, "krw": 1350.0,
}  # fmt: skip
"""What a US dollar is, for lists of prices."""

VAT = {"DE": 19.0, "FR": 20.0, "ES": 21.0, "GB": 20.0, "JP": 10.0, "AU": 10.0, "PL": 23.0}
"""Sales tax by country, in percent, where the business collects any."""
INCLUSIVE_VAT = frozenset({"JP", "AU"})
"""Where prices are shown with the tax in them."""
