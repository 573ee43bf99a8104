"""What a business wrote itself, which its portal shows in every language as it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from portal_desk.models.loose import as_text
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.portal.document import PortalView, Row

Kind = Literal["headline", "product", "coupon"]


@dataclass(frozen=True, slots=True)
class OwnWords:
    """Words of the business on the portal's page, which Stripe does not translate.

    Attributes:
        kind: where they come from.
        text: as they are on the page.
    """

    kind: Kind
    text: str


def own_words(view: PortalView, snapshot: CustomerSnapshot) -> tuple[OwnWords, ...]:
    """The headline and the names of products and coupons, as far as this page shows them.

    Stripe has one text for each of these, whatever the language: the API's `business_profile.headline`, and the
    `name` of a product or coupon, have no translations.
    """
    shown = "\n".join(line for row in own_rows(view) for line in (row.title, *row.lines))
    found = [OwnWords("headline", view.headline)] if view.headline else []
    found += [one for one in _names(snapshot) if one.text and one.text in shown]
    return tuple(dict.fromkeys(found))


def own_rows(view: PortalView) -> Iterator[Row]:
    """The rows whose title and lines may have words of the business in them."""
    for section in view.sections:
        if section.key in ("subscriptions", "invoices") and section.availability != "hidden":
            yield from section.rows


def _names(snapshot: CustomerSnapshot) -> Iterator[OwnWords]:
    for product in snapshot.products.values():
        yield OwnWords("product", as_text(product.get("name")))
    for coupon in snapshot.coupons.values():
        yield OwnWords("coupon", as_text(coupon.get("name")))
