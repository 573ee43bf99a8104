"""A customer who visits the sandbox's portal without a browser, and what it leaves behind."""

from __future__ import annotations

import html
import http.client
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from portal_desk.models.json import Json

from .http_world import Answer, Server, World


@dataclass
class Visitor:
    """Opens the pages of one session, and sends their forms; follows no redirect by itself."""

    server: Server
    url: str

    @classmethod
    def of(cls, server: Server, **params: str) -> Visitor:
        """A visitor with a new session of the world's customer."""
        wish = {"customer": server.world.customer["id"], "locale": "en", **params}
        made = server.request("POST", "/v1/billing_portal/sessions", wish)
        assert made.status == 200, made.text
        return cls(server, made.json["url"])

    def address(self, place: str) -> str:
        """A place below the session's link; a whole address stays what it is."""
        base = urlsplit(self.url).path
        if place.startswith("/p/"):
            return place
        return f"{base}{place}" if place.startswith("?") or not place else f"{base}/{place}"

    def get(self, place: str = "") -> Answer:
        """Open a page."""
        return self._send("GET", place, None)

    def post(self, place: str, fields: Mapping[str, str] | None = None) -> Answer:
        """Send a form."""
        return self._send("POST", place, urlencode(fields or {}))

    def read(self, place: str = "") -> str:
        """A page's text, for one that is there."""
        page = self.get(place)
        assert page.status == 200, page.text
        return text_of(page)

    def _send(self, method: str, place: str, body: str | None) -> Answer:
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=20)
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        try:
            connection.request(method, self.address(place), body, headers)
            found = connection.getresponse()
            return Answer(found.status, found.headers, found.read().decode("utf-8", "replace"))
        finally:
            connection.close()


def text_of(page: Answer) -> str:
    """What a page says, its blanks made single."""
    body = re.sub(r"<style>.*?</style>", "", page.text, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).replace("\xa0", " ").split())


def field(page: Answer | str, name: str) -> str:
    """What a hidden or filled-in field of a page holds."""
    text = page if isinstance(page, str) else page.text
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', text)
    assert found, name
    return html.unescape(found[1])


def events(world: World, since: int = 0) -> list[Json]:
    """The events that the feed has, oldest first, without the first `since`."""
    return list(world.state.kind("event").values())[since:]


def feed_length(world: World) -> int:
    """How many events there have been."""
    return len(world.state.kind("event"))


def types(world: World, since: int) -> list[str]:
    """The types of the newer events."""
    return [event["type"] for event in events(world, since)]
