"""The portal as a web page: self-contained, without scripts or requests to anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Literal
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined

from portal_desk.portal.colors import readable, readable_on
from portal_desk.portal.document import Brand, Button, PortalView, Reason
from portal_desk.portal.explain import drawn, explain_missing, explain_notes
from portal_desk.portal.flows.document import FlowPage
from portal_desk.portal.languages import Language
from portal_desk.portal.locales import resolve
from portal_desk.portal.notices import NoticeKind, notice
from portal_desk.portal.words import Words

_SAFE_SCHEMES = frozenset({"http", "https", "mailto"})


def safe_href(href: str) -> str:
    """The address if a browser may follow it, else an empty string: never `javascript:`."""
    return href if urlsplit(href).scheme in _SAFE_SCHEMES else ""


def followable(href: str) -> str:
    """As `safe_href`, and addresses on the same site: `/p/…` and `?…`, never `//elsewhere`."""
    inside = href.startswith(("/", "?")) and not href.startswith(("//", "/\\"))
    return href if inside else safe_href(href)


def embedded(url: str | None) -> str:
    """A picture's address if the page can carry it inside, since it loads nothing from elsewhere."""
    return url if url and url.startswith("data:image/") else ""


def notes_of(buttons: Iterable[Button]) -> list[Reason]:
    """What to know before any of these buttons is pressed."""
    return [note for button in buttons for note in button.notes]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("portal_desk.portal"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        safe_href=safe_href,
        followable=followable,
        embedded=embedded,
        drawn=drawn,
        missing=explain_missing,
        known=explain_notes,
        notes_of=notes_of,
    )
    return environment


def _palette(brand: Brand) -> dict[str, str]:
    """The page's colours, every text on its background readable."""
    return {
        "panel": brand.color,
        "panel_text": readable_on(brand.color),
        "button": brand.accent,
        "button_text": readable_on(brand.accent),
        "link": readable(brand.accent),
    }


def render(view: PortalView, *, annotated: bool = False, exported: bool = False) -> str:
    """The page as the customer sees it.

    Args:
        view: the document.
        annotated: also show what is missing or can't be pressed, with the reasons, for an agent.
        exported: look as the desk's preview does, rather than as the hosted page.
    """
    template = _environment().get_template("portal.html.j2")
    return template.render(
        view=view, annotated=annotated, exported=exported, palette=_palette(view.brand)
    )


def render_languages(
    pages: Sequence[tuple[Language, PortalView]], *, annotated: bool = False
) -> str:
    """The same page in several languages, one below the other, with a list of them at the top.

    Args:
        pages: each language's page; at least one.
        annotated: as for `render`.
    """
    template = _environment().get_template("languages.html.j2")
    brand = pages[0][1].brand
    return template.render(pages=pages, brand=brand, annotated=annotated, palette=_palette(brand))


def render_flow(page: FlowPage) -> str:
    """A page on which a customer does something."""
    template = _environment().get_template("flow.html.j2")
    return template.render(page=page, palette=_palette(page.frame.brand))


def render_notice(
    kind: NoticeKind,
    brand: Brand,
    *,
    locale: str = "en",
    email: str = "",
    action: str = "",
    method: Literal["get", "post"] = "post",
) -> str:
    """A page with one message: an expired link, or the login.

    Args:
        kind: which message.
        brand: whose page it is.
        locale: one of the API's tags.
        email: what the login's field is filled with, or where the login link went.
        action, method: where the login's form goes.
    """
    words = Words(resolve(locale))
    template = _environment().get_template("notice.html.j2")
    return template.render(
        notice=notice(kind, words, business=brand.name, email=email),
        words=words,
        brand=brand,
        palette=_palette(brand),
        email=email,
        action=action,
        method=method,
    )
