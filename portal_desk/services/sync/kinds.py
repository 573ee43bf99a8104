"""What is read from Stripe, and how: with what is expanded there, nothing needs a read of its own."""

from __future__ import annotations

from dataclasses import dataclass

from portal_desk.models.json import Json


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of object at Stripe.

    Attributes:
        name: the table's name.
        path: its list.
        expand: what to expand in each object.
        filters: further parameters of the list.
        brings: further kinds, of which this list shows all that there are, expanded.
        listed: whether a backfill reads the list.
        most: how many a backfill reads at most; None for all.
        dated: whether the list can be asked for by `created`.
    """

    name: str
    path: str
    expand: tuple[str, ...] = ()
    filters: tuple[tuple[str, str], ...] = ()
    brings: tuple[str, ...] = ()
    listed: bool = True
    most: int | None = None
    dated: bool = True

    @property
    def dividable(self) -> bool:
        """Whether its list can be read in windows; what is read in part is read from the newest on."""
        return self.dated and self.most is None

    def page(self) -> Json:
        """The parameters that list a hundred of them."""
        query: Json = {"limit": 100, **dict(self.filters)}
        if self.expand:
            query["expand"] = [f"data.{field}" for field in self.expand]
        return query

    def one(self) -> Json:
        """The parameters that read a single one."""
        return {"expand": list(self.expand)} if self.expand else {}


KINDS = (
    Kind("product", "/v1/products"),
    # What a price costs in other currencies than its first is left out unless asked for.
    Kind("price", "/v1/prices", ("currency_options",)),
    Kind("coupon", "/v1/coupons"),
    Kind("promotion_code", "/v1/promotion_codes"),
    # Which products a configuration offers is left out unless asked for.
    Kind(
        "portal_configuration",
        "/v1/billing_portal/configurations",
        ("features.subscription_update.products",),
        dated=False,
    ),
    Kind(
        "customer",
        "/v1/customers",
        ("invoice_settings.default_payment_method", "tax_ids"),
        brings=("tax_id",),
    ),
    # Without status=all the list leaves cancelled subscriptions out.
    Kind(
        "subscription",
        "/v1/subscriptions",
        ("default_payment_method", "discounts", "items.data.discounts"),
        (("status", "all"),),
        brings=("discount",),
    ),
    Kind("subscription_schedule", "/v1/subscription_schedules"),
    Kind("invoice", "/v1/invoices"),
    # Events are the customers' history; a limit keeps an account with millions of them cheap.
    Kind("event", "/v1/events", most=10_000),
    Kind("payment_method", "/v1/payment_methods", listed=False),
    Kind("tax_id", "/v1/tax_ids", listed=False),
)

LISTED = tuple(kind for kind in KINDS if kind.listed)
BY_NAME = {kind.name: kind for kind in KINDS}
