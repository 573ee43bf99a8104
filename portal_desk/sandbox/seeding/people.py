"""Customers as people and companies: names, addresses, payment methods, tax IDs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from portal_desk.models.json import Json
from portal_desk.sandbox import objects
from portal_desk.sandbox.seeding.regions import Region
from portal_desk.sandbox.seeding.world import World

_MAIL_DOMAINS = ("example.com", "example.org", "example.net")
_BRANDS = ("visa", "visa", "mastercard", "amex")
_GOOD_DIGITS = {"visa": ("4242", "1111", "5556"), "mastercard": ("4444", "8210"), "amex": ("8431",)}
_SOURCES = ("website", "referral", "partner", "trade fair", "app store")
_VERIFIED = ("verified", "verified", "verified", "unverified", "pending", "unavailable")
_COMPANY_SHARE = 0.45


def make_customer(world: World, region: Region, created: int, **fields: Any) -> Json:
    """Store a customer of a region.

    Args:
        world: the world.
        region: where they live.
        created: seconds UTC.
        fields: whatever is not left to chance.
    """
    company = world.chance(_COMPANY_SHARE)
    name, _, latin = world.pick(region.companies if company else region.people).partition("|")
    number = world.number
    customer = objects.new_customer(
        world.state,
        **{
            "name": name,
            "email": _email(world, latin, number, company=company),
            "phone": world.digits(region.phone) if world.chance(0.7) else None,
            "address": _address(world, region),
            "created": created,
            "preferred_locales": [region.locale] if world.chance(0.8) else [],
            "metadata": {"crm_id": f"CRM-{number:06d}", "source": world.pick(_SOURCES)},
            "description": f"Looked after by {world.pick(('Inés', 'Kofi', 'Marta', 'Yuki'))}"
            if world.chance(0.2)
            else None,
        }
        | fields,
    )
    return world.store(customer)


def _email(world: World, latin: str, number: int, *, company: bool) -> str:
    if company:
        return f"{world.pick(('billing', 'accounts', 'hello'))}{number}@{latin}.example"
    return f"{latin}{number}@{world.pick(_MAIL_DOMAINS)}"


def _address(world: World, region: Region) -> Json:
    city, state, postal_code = world.pick(region.cities).split("|")
    street = world.pick(region.streets).format(world.between(1, 180))
    return {
        "city": city,
        "country": region.country,
        "line1": street,
        "line2": None,
        "postal_code": postal_code,
        "state": state or None,
    }


def add_card(
    world: World, customer: Json, *, last4: str | None = None, expired: bool = False, **fields: Any
) -> Json:
    """Attach a card and make it the default; `last4` of a declining test card makes it decline."""
    brand = "visa" if last4 else world.pick(_BRANDS)
    year = datetime.fromtimestamp(world.now, UTC).year
    details = objects.card(
        world.state,
        brand,
        last4 or world.pick(_GOOD_DIGITS[brand]),
        exp_month=world.between(1, 12),
        exp_year=year - 1 if expired else year + world.between(1, 5),
        country=customer["address"]["country"] if customer["address"] else "US",
        **fields,
    )
    return add_method(world, customer, "card", details)


def add_method(
    world: World,
    customer: Json,
    type: str,  # noqa: A002 - Stripe's own word
    details: Json | None = None,
    *,
    default: bool = True,
) -> Json:
    """Attach a payment method, and make it the customer's default."""
    method = objects.new_payment_method(
        world.state,
        type,
        details if details is not None else method_details(world, customer, type),
        customer=customer["id"],
        created=customer["created"],
        billing_details=objects.billing_details(
            name=customer["name"], email=customer["email"], address=customer["address"]
        ),
    )
    world.store(method)
    world.note("payment_method.attached", method, method["created"])
    if default:
        customer["invoice_settings"] = objects.invoice_settings(method["id"])
    return method


def method_details(world: World, customer: Json, type: str) -> Json:  # noqa: A002 - Stripe's own word
    """What stands under a payment method type's own key."""
    country = customer["address"]["country"] if customer["address"] else "US"
    if type in ("sepa_debit", "us_bank_account", "bacs_debit", "au_becs_debit", "acss_debit"):
        return objects.bank(world.state, type, world.digits("####"), country)
    email = customer["email"]
    return {
        "cashapp": {"buyer_id": None, "cashtag": "$fictional"},
        "link": {"email": email},
        "paypal": {
            "country": country,
            "payer_email": email,
            "payer_id": world.digits("PAY#######"),
        },
        "boleto": {"tax_id": "000.000.000-00"},
    }.get(type, {})


def add_tax_id(world: World, customer: Json, region: Region, status: str | None = None) -> None:
    """Give a customer a tax ID of their country, verified or not."""
    kind, pattern = region.tax_id
    if not kind:
        return
    status = status or world.pick(_VERIFIED)
    verified = status == "verified"
    world.store(
        objects.new_tax_id(
            world.state,
            customer["id"],
            type=kind,
            value=world.digits(pattern),
            created=customer["created"],
            verification=objects.verification(
                status,
                name=customer["name"] if verified else None,
                address=customer["address"]["line1"] if verified else None,
            ),
        ),
        "customer.tax_id.created",
    )


def move_balance(world: World, customer: Json, amount: int, description: str) -> None:
    """Credit (negative) or debit a customer's balance, in minor units of their currency."""
    at = max(customer["created"], world.now - world.between(1, 200) * 86_400)
    transaction = objects.new_balance_transaction(
        world.state, customer, amount, created=at, description=description
    )
    world.store(transaction)
    before = customer["balance"]
    customer["balance"] += amount
    world.note("customer.updated", customer, at, {"balance": before})
