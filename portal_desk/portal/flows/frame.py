"""What every page of a session has around it."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.models.loose import as_object
from portal_desk.portal.brand import brand_of
from portal_desk.portal.document import Link
from portal_desk.portal.flows.document import Frame
from portal_desk.portal.view import legal_links, powered_by
from portal_desk.portal.words import Words


def frame(words: Words, account: Json, configuration: Json, back: Link | None) -> Frame:
    """The frame of a page in one language, with a way back where there is one."""
    return Frame(
        locale=words.locale,
        direction=words.direction,
        brand=brand_of(account),
        back=back,
        footer=legal_links(words, as_object(configuration.get("business_profile"))),
        powered_by=powered_by(words),
    )


def back_home(words: Words, href: str) -> Link:
    """The way back to the portal's first page."""
    return Link(words.gettext("Back to billing"), href)
