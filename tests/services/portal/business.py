"""Customers and portal configurations made up by chance, as Stripe would write them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from portal_desk.models.json import Json
from portal_desk.models.snapshot import CustomerSnapshot

from .world import DAY, NOW, card, every, offered, price

_TAX = ("exclusive", "inclusive", "unspecified")
_CURRENCIES = ("usd", "eur", "gbp")
_METHODS = (
    "card", "link", "sepa_debit", "us_bank_account", "bacs_debit", "acss_debit", "klarna", "paypal",
    "cashapp", "amazon_pay", "boleto", "au_becs_debit", "customer_balance",
)  # fmt: skip
_STATUSES = (
    "active", "active", "active", "trialing", "past_due", "unpaid", "paused", "incomplete",
    "incomplete_expired", "canceled",
)  # fmt: skip
_UPDATES = ("price", "quantity", "promotion_code")
_FIELDS = ("name", "email", "address", "shipping", "phone", "tax_id")


@st.composite
def prices(draw: st.DrawFn) -> list[Json]:
    """What a business sells: a few prices of a few products, at least one by the month."""
    found = [price("price_0", "prod_0", tax_behavior=draw(st.sampled_from(_TAX)))]
    for number in range(1, draw(st.integers(2, 6))):
        interval = draw(st.sampled_from(("month", "year", "week")))
        metered = draw(st.integers(0, 5)) == 0
        terms = every(interval) | {"usage_type": "metered" if metered else "licensed"}
        found.append(
            price(
                f"price_{number}",
                f"prod_{draw(st.integers(0, 3))}",
                active=draw(st.integers(0, 6)) > 0,
                currency=draw(st.sampled_from(("usd", *_CURRENCIES))),
                tax_behavior=draw(st.sampled_from(("exclusive", *_TAX))),
                unit_amount=draw(st.sampled_from((0, 900, 2000, 5000))),
                recurring=terms,
            )
        )
    return found


@st.composite
def configurations(draw: st.DrawFn, sold: list[Json]) -> Json:
    """A portal configuration that Stripe would accept."""
    update = draw(st.booleans())
    products = sorted({one["product"] for one in sold})
    entries = []
    for product in draw(st.lists(st.sampled_from(products), unique=True, max_size=4)):
        names = [one["id"] for one in sold if one["product"] == product]
        chosen = draw(st.lists(st.sampled_from(names), unique=True, min_size=1))
        entry = offered(product, *chosen, enabled=draw(st.booleans()), maximum=None)
        entries.append(entry)
    conditions = draw(
        st.lists(st.sampled_from(("decreasing_item_amount", "shortening_interval")), unique=True)
    )
    return {
        "id": "bpc_1",
        "object": "billing_portal.configuration",
        "active": True,
        "is_default": True,
        "login_page": {"enabled": False, "url": None},
        "features": {
            "customer_update": {
                "enabled": draw(st.booleans()),
                "allowed_updates": draw(st.lists(st.sampled_from(_FIELDS), unique=True)),
            },
            "invoice_history": {"enabled": draw(st.booleans())},
            "payment_method_update": {"enabled": update or draw(st.booleans())},
            "subscription_cancel": {
                "enabled": draw(st.booleans()),
                "mode": draw(st.sampled_from(("at_period_end", "immediately"))),
                "proration_behavior": "none",
                "cancellation_reason": {"enabled": False, "options": []},
            },
            "subscription_pause": {"enabled": draw(st.booleans())},
            "subscription_update": {
                "enabled": update,
                "default_allowed_updates": draw(st.lists(st.sampled_from(_UPDATES), unique=True)),
                "products": entries,
                "proration_behavior": draw(
                    st.sampled_from(("none", "create_prorations", "always_invoice"))
                ),
                "schedule_at_period_end": {"conditions": [{"type": one} for one in conditions]},
                "trial_update_behavior": draw(st.sampled_from(("end_trial", "continue_trial"))),
                "billing_cycle_anchor": draw(st.sampled_from((None, "now", "unchanged"))),
            },
        },
    }


@st.composite
def subscriptions(draw: st.DrawFn, sold: list[Json], number: int) -> tuple[Json, list[Json]]:
    """A subscription, and the schedule that may hold it."""
    sub_id = f"sub_{number}"
    currency = draw(st.sampled_from([one["currency"] for one in sold]))
    of_currency = [one for one in sold if one["currency"] == currency]
    chosen = draw(st.lists(st.sampled_from(of_currency), unique_by=_name, min_size=1, max_size=2))
    ends = NOW + draw(st.integers(1, 300)) * DAY
    flexible = draw(st.booleans())
    leaving = draw(st.integers(0, 4)) == 0
    status = draw(st.sampled_from(_STATUSES))
    schedule = _schedule(sub_id, ends) if draw(st.integers(0, 5)) == 0 else None
    items = [_item(one, ends, draw(st.integers(1, 9))) for one in chosen]
    found = {
        "id": sub_id,
        "object": "subscription",
        "status": status,
        "currency": currency,
        "collection_method": draw(
            st.sampled_from(("charge_automatically", "charge_automatically", "send_invoice"))
        ),
        "billing_mode": {"type": "flexible" if flexible else "classic"},
        "billing_cycle_anchor": NOW - 30 * DAY,
        "cancel_at": ends if leaving and flexible else None,
        "cancel_at_period_end": leaving and not flexible,
        "default_payment_method": None,
        "discounts": [],
        "items": {"object": "list", "data": items},
        "on_behalf_of": None,
        "pause_collection": None,
        "schedule": schedule["id"] if schedule else None,
        "trial_end": ends if status == "trialing" else None,
    }
    return found, [schedule] if schedule else []


def _name(one: Json) -> Any:
    return one["id"]


def _item(of: Json, ends: int, quantity: int) -> Json:
    metered = of["recurring"]["usage_type"] == "metered"
    return {
        "id": f"si_{of['id']}",
        "object": "subscription_item",
        "price": of,
        "quantity": None if metered else quantity,
        "current_period_start": NOW - DAY,
        "current_period_end": ends,
    }


def _schedule(subscription: str, ends: int) -> Json:
    return {
        "id": f"sub_sched_{subscription}",
        "object": "subscription_schedule",
        "status": "active",
        "end_behavior": "release",
        "phases": [{"start_date": NOW - DAY}, {"start_date": ends}],
    }


@st.composite
def businesses(draw: st.DrawFn) -> tuple[CustomerSnapshot, Json]:
    """A customer, and the configuration of their portal."""
    sold = draw(prices())
    configuration = draw(configurations(sold))
    subs, schedules = [], []
    for number in range(draw(st.integers(0, 3))):
        subscription, held = draw(subscriptions(sold, number))
        subs.append(subscription)
        schedules += held
    kind = draw(st.sampled_from(("card", *_METHODS)))
    method = card() if kind == "card" else {"id": "pm_other", "type": kind, kind: {}}
    methods = (method,) if draw(st.integers(0, 4)) else ()
    customer = {
        "id": "cus_1",
        "object": "customer",
        "currency": draw(st.sampled_from(_CURRENCIES)),
        "email": "ada@example.com",
        "livemode": False,
        "invoice_settings": {"default_payment_method": methods[0]["id"] if methods else None},
    }
    snapshot = CustomerSnapshot(
        customer=customer,
        subscriptions=tuple(subs),
        schedules={one["id"]: one for one in schedules},
        payment_methods=methods,
        prices={one["id"]: one for one in sold},
        products={one["product"]: {"id": one["product"], "active": True} for one in sold},
        account={"id": "acct_1", "country": draw(st.sampled_from(("US", "DE", "GB", "BR")))},
    )
    return snapshot, configuration
