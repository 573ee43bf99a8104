"""What a page is answered with: headers that keep it where it belongs, and the browser's languages."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from urllib.parse import urlsplit

from aiohttp import web
from babel.core import parse_locale

from portal_desk.sandbox.portal_page import Page

HEADERS = {
    # The portal can't be shown in a frame: https://docs.stripe.com/customer-management#limitations
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def answer(page: Page, *, leads_to: str | None = None) -> web.Response:
    """A page as an answer.

    Args:
        page: the page.
        leads_to: an address elsewhere that sending the page's form may end at: browsers check
            where a form is redirected to.
    """
    headers = {**HEADERS, "Content-Security-Policy": _policy(page.html, leads_to)}
    return web.Response(
        text=page.html, status=page.status, content_type="text/html", headers=headers
    )


def _policy(html: str, leads_to: str | None) -> str:
    """No scripts, nothing from elsewhere, and only the page's own style."""
    hashes = (hashlib.sha256(style.encode()).digest() for style in _STYLE.findall(html))
    styles = " ".join(f"'sha256-{b64encode(each).decode()}'" for each in hashes)
    goals = ["'self'"]
    if leads_to:
        parts = urlsplit(leads_to)
        goals.append(f"{parts.scheme}://{parts.netloc}")
    return (
        f"default-src 'none'; style-src {styles}; img-src data:; form-action {' '.join(goals)}; "
        "base-uri 'none'; frame-ancestors 'none'"
    )


def languages(request: web.Request) -> list[str]:
    """The browser's languages, best first."""
    wished: list[tuple[float, str]] = []
    for part in request.headers.get("Accept-Language", "").split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            parse_locale(tag, sep="-")
            wished.append((-float(quality or 1), tag))
        except ValueError:
            continue
    return [tag for _, tag in sorted(wished, key=lambda wish: wish[0])]
