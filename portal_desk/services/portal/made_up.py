"""A customer that nobody is, to look at a portal without looking at anybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from portal_desk.models.json import Json, id_of
from portal_desk.models.loose import as_object, as_objects
from portal_desk.models.prices import interval_of, is_metered, item_amount
from portal_desk.models.snapshot import CustomerSnapshot

DAY = 86_400
_CUSTOMER, _METHOD, _SUBSCRIPTION = "cus_made_up", "pm_made_up", "sub_made_up"
_PERIODS = {"day": DAY, "week": 7 * DAY, "month": 30 * DAY, "year": 365 * DAY}


def made_up_customer(
    account: Json,
    configuration: Json | None,
    products: Sequence[Json],
    prices: Sequence[Json],
    *,
    now: int,
) -> CustomerSnapshot:
    """Somebody with a card, two paid invoices, and a subscription to what the business sells.

    Args:
        account: whose customer it would be.
        configuration: the portal's; the subscription is to the first price that it offers, or else to the first
            recurring price there is. Without either there is no subscription.
        products, prices: what the business sells, as Stripe has them.
        now: seconds UTC.
    """
    known = {price["id"]: price for price in prices}
    sold = next(_suitable(_offered(configuration), known), None)
    currency = sold["currency"] if sold else str(account.get("default_currency") or "usd")
    subscription = _subscription(sold, now) if sold else None
    method = _card()
    return CustomerSnapshot(
        customer=_customer(currency, method, now),
        subscriptions=(subscription,) if subscription else (),
        invoices=tuple(_invoices(subscription)) if subscription else (),
        payment_methods=(method,),
        products={product["id"]: product for product in products},
        prices=known,
        account=account,
        as_of=now,
    )


def _offered(configuration: Json | None) -> Iterator[str]:
    """The ids of the prices that a configuration offers, in its order."""
    features = as_object((configuration or {}).get("features"))
    update = as_object(features.get("subscription_update"))
    for product in as_objects(update.get("products")):
        yield from (id_of(price) or "" for price in product.get("prices") or [])


def _suitable(offered: Iterator[str], known: Mapping[str, Json]) -> Iterator[Json]:
    """Prices that have one amount and are billed again and again, the offered ones first."""
    first = [known[price] for price in offered if price in known]
    for price in (*first, *known.values()):
        has_amount = item_amount({"price": price}) is not None
        if price.get("active") and price.get("recurring") and has_amount and not is_metered(price):
            yield price


def _customer(currency: str, method: Json, now: int) -> Json:
    return {
        "id": _CUSTOMER,
        "object": "customer",
        "name": "Jenny Rosen",
        "email": "jenny.rosen@example.com",
        "phone": None,
        "currency": currency,
        "created": now - 400 * DAY,
        "address": {
            "line1": "27 Fredrick Ave", "line2": None, "city": "Brothers", "state": "OR",
            "postal_code": "97712", "country": "US",
        },
        "invoice_settings": {"default_payment_method": method},
        "preferred_locales": [],
    }  # fmt: skip


def _card() -> Json:
    card = {"brand": "visa", "last4": "4242", "exp_month": 12, "exp_year": 2034}
    return {"id": _METHOD, "object": "payment_method", "type": "card", "card": card}


def _subscription(price: Json, now: int) -> Json:
    interval, count = interval_of(price)
    period = _PERIODS.get(interval, 30 * DAY) * count
    item = {
        "id": "si_made_up",
        "object": "subscription_item",
        "price": price,
        "quantity": 1,
        "current_period_start": now - period // 3,
        "current_period_end": now - period // 3 + period,
    }
    return {
        "id": _SUBSCRIPTION,
        "object": "subscription",
        "customer": _CUSTOMER,
        "status": "active",
        "collection_method": "charge_automatically",
        "currency": price["currency"],
        "created": now - period // 3 - period,
        "items": {"object": "list", "data": [item], "has_more": False},
        "billing_mode": {"type": "flexible"},
        "discounts": [],
    }


def _invoices(subscription: Json) -> Iterator[Json]:
    (item,) = subscription["items"]["data"]
    period = item["current_period_end"] - item["current_period_start"]
    for back in range(2):
        yield {
            "id": f"in_made_up_{back}",
            "object": "invoice",
            "number": f"4A2C81F0-000{2 - back}",
            "status": "paid",
            "currency": subscription["currency"],
            "total": int(item_amount(item) or 0),
            "created": item["current_period_start"] - back * period,
            "parent": {"subscription_details": {"subscription": _SUBSCRIPTION}},
        }
