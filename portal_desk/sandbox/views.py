"""How each kind of object is shown: stored objects plus what depends on when and where it is asked.

Nothing stored is changed: every view is a copy as deep as it differs.
"""

from __future__ import annotations

from collections.abc import Callable

from portal_desk.models.json import Json, id_of
from portal_desk.sandbox.billing.discounts import is_active, is_valid
from portal_desk.sandbox.links import (
    checkout_address,
    credit_note_link,
    file_address,
    file_link_address,
    invoice_links,
    login_link,
    payment_link_address,
)
from portal_desk.sandbox.lists import nested
from portal_desk.sandbox.objects import plan_of
from portal_desk.sandbox.state import State

_LEFT_OUT: dict[str, frozenset[str]] = {
    "customer": frozenset({"tax_ids", "subscriptions", "sources"}),
    "price": frozenset({"tiers", "currency_options"}),
    "coupon": frozenset({"applies_to", "currency_options"}),
    "invoice": frozenset({"payments"}),
    "checkout.session": frozenset({"line_items", "wish"}),
    "payment_link": frozenset({"line_items"}),
    "quote": frozenset({"line_items", "wish"}),
    "file": frozenset({"contents"}),
    "balance_transaction": frozenset({"paid_out"}),
    "token": frozenset({"method"}),
    "webhook_endpoint": frozenset({"signing_secret"}),
    "billing.meter_event": frozenset({"id", "customer"}),
}
"""Fields that Stripe leaves out unless they are expanded, and what the sandbox alone needs to know."""


def view(state: State, found: Json) -> Json:
    """A copy of a stored object as an answer shows it."""
    if found.get("deleted"):
        return dict(found)
    kind = found.get("object", "")
    shown = dict(found)
    for name in _LEFT_OUT.get(kind, ()):
        shown.pop(name, None)
    change = _VIEWS.get(kind)
    if change:
        change(state, shown)
    return shown


def _invoice(state: State, shown: Json) -> None:
    if "lines" in shown:
        shown["lines"] = nested(shown["lines"]["data"], f"/v1/invoices/{shown.get('id')}/lines")
    shown |= invoice_links(state, shown)


def _coupon(state: State, shown: Json) -> None:
    shown["valid"] = is_valid(shown, state.now())


def _promotion_code(state: State, shown: Json) -> None:
    shown["active"] = is_active(state, shown, state.now())


def _configuration(state: State, shown: Json) -> None:
    features = dict(shown["features"])
    features["subscription_update"] = {
        name: value for name, value in features["subscription_update"].items() if name != "products"
    }
    shown["features"] = features
    enabled = bool(shown["login_page"]["enabled"])
    url = login_link(state, shown["id"]) if enabled else None
    shown["login_page"] = {"enabled": enabled, "url": url}


def _subscription(state: State, shown: Json) -> None:
    items = shown["items"]
    entries = [view(state, each) for each in items["data"]]
    shown["items"] = nested(entries, f"/v1/subscription_items?subscription={shown['id']}")


def _subscription_item(state: State, shown: Json) -> None:
    """A price can be renamed or archived after it was subscribed to: show it as it is now."""
    price = state.get("price", id_of(shown.get("price")) or "")
    if price:
        shown["plan"] = plan_of(price)
    shown["price"] = view(state, price or shown["price"])


def _line_item(state: State, shown: Json) -> None:
    shown["price"] = view(state, shown["price"])


def _credit_note(state: State, shown: Json) -> None:
    shown["pdf"] = credit_note_link(state, shown)


def _file(state: State, shown: Json) -> None:
    shown["url"] = file_address(state, shown["id"])
    links = [view(state, each) for each in state.where("file_link", file=shown["id"])]
    shown["links"] = nested(links, f"/v1/file_links?file={shown['id']}")


def _file_link(state: State, shown: Json) -> None:
    """A link that has expired is no address any more."""
    until = shown["expires_at"]
    shown["expired"] = until is not None and until <= state.now()
    shown["url"] = None if shown["expired"] else file_link_address(state, shown["id"])


def _checkout_session(state: State, shown: Json) -> None:
    shown["url"] = checkout_address(state, shown["id"]) if shown["status"] == "open" else None


def _payment_link(state: State, shown: Json) -> None:
    shown["url"] = payment_link_address(state, shown["id"])


def _event(state: State, shown: Json) -> None:
    shown["data"] = {**shown["data"], "object": view(state, shown["data"]["object"])}


def _balance_transaction(state: State, shown: Json) -> None:
    available = shown["available_on"] <= state.feed_now()
    shown["status"] = "available" if available else "pending"


_VIEWS: dict[str, Callable[[State, Json], None]] = {
    "coupon": _coupon,
    "invoice": _invoice,
    "promotion_code": _promotion_code,
    "billing_portal.configuration": _configuration,
    "subscription": _subscription,
    "subscription_item": _subscription_item,
    "credit_note": _credit_note,
    "event": _event,
    "item": _line_item,
    "file": _file,
    "file_link": _file_link,
    "checkout.session": _checkout_session,
    "payment_link": _payment_link,
    "balance_transaction": _balance_transaction,
}
