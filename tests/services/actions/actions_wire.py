"""A server that plays Stripe with one subscription, and loses answers when it is told to."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

NOW = 1_800_000_000
PERIOD_END = NOW + 20 * 86_400


def price(price_id: str, amount: int, **fields: Any) -> dict[str, Any]:
    """A monthly price in euro."""
    return {
        "id": price_id,
        "object": "price",
        "active": True,
        "currency": "eur",
        "created": NOW,
        "product": {
            "id": f"prod_{price_id}",
            "object": "product",
            "created": NOW,
            "active": True,
            "name": price_id.removeprefix("price_").title(),
        },
        "recurring": {"interval": "month", "interval_count": 1, "usage_type": "licensed"},
        "unit_amount": amount,
    } | fields


def subscription() -> dict[str, Any]:
    """“Team (2 seats)”, active, charged by card, in classic billing mode."""
    return {
        "id": "sub_1",
        "object": "subscription",
        "created": NOW - 10 * 86_400,
        "customer": {"id": "cus_1", "object": "customer", "created": NOW, "invoice_settings": {}},
        "status": "active",
        "billing_mode": {"type": "classic"},
        "cancel_at": None,
        "cancel_at_period_end": False,
        "collection_method": "charge_automatically",
        "currency": "eur",
        "default_payment_method": {
            "id": "pm_1",
            "object": "payment_method",
            "created": NOW,
            "type": "card",
            "card": {"brand": "visa", "last4": "4242"},
        },
        "discounts": [],
        "latest_invoice": "in_1",
        "schedule": None,
        "trial_end": None,
        "items": {
            "object": "list",
            "has_more": False,
            "data": [
                {
                    "id": "si_1",
                    "object": "subscription_item",
                    "price": price("price_team", 1500),
                    "quantity": 2,
                    "current_period_start": NOW - 10 * 86_400,
                    "current_period_end": PERIOD_END,
                }
            ],
        },
    }


def line(description: str, amount: int, *, proration: bool) -> dict[str, Any]:
    """A line of a previewed invoice."""
    details = {"proration": proration, "subscription": "sub_1"}
    return {
        "id": "il_1",
        "object": "line_item",
        "amount": amount,
        "currency": "eur",
        "description": description,
        "period": {"start": NOW, "end": PERIOD_END},
        "parent": {
            "type": "subscription_item_details",
            "subscription_item_details": details,
        },
    }


def invoice(*lines: dict[str, Any], balance: int = 0, created: int = PERIOD_END) -> dict[str, Any]:
    """A previewed invoice over `lines`, for a customer with `balance`, made at `created`."""
    total = sum(one["amount"] for one in lines)
    return {
        "id": "upcoming_in_1",
        "object": "invoice",
        "currency": "eur",
        "created": created,
        "total": total,
        "amount_due": max(total + balance, 0),
        "starting_balance": balance,
        "lines": {"object": "list", "has_more": False, "data": list(lines)},
    }


@dataclass(frozen=True)
class Sent:
    """A request as it arrived."""

    method: str
    path: str
    params: dict[str, str]
    idempotency_key: str | None


@dataclass
class Wire:
    """The server's world.

    Attributes:
        subscription: the one there is; None once it is gone.
        preview: what every preview shows; None where there is nothing to invoice.
        lose: which answers to lose: `before` the change takes effect, `after` it, or `500`.
        sent: every request so far.
    """

    subscription: dict[str, Any] | None = field(default_factory=subscription)
    prices: dict[str, dict[str, Any]] = field(default_factory=dict)
    preview: dict[str, Any] | None = field(
        default_factory=lambda: invoice(line("2 × Team", 3000, proration=False))
    )
    lose: list[str] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    offline: bool = False
    lost_previews: int = 0
    all_lines: list[dict[str, Any]] = field(default_factory=list)

    @property
    def item(self) -> dict[str, Any]:
        """The subscription's one item."""
        assert self.subscription is not None
        return self.subscription["items"]["data"][0]

    def changes(self) -> list[Sent]:
        """The requests that change the subscription."""
        return [
            one
            for one in self.sent
            if one.method != "GET" and not one.path.endswith("create_preview")
        ]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one request, or lose the answer."""
        params = dict(parse_qsl(await request.text(), keep_blank_values=True) or request.query)
        key = request.headers.get("Idempotency-Key")
        self.sent.append(Sent(request.method, request.path, params, key))
        if self.offline:
            return _lost(request)
        if request.method == "GET" or request.path.endswith("create_preview"):
            return self._read(request.path)
        how = self.lose.pop(0) if self.lose else ""
        if how == "before":
            return _lost(request)
        if how == "500":
            return _error(500, "api_error", None, "Something went wrong on Stripe's end.")
        if how == "refuse":
            return _error(402, "card_error", "card_declined", "Your card was declined.")
        self._change(request.method, params)
        return _lost(request) if how == "after" else web.json_response(self.subscription)

    def _read(self, path: str) -> web.Response:
        if path.endswith("/lines"):
            return web.json_response({"data": self.all_lines, "has_more": False})
        if path.endswith("create_preview"):
            return self._previewed()
        found = self.prices.get(path.rsplit("/", 1)[-1])
        if path.startswith("/v1/subscriptions/"):
            found = self.subscription
        if found:
            return web.json_response(found)
        return _error(404, "invalid_request_error", "resource_missing", f"No such thing: '{path}'")

    def _previewed(self) -> web.Response:
        if self.lost_previews:
            self.lost_previews -= 1
            return _error(500, "api_error", None, "Something went wrong on Stripe's end.")
        if self.preview is None:
            return _error(404, "invalid_request_error", "invoice_upcoming_none", "None.")
        return web.json_response(self.preview)

    def _change(self, method: str, params: dict[str, str]) -> None:
        assert self.subscription is not None
        if method == "DELETE":
            self.subscription |= {"status": "canceled", "ended_at": NOW, "canceled_at": NOW}
        if "cancel_at_period_end" in params:
            scheduled = params["cancel_at_period_end"].lower() == "true"
            self.subscription["cancel_at_period_end"] = scheduled
            self.subscription["cancel_at"] = PERIOD_END if scheduled else None
        if "cancel_at" in params:
            self.subscription["cancel_at"] = PERIOD_END if params["cancel_at"] else None
        if "items[0][quantity]" in params:
            self.item["quantity"] = int(params["items[0][quantity]"])
        if "items[0][price]" in params:
            self.item["price"] = copy.deepcopy(self.prices[params["items[0][price]"]])


def _lost(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


def _error(status: int, kind: str, code: str | None, message: str) -> web.Response:
    return web.json_response(
        {"error": {"type": kind, "code": code, "message": message}}, status=status
    )


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: int = NOW

    def __call__(self) -> float:
        return self.now
