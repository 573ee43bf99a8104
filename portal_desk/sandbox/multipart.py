"""Uploads: forms in parts, as Stripe's clients send files. https://docs.stripe.com/file-upload"""

from __future__ import annotations

from base64 import b64encode
from urllib.parse import urlencode

from aiohttp import web

from portal_desk.sandbox.problems import StripeProblem

MULTIPART = "multipart/form-data"


async def as_form(request: web.Request) -> str:
    """A form in parts as a plain form: a file becomes its name, type and contents (Base64).

    Raises:
        StripeProblem: it is larger than the sandbox takes.
    """
    try:
        parts = await request.post()
    except web.HTTPRequestEntityTooLarge as error:
        message = "The file is larger than 16 MB, which is the most that Stripe takes."
        raise StripeProblem(400, "invalid_request_error", None, message, "file") from error
    pairs: list[tuple[str, str]] = []
    for name, value in parts.items():
        if isinstance(value, web.FileField):
            pairs += [
                (f"{name}[filename]", value.filename),
                (f"{name}[type]", value.content_type),
                (f"{name}[contents]", b64encode(value.file.read()).decode()),
            ]
        else:
            pairs.append((name, str(value)))
    return urlencode(pairs)
