"""What a customer would see in the portal, with everything missing explained."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from portal_desk.models.json import Json
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.portal.document import PortalView
from portal_desk.portal.view import build_view
from portal_desk.services.portal.rules import judge


def preview(
    snapshot: CustomerSnapshot,
    configuration: Json | None,
    *,
    locale: str,
    now: int,
    return_url: str | None = None,
) -> PortalView:
    """The portal's home page for a customer.

    Args:
        snapshot: the customer.
        configuration: the portal configuration, or None where the account has none.
        locale: one of the API's tags, or `auto` for the customer's own language.
        now: seconds UTC.
        return_url: where the portal leads back to; None for the configuration's default.
    """
    (view,) = previews(snapshot, configuration, [locale], now=now, return_url=return_url)
    return view


def previews(
    snapshot: CustomerSnapshot,
    configuration: Json | None,
    locales: Iterable[str],
    *,
    now: int,
    return_url: str | None = None,
) -> Iterator[PortalView]:
    """The same page in several languages, judged once: see `preview`."""
    verdicts = judge(snapshot, configuration, now=now)
    for locale in locales:
        yield build_view(
            snapshot, configuration or {}, verdicts, locale=locale, now=now, return_url=return_url
        )
