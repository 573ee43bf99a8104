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
    """An account's name, colours and pictures; Stripe's own colour where it has set none.

    A picture is known by a file's id, which says nothing to a page: it counts where it is inside
    (`data:image/…`).
    """
    branding = as_object(as_object(account.get("settings")).get("branding"))
    color = _color(branding.get("primary_color")) or _DEFAULT
    return Brand(
        name=business_name(account) or as_text(account.get("email")) or as_text(account.get("id")),
        color=color,
        accent=_color(branding.get("secondary_color")) or color,
        icon_url=_picture(branding.get("icon")),
        logo_url=_picture(branding.get("logo")),
    )


def _picture(value: object) -> str | None:
    found = as_text(value)
    return found if found.startswith("data:image/") else None


def _color(value: object) -> str | None:
    found = as_text(value)
    return found.lower() if _HEX.fullmatch(found) else None
