"""A portal configuration with everything in it, and a Stripe that has it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web

from portal_desk.models.json import Json
from portal_desk.sandbox.objects import (
    cancel_feature,
    new_configuration,
    new_features,
    new_price,
    new_product,
    offered_product,
    recurring,
    update_feature,
)
from portal_desk.sandbox.server import make_app
from portal_desk.sandbox.state import State
from portal_desk.services.configurations.saving import Configurations
from portal_desk.services.journal import Journal
from portal_desk.services.store import Store
from portal_desk.services.stripe_gateway import StripeGateway

PATH = "/v1/billing_portal/configurations"
KIND = "billing_portal.configuration"


def fill(state: State) -> None:
    """Two products, and a default configuration that offers the first one."""
    for product in ("team", "business"):
        state.create(new_product(state, product.title(), id=f"prod_{product}"))
        for interval in ("month", "year"):
            price = new_price(
                state, f"prod_{product}", id=f"price_{product}_{interval}", currency="eur",
                unit_amount=2900, tax_behavior="exclusive", recurring=recurring(interval),
            )  # fmt: skip
            state.create(price)
    offer = offered_product("prod_team", ["price_team_month", "price_team_year"], adjustable=True)
    features = new_features(
        customer_update=("email", "address"),
        subscription_cancel=cancel_feature(reasons=("unused", "other")),
        subscription_update=update_feature(allowed=("price",), products=[offer]),
    )
    state.create(
        new_configuration(
            state, features, id="bpc_standard", name="Standard", is_default=True,
            default_return_url="https://example.com/back", metadata={"team": "billing"},
        )
    )  # fmt: skip


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Line:
    """The line to Stripe.

    Attributes:
        lose: how answers to changes get lost: `before` it is done, or `after`.
        sent: method, path and idempotency key of every request.
    """

    lose: list[str] = field(default_factory=list)
    sent: list[tuple[str, str, str | None]] = field(default_factory=list)

    @web.middleware
    async def carry(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self.sent.append((request.method, request.path, request.headers.get("Idempotency-Key")))
        how = self.lose.pop(0) if self.lose and request.method == "POST" else ""
        answer = await handler(request) if how != "before" else web.Response()
        if how:
            assert request.transport is not None
            request.transport.abort()
        return answer

    @property
    def changes(self) -> list[tuple[str, str, str | None]]:
        return [one for one in self.sent if one[0] == "POST"]


@dataclass
class Account:
    """Everything around the configurations of one account."""

    state: State
    line: Line
    gateway: StripeGateway
    store: Store
    journal: Journal
    configurations: Configurations

    async def read(self, configuration: str = "bpc_standard") -> Json:
        """A configuration as the cache has it: read from Stripe, with its products."""
        expand = ["features.subscription_update.products"]
        return await self.gateway.get(f"{PATH}/{configuration}", {"expand": expand})


def app_of(state: State, line: Line) -> web.Application:
    """The sandbox, at the end of a line that may lose answers."""
    app = make_app(state)
    app.middlewares.insert(0, line.carry)
    return app
