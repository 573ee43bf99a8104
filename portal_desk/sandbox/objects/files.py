"""Files, and links that anyone can download them by."""

from __future__ import annotations

from typing import Any

from portal_desk.models.json import Json
from portal_desk.sandbox.objects.common import filled
from portal_desk.sandbox.state import State


def new_file(state: State, purpose: str, contents: str, **fields: Any) -> Json:
    """A complete file; it is not stored yet.

    Args:
        state: where ids and the time come from.
        purpose: what it is for, such as `business_logo`.
        contents: what is in it, as Base64; no answer shows it.
        fields: whatever differs from the defaults: `filename`, `size` (bytes), `type`.
    """
    file: Json = {
        "id": fields.get("id") or state.new_id("file", 24),
        "object": "file",
        "contents": contents,
        "created": state.now(),
        "expires_at": None,
        "filename": None,
        "purpose": purpose,
        "size": 0,
        "title": None,
        "type": None,
        "url": None,
    }
    return filled(file, fields, "file")


def new_file_link(state: State, file: str, **fields: Any) -> Json:
    """A complete link to a file; it is not stored yet."""
    link: Json = {
        "id": fields.get("id") or state.new_id("link", 24),
        "object": "file_link",
        "created": state.now(),
        "expired": False,
        "expires_at": None,
        "file": file,
        "livemode": state.livemode,
        "metadata": {},
        "url": None,
    }
    return filled(link, fields, "file link")
