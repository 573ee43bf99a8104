"""What an issued link was asked for with, from the parameters that the journal keeps."""

from __future__ import annotations

from typing import Any

from portal_desk.models.actions import JournalEntry, LinkRequest


def request_of(entry: JournalEntry) -> LinkRequest:
    """The request again, without its web addresses: the journal keeps none whole."""
    params = entry.params
    flow = params.get("flow_data") or {}
    about = flow.get(flow.get("type", "")) or {}
    item: dict[str, Any] = next(iter(about.get("items") or []), {})
    after = (flow.get("after_completion") or {}).get("type")
    return LinkRequest(
        customer=entry.customer,
        configuration=params.get("configuration"),
        locale=params.get("locale"),
        flow=flow.get("type"),
        flow_subscription=about.get("subscription"),
        flow_item=item.get("id"),
        flow_price=item.get("price"),
        flow_quantity=item.get("quantity"),
        flow_discount=_discount(about),
        retention_coupon=_coupon(about),
        after_completion=after,
        after_completion_value=_message(flow),
        recoverable="after_expiration" in params,
        on_behalf_of=params.get("on_behalf_of"),
    )


def _discount(about: dict[str, Any]) -> str | None:
    first: dict[str, str] = next(iter(about.get("discounts") or []), {})
    return next(iter(first.values()), None)


def _coupon(about: dict[str, Any]) -> str | None:
    offer = (about.get("retention") or {}).get("coupon_offer") or {}
    coupon: str | None = offer.get("coupon")
    return coupon


def _message(flow: dict[str, Any]) -> str | None:
    confirmation = (flow.get("after_completion") or {}).get("hosted_confirmation") or {}
    message: str | None = confirmation.get("custom_message")
    return message
