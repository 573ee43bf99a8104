"""The business itself: its account, products, prices, coupons and tax rates."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.models.money import exponent
from portal_desk.sandbox import objects
from portal_desk.sandbox.objects.meters import INVENTED, new_meter
from portal_desk.sandbox.seeding.catalog import (
    ACCOUNT_ID,
    BUSINESS,
    INCLUSIVE_VAT,
    OFFERS,
    PRIMARY_COLOR,
    RATES,
    SECONDARY_COLOR,
    VAT,
    Offer,
)
from portal_desk.sandbox.seeding.world import DAY, World

_FOUNDED_DAYS = 3 * 365
_CODES = ("WELCOME25", "SPRING10", "PARTNER50")


def make_business(world: World) -> None:
    """Store everything that there is before the first customer."""
    world.store(_account(world))
    for number, offer in enumerate(OFFERS):
        _sell(world, offer, number)
    _sell_usage(world)
    _sell_onboarding(world)
    _make_coupons(world)
    for country, percent in VAT.items():
        world.tax_rates[country] = world.store(
            objects.new_tax_rate(
                world.state,
                "VAT" if country not in INCLUSIVE_VAT else "Consumption tax",
                percent,
                country=country,
                jurisdiction=country,
                inclusive=country in INCLUSIVE_VAT,
                created=_founded(world),
            )
        )


def _founded(world: World) -> int:
    return world.now - _FOUNDED_DAYS * DAY


def _account(world: World) -> Json:
    return objects.new_account(
        ACCOUNT_ID,
        BUSINESS,
        created=_founded(world),
        email="billing@fernleaf.example",
        business_profile=objects.business_profile(
            BUSINESS,
            product_description="Notes, tasks and wikis for teams",
            support_address=objects.address(
                city="Portland", country="US", line1="412 Alder Street", postal_code="97205",
                state="OR",
            ),
            support_email="support@fernleaf.example",
            support_phone="+12025550143",
            support_url="https://fernleaf.example/help",
            url="https://fernleaf.example",
        ),
        settings=objects.account_settings(
            BUSINESS, primary=PRIMARY_COLOR, secondary=SECONDARY_COLOR
        ),
    )  # fmt: skip


def _product(world: World, key: str, name: str, number: int, **fields: object) -> Json:
    created = _founded(world) + number * DAY
    product = objects.new_product(
        world.state,
        name,
        created=created,
        metadata={"sku": key},
        **fields,
    )
    world.products[key] = world.store(product, "product.created")
    return product


def _sell(world: World, offer: Offer, number: int) -> None:
    product = _product(
        world, offer.key, offer.name, number,
        description=offer.description, unit_label=offer.unit, active=offer.active,
    )  # fmt: skip
    for currency in RATES if offer.everywhere else ("usd",):
        for interval, cents in (("month", offer.monthly), ("year", offer.yearly)):
            if cents is not None:
                _price(world, offer, product, currency, interval, local_amount(cents, currency))
    default = world.prices.get((offer.key, "usd", "month"))
    product["default_price"] = default and default["id"]


def _price(
    world: World, offer: Offer, product: Json, currency: str, interval: str, amount: int
) -> None:
    price = objects.new_price(
        world.state,
        product["id"],
        currency=currency,
        unit_amount=amount,
        recurring=objects.recurring(interval),
        tax_behavior=offer.tax_behavior,
        active=offer.active,
        created=product["created"],
        lookup_key=f"{offer.key}_{interval}_{currency}",
        nickname=f"{offer.name}, {interval}ly",
    )
    world.prices[offer.key, currency, interval] = world.store(price, "price.created")


def local_amount(cents: int, currency: str) -> int:
    """What US cents are in a currency's minor units, as a price list would round it."""
    major = cents / 100 * RATES[currency]
    step = 10 if major >= 1000 else 1 if major >= 10 else 0.5  # noqa: PLR2004 - a price list's eye
    return int(round(major / step) * step * 10 ** exponent(currency))


def _sell_usage(world: World) -> None:
    product = _product(
        world, "api", "API calls", len(OFFERS), description="Billed as used", unit_label="call"
    )
    tiers = [
        {"flat_amount": None, "flat_amount_decimal": None, "unit_amount": 0,
         "unit_amount_decimal": "0", "up_to": 1000},
        {"flat_amount": None, "flat_amount_decimal": None, "unit_amount": None,
         "unit_amount_decimal": "0.4", "up_to": None},
    ]  # fmt: skip
    made = product["created"]
    meter = new_meter(
        world.state, "api_calls", "API calls", id=INVENTED, created=made, updated=made
    )
    world.store(meter, "billing.meter.created")
    for currency in ("usd", "eur", "gbp"):
        price = objects.new_price(
            world.state, product["id"], currency=currency, billing_scheme="tiered",
            tiers=tiers, tiers_mode="graduated", created=made,
            recurring=objects.recurring("month", meter=meter["id"]),
            tax_behavior="exclusive", lookup_key=f"api_month_{currency}", nickname="API calls",
        )  # fmt: skip
        world.prices["api", currency, "month"] = world.store(price, "price.created")


def _sell_onboarding(world: World) -> None:
    product = _product(world, "onboarding", "Onboarding workshop", len(OFFERS) + 1)
    price = objects.new_price(
        world.state, product["id"], currency="usd", unit_amount=49_000,
        tax_behavior="exclusive", created=product["created"], nickname="Onboarding",
    )  # fmt: skip
    product["default_price"] = world.store(price, "price.created")["id"]


def _make_coupons(world: World) -> None:
    made = _founded(world)
    wanted = {
        "welcome": {"id": "WELCOME25", "name": "25% off for three months", "percent_off": 25,
                    "duration": "repeating", "duration_in_months": 3},
        "spring": {"id": "SPRING10", "name": "$10 off once", "amount_off": 1000,
                   "currency": "usd", "duration": "once"},
        "partner": {"id": "PARTNER50", "name": "Partner, half price", "percent_off": 50,
                    "duration": "forever"},
        "stay": {"id": "STAY20", "name": "20% off for staying", "percent_off": 20,
                 "duration": "repeating", "duration_in_months": 6},
        "odd": {"id": "ODD125", "name": "12.5% off", "percent_off": 12.5, "duration": "forever"},
        "gone": {"id": "LAUNCH2024", "name": "Launch offer", "percent_off": 40, "valid": False,
                 "redeem_by": made + 90 * DAY},
    }  # fmt: skip
    for key, fields in wanted.items():
        coupon = objects.new_coupon(world.state, created=made, **fields)
        world.coupons[key] = world.store(coupon, "coupon.created")
    for code in _CODES:
        promotion = objects.new_promotion_code(world.state, code, code, created=made)
        world.store(promotion, "promotion_code.created")
