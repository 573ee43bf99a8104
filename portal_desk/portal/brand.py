"""How the business looks in its portal."""

from __future__ import annotations

import re

from portal_desk.models.json import Json
from portal_desk.models.loose import as_object, as_text
from portal_desk.portal.document import Brand

_HEX = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)
_DEFAULT = "#635bff"


def brand_of(account: Json) -> Brand:
    """An account's name and colours; Stripe's own colour where it has set none."""
    settings = as_object(account.get("settings"))
    branding = as_object(settings.get("branding"))
    color = _color(branding.get("primary_color")) or _DEFAULT
    return Brand(
        name=_name(account, settings),
        color=color,
        accent=_color(branding.get("secondary_color")) or color,
    )


def _name(account: Json, settings: Json) -> str:
    profile = as_object(account.get("business_profile"))
    dashboard = as_object(settings.get("dashboard"))
    names = (
        profile.get("name"),
        dashboard.get("display_name"),
        account.get("email"),
        account.get("id"),
    )
    return next((name for name in map(as_text, names) if name), "")


def _color(value: object) -> str | None:
    found = as_text(value)
    return found.lower() if _HEX.fullmatch(found) else None
