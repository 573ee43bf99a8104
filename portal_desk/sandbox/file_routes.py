"""Where files are downloaded: with a key, or by a link that anyone can follow."""

from __future__ import annotations

from base64 import b64decode

from aiohttp import web

from portal_desk.models.json import Json
from portal_desk.sandbox.endpoints.files import media_type
from portal_desk.sandbox.gate import new_request_id, refused
from portal_desk.sandbox.keys import authenticate, authorize
from portal_desk.sandbox.portal_web import HEADERS
from portal_desk.sandbox.problems import StripeProblem, missing
from portal_desk.sandbox.state import State


class FileRoutes:
    """The downloads."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[web.RouteDef]:
        """The routes for the web server."""
        return [
            web.get("/v1/files/{id}/contents", self._contents),
            web.get("/links/{token}", self._linked),
        ]

    async def _contents(self, request: web.Request) -> web.Response:
        file_id = request.match_info["id"]
        try:
            key = authenticate(request.headers, livemode=self._state.livemode)
            authorize(key, "rak_file_read", self._state)
            file = self._state.get("file", file_id)
            if file is None:
                raise missing("file", file_id)
        except StripeProblem as problem:
            return refused(problem, new_request_id())
        return _download(file)

    async def _linked(self, request: web.Request) -> web.Response:
        link = self._state.get("file_link", f"link_{request.match_info['token']}")
        over = link is None or (link["expires_at"] or self._state.now() + 1) <= self._state.now()
        file = None if link is None or over else self._state.get("file", link["file"])
        return _download(file) if file else web.Response(status=404, text="This link has expired.")


def _download(file: Json) -> web.Response:
    contents = b64decode(file["contents"])
    _, kind = media_type(contents)
    return web.Response(body=contents, content_type=kind, headers=HEADERS)
