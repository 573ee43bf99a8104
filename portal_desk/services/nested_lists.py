"""Lists within objects, which stop at their first page (https://docs.stripe.com/api/pagination)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal_desk.models.json import Json, data_of

if TYPE_CHECKING:
    from portal_desk.services.stripe_gateway import StripeGateway


def is_cut_off(entry: Json) -> bool:
    """Whether an object came without all of the entries that the cache keeps."""
    return any((entry.get(name) or {}).get("has_more") for name, _, _ in _lists(entry))


async def complete_lists(gateway: StripeGateway, entry: Json) -> None:
    """Read what is missing from an object's own lists into them; costs nothing where they are whole."""
    for name, path, query in _lists(entry):
        inner = entry.get(name)
        while inner and inner.get("has_more"):
            last = {"starting_after": data_of(inner)[-1]["id"]} if inner["data"] else {}
            page = await gateway.get(path, {**query, "limit": 100, **last})
            inner["data"].extend(page["data"])
            inner["has_more"] = page["has_more"]


def _lists(entry: Json) -> list[tuple[str, str, Json]]:
    if entry["object"] == "customer":
        return [("tax_ids", f"/v1/customers/{entry['id']}/tax_ids", {})]
    if entry["object"] == "subscription":
        return [("items", "/v1/subscription_items", {"subscription": entry["id"]})]
    return []
