"""How the business looks in its portal."""

from __future__ import annotations

import re

from portal_desk.models.account import business_name
from portal_desk.models.json import Json
from portal_desk.models.loose import as_object, as_text
from portal_desk.portal.document import Brand

_HEX = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)
_DEFAULT = "#635bff"


def brand_of(account: Json) -> Brand:
    """An account's name and colours; Stripe's own colour where it has set none."""
    branding = as_object(as_object(account.get("settings")).get("branding"))
    color = _color(branding.get("primary_color")) or _DEFAULT
    return Brand(
        name=business_name(account) or as_text(account.get("email")) or as_text(account.get("id")),
        color=color,
        accent=_color(branding.get("secondary_color")) or color,
    )


def _color(value: object) -> str | None:
    found = as_text(value)
    return found.lower() if _HEX.fullmatch(found) else None
