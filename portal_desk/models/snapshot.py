"""All that is known about one customer, at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from portal_desk.models.json import Json, expanded, id_of


@dataclass(frozen=True)
class CustomerSnapshot:
    """One customer with everything around it, as Stripe's own JSON objects.

    Attributes:
        customer: the customer.
        subscriptions: all of them, newest first, cancelled ones too, with prices in each one's currency.
        schedules: the subscription schedules, by id.
        invoices: newest first.
        payment_methods: the ones attached to the customer.
        tax_ids: the customer's tax IDs.
        products: every product that a subscription or an offered price names, by id.
        prices: every price that a subscription or a portal configuration names, by id.
        coupons: every coupon that a discount names, by id.
        account: the account whose customer this is.
        as_of: when the customer was last read from Stripe (seconds UTC).
    """

    customer: Json
    subscriptions: tuple[Json, ...] = ()
    schedules: Mapping[str, Json] = field(default_factory=dict)
    invoices: tuple[Json, ...] = ()
    payment_methods: tuple[Json, ...] = ()
    tax_ids: tuple[Json, ...] = ()
    products: Mapping[str, Json] = field(default_factory=dict)
    prices: Mapping[str, Json] = field(default_factory=dict)
    coupons: Mapping[str, Json] = field(default_factory=dict)
    account: Json = field(default_factory=dict)
    as_of: int = 0

    def schedule_of(self, subscription: Json) -> Json | None:
        """The schedule attached to `subscription`, if there is one and it is known."""
        schedule = subscription.get("schedule")
        return expanded(schedule) or self.schedules.get(id_of(schedule) or "")

    def default_payment_method(self) -> Json | None:
        """The customer's default payment method for invoices, if there is one and it is known."""
        default = (self.customer.get("invoice_settings") or {}).get("default_payment_method")
        return expanded(default) or self._payment_method(id_of(default))

    def payment_method_of(self, subscription: Json) -> Json | None:
        """What `subscription` is charged to: its own default payment method, else the customer's."""
        own = subscription.get("default_payment_method")
        return expanded(own) or self._payment_method(id_of(own)) or self.default_payment_method()

    def product_name(self, product: str | Json) -> str:
        """The name of a product given by id or whole; its id where the name is not known."""
        found = expanded(product) or self.products.get(id_of(product) or "")
        return str((found or {}).get("name") or id_of(product))

    def _payment_method(self, payment_method: str | None) -> Json | None:
        return next((pm for pm in self.payment_methods if pm["id"] == payment_method), None)
