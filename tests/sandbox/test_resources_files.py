"""Files, links to them, and the brand that they make."""

from __future__ import annotations

import io
from base64 import b64decode
from typing import Any

import pytest
import stripe

from portal_desk.sandbox.keys import FULL_KEY

from .http_shapes import complaints
from .http_world import Server
from .portal_visitor import Visitor

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJg"
    "gg=="
)


def client_of(server: Server) -> stripe.StripeClient:
    addresses: Any = {"api": server.url, "files": server.url}
    return stripe.StripeClient(FULL_KEY, base_addresses=addresses, max_network_retries=0)


def upload(server: Server, purpose: str = "business_logo", **params: Any) -> stripe.File:
    picture = io.BytesIO(b64decode(PIXEL))
    picture.name = "logo.png"
    wish: Any = {"purpose": purpose, "file": picture, **params}
    return client_of(server).v1.files.create(wish)


def test_a_file_is_uploaded_and_downloaded(server: Server) -> None:
    file = upload(server)
    assert (file.type, file.size, file.purpose) == ("png", len(b64decode(PIXEL)), "business_logo")
    assert not complaints(file)
    assert "contents" not in file
    found = server.request("GET", str(file.url))
    assert (found.status, found.headers["Content-Type"]) == (200, "image/png")
    assert server.request("GET", str(file.url), key=None).status == 401
    listed = client_of(server).v1.files.list({"purpose": "business_logo"})
    assert [each.id for each in listed.data] == [file.id]


def test_a_link_opens_a_file_until_it_expires(server: Server) -> None:
    client = client_of(server)
    file = upload(server, file_link_data={"create": True})
    assert file.links is not None
    link = client.v1.file_links.create({"file": file.id, "metadata": {"for": "Ada"}})
    assert not complaints(link)
    assert server.request("GET", str(link.url), key=None).status == 200
    ended = client.v1.file_links.update(link.id, {"expires_at": "now"})
    assert (ended.expired, ended.url) == (True, None)
    assert server.request("GET", str(link.url), key=None).status == 404
    assert len(client.v1.file_links.list({"file": file.id}).data) == 2


def test_links_to_files_lead_to_where_the_sandbox_is_now(server: Server) -> None:
    client = client_of(server)
    file = upload(server, file_link_data={"create": True})
    server.world.state.base_url = "http://127.0.0.1:4321"
    again = client.v1.files.retrieve(file.id)
    assert again.links is not None
    for url in (again.url, again.links.data[0].url):
        assert str(url).startswith("http://127.0.0.1:4321/")


def test_the_portal_shows_the_logo_of_the_business(server: Server) -> None:
    client, file = client_of(server), upload(server)
    account = client.v1.accounts.retrieve_current()
    client.v1.accounts.update(account.id, {"settings": {"branding": {"logo": file.id}}})
    page = Visitor.of(server).get()
    assert f'<img class="logo" src="data:image/png;base64,{PIXEL}" alt="Lumen Ltd">' in page.text


@pytest.mark.parametrize(
    ("branding", "message"),
    [
        ({"icon": "LOGO"}, "must have the purpose business_icon"),
        ({"logo": "file_none"}, "No such file upload: 'file_none'"),
        ({"primary_color": "red"}, "Invalid hex color: red"),
    ],
)
def test_a_brand_that_cannot_be_is_refused(
    server: Server, branding: dict[str, str], message: str
) -> None:
    file = upload(server)
    given: Any = {name: file.id if value == "LOGO" else value for name, value in branding.items()}
    with pytest.raises(stripe.InvalidRequestError, match=message):
        client_of(server).v1.accounts.update("acct_world", {"settings": {"branding": given}})


def test_a_logo_has_to_be_a_small_picture(server: Server) -> None:
    client = client_of(server)
    for contents, message in ((b"text", "gif, jpg or png"), (b"x" * 600_000, "too large")):
        with pytest.raises(stripe.InvalidRequestError, match=message):
            client.v1.files.create({"purpose": "business_logo", "file": io.BytesIO(contents)})
    with pytest.raises(stripe.InvalidRequestError, match="multipart/form-data"):
        raise_for(server.request("POST", "/v1/files", {"purpose": "business_logo", "file": "x"}))


def raise_for(answer: Any) -> None:
    raise stripe.InvalidRequestError(answer.error["message"], None)
