"""Taxes of a line: by tax rates that the business names, or by where the customer is."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from portal_desk.models.json import Json
from portal_desk.sandbox import objects
from portal_desk.sandbox.billing.amounts import rounded
from portal_desk.sandbox.objects.common import SELF_ISSUER
from portal_desk.sandbox.problems import StripeProblem, invalid
from portal_desk.sandbox.state import State

_VAT = {
    "AT": 20.0, "BE": 21.0, "BG": 20.0, "CH": 8.1, "CY": 19.0, "CZ": 21.0, "DE": 19.0, "DK": 25.0,
    "EE": 24.0, "ES": 21.0, "FI": 25.5, "FR": 20.0, "GB": 20.0, "GR": 24.0, "HR": 25.0, "HU": 27.0,
    "IE": 23.0, "IT": 22.0, "LT": 21.0, "LU": 17.0, "LV": 21.0, "MT": 18.0, "NL": 21.0, "NO": 25.0,
    "PL": 23.0, "PT": 23.0, "RO": 21.0, "SE": 25.0, "SI": 22.0, "SK": 23.0,
}  # fmt: skip
_GST = {"AU": 10.0, "CA": 5.0, "IN": 18.0, "NZ": 15.0, "SG": 9.0}
_SALES_TAX = {"CA": 7.25, "FL": 6.0, "IL": 6.25, "NJ": 6.625, "NY": 4.0, "TX": 6.25, "WA": 6.5}
"""Of states of the US; in the others nothing is collected."""


def automatic_tax(enabled: bool, customer: Json) -> Json:
    """An invoice's `automatic_tax`: whether the customer's place is known well enough."""
    status = None
    if enabled:
        status = "complete" if _country(customer["address"]) else "requires_location_inputs"
    return {
        "disabled_reason": None,
        "enabled": enabled,
        "liability": SELF_ISSUER if enabled else None,
        "provider": "stripe" if enabled else None,
        "status": status,
    }


def require_location(customer: Json, wanted: Json | None, rates: object = None) -> None:
    """Automatic tax needs a customer whose country is known, and takes no rates besides.

    Source: https://docs.stripe.com/tax/customer-locations
    """
    if not (wanted or {}).get("enabled"):
        return
    if rates:
        raise invalid(
            "You cannot specify `default_tax_rates` when `automatic_tax[enabled]=true`.",
            "default_tax_rates",
        )
    if not _country(customer["address"]):
        raise StripeProblem(
            400,
            "invalid_request_error",
            "customer_tax_location_invalid",
            "The customer's location isn't recognized. Set a valid customer address in order to "
            "automatically calculate tax.",
            "automatic_tax",
        )


def _country(address: Json | None) -> str | None:
    return (address or {}).get("country") or None


def line_rates(
    state: State, invoice: Json, price: Json | None, given: Sequence[Json]
) -> list[Json]:
    """The rates that a line is taxed by: of the customer's place, where tax is automatic."""
    if invoice["customer_tax_exempt"] != "none":
        return []
    if not invoice["automatic_tax"]["enabled"]:
        return list(given)
    rate = _local_rate(state, invoice["customer_address"] or {}, (price or {}).get("tax_behavior"))
    return [rate] if rate else []


def _local_rate(state: State, address: Json, behavior: str | None) -> Json | None:
    """The rate of a place, one object for each; a price that doesn't say is taxed on top."""
    name, percentage, kind = _named(address.get("country"), address.get("state"))
    if not percentage:
        return None
    inclusive = behavior == "inclusive"
    place = f"{address['country']}{address.get('state') or ''}" if kind == "sales_tax" else ""
    place = place or address["country"]
    rate_id = f"txr_auto{place}{'incl' if inclusive else 'excl'}"
    if found := state.get("tax_rate", rate_id):
        return found
    rate = objects.new_tax_rate(
        state,
        name,
        percentage,
        id=rate_id,
        active=False,
        country=address["country"],
        inclusive=inclusive,
        jurisdiction=place,
        jurisdiction_level="state" if kind == "sales_tax" else "country",
        tax_type=kind,
    )
    return rate | {"state": address.get("state") if kind == "sales_tax" else None}


def _named(country: str | None, state: str | None) -> tuple[str, float, str]:
    if country == "US":
        return "Sales tax", _SALES_TAX.get(state or "", 0.0), "sales_tax"
    if country == "JP":
        return "JCT", 10.0, "jct"
    if country in _GST:
        return "GST", _GST[country], "gst"
    return "VAT", _VAT.get(country or "", 0.0), "vat"


def line_taxes(line: Json, rates: Sequence[Json]) -> list[Json]:
    """The taxes of a line: what the inclusive ones leave of its amount is what all are taken of.

    https://docs.stripe.com/billing/taxes/tax-rates#multiple-rates
    """
    taxable = line["amount"] - sum(cut["amount"] for cut in line["discount_amounts"])
    contained = sum(Decimal(str(rate["percentage"])) for rate in rates if rate["inclusive"])
    base = Decimal(taxable) * 100 / (100 + contained)
    taxes, so_far = [], Decimal(0)
    for rate in rates:
        percent = Decimal(str(rate["percentage"]))
        amount = rounded(base * percent / 100)
        if rate["inclusive"]:
            before = rounded(base * so_far / 100)
            so_far += percent
            last = so_far == contained
            amount = (taxable - rounded(base) if last else rounded(base * so_far / 100)) - before
        taxes.append(_tax(rate, amount, rounded(base)))
    return taxes


def _tax(rate: Json, amount: int, taxable: int) -> Json:
    return {
        "amount": amount,
        "tax_behavior": "inclusive" if rate["inclusive"] else "exclusive",
        "tax_rate_details": {"tax_rate": rate["id"]},
        "taxability_reason": "standard_rated",
        "taxable_amount": taxable,
        "type": "tax_rate_details",
    }
