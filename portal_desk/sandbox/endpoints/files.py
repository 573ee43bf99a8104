"""Files, and links to them. https://docs.stripe.com/file-upload"""

from __future__ import annotations

from base64 import b64decode

from portal_desk.models.json import Json
from portal_desk.sandbox.call import Call, Endpoint
from portal_desk.sandbox.endpoints.changes import merged_metadata, only, plain_changes
from portal_desk.sandbox.lists import page
from portal_desk.sandbox.objects.files import new_file, new_file_link
from portal_desk.sandbox.problems import invalid
from portal_desk.sandbox.state import State

_PICTURES = {"business_icon", "business_logo"}
_SIGNATURES = {
    b"\x89PNG\r\n\x1a\n": ("png", "image/png"),
    b"\xff\xd8\xff": ("jpg", "image/jpeg"),
    b"GIF8": ("gif", "image/gif"),
    b"%PDF-": ("pdf", "application/pdf"),
}
"""How a file begins that is one of Stripe's types, with its short name."""
_LARGEST_PICTURE = 512 * 1024
_LARGEST = 16 * 1024 * 1024
_LINKABLE = _PICTURES | {
    "customer_signature", "dispute_evidence", "issuing_regulatory_reporting", "pci_document",
    "tax_document_user_upload", "terminal_android_apk", "terminal_reader_splashscreen",
}  # fmt: skip


def media_type(contents: bytes) -> tuple[str | None, str]:
    """What a file is by how it begins: Stripe's short name, and the media type."""
    for signature, found in _SIGNATURES.items():
        if contents.startswith(signature):
            return found
    return None, "application/octet-stream"


def _list(call: Call) -> Json:
    only(call.params, "created", "ending_before", "limit", "purpose", "starting_after")
    return page(call, "file", purpose=call.params.get("purpose"))


def _retrieve(call: Call) -> Json:
    return call.named("file")


def _create(call: Call) -> Json:
    only(call.params, "file", "file_link_data", "purpose")
    upload, purpose = call.params["file"], call.params["purpose"]
    if not isinstance(upload, dict) or "contents" not in upload:
        raise invalid(
            "Invalid file: send the request as multipart/form-data, with the file in its part "
            "`file`.",
            "file",
        )
    contents = b64decode(upload["contents"])
    kind, _ = media_type(contents)
    _check(contents, kind, purpose)
    file = new_file(
        call.state,
        purpose,
        upload["contents"],
        filename=upload["filename"],
        size=len(contents),
        type=kind,
    )
    call.state.create(file, "file.created")
    data = call.params.get("file_link_data")
    if data and data["create"]:
        _link(call.state, file, data)
    return file


def _check(contents: bytes, kind: str | None, purpose: str) -> None:
    """Refuse what Stripe would: https://docs.stripe.com/file-upload#uploading-a-file."""
    most = _LARGEST_PICTURE if purpose in _PICTURES else _LARGEST
    if not contents:
        raise invalid("The file you uploaded is empty.", "file")
    if len(contents) > most:
        raise invalid(
            f"The file you uploaded is too large ({len(contents)} bytes): files with the purpose "
            f"{purpose} have {most} bytes at the most.",
            "file",
        )
    if purpose in _PICTURES and kind not in {"gif", "jpg", "png"}:
        raise invalid(
            f"Files with the purpose {purpose} must be of the type gif, jpg or png.", "file"
        )


def _links(call: Call) -> Json:
    only(call.params, "created", "ending_before", "expired", "file", "limit", "starting_after")
    names = ("expired", "file")
    return page(call, "file_link", **{name: call.params.get(name) for name in names})


def _link_named(call: Call) -> Json:
    return call.named("file_link")


def _create_link(call: Call) -> Json:
    only(call.params, "expires_at", "file", "metadata")
    file: Json = call.given("file", "file") or {}
    return _link(call.state, file, call.params)


def _link(state: State, file: Json, given: Json) -> Json:
    if file["purpose"] not in _LINKABLE:
        raise invalid(f"Files with the purpose {file['purpose']} can't be linked to.", "file")
    fields = plain_changes(given, ("expires_at",))
    fields["metadata"] = merged_metadata({}, given.get("metadata", {}))
    return state.create(new_file_link(state, file["id"], **fields))


def _update_link(call: Call) -> Json:
    only(call.params, "expires_at", "metadata")
    link = call.named("file_link")
    changes = plain_changes(call.params, ("expires_at",), link)
    if changes.get("expires_at") == "now":
        changes |= {"expires_at": call.state.now(), "expired": True}
    return call.state.update(link, changes)


_FILES, _FILE_LINKS = "/v1/files", "/v1/file_links"

ENDPOINTS = (
    Endpoint("GET", _FILES, _list, "FileListParams", "file"),
    Endpoint("POST", _FILES, _create, "FileCreateParams", "file"),
    Endpoint("GET", f"{_FILES}/{{id}}", _retrieve, "FileRetrieveParams", "file"),
    Endpoint("GET", _FILE_LINKS, _links, "FileLinkListParams", "file"),
    Endpoint("POST", _FILE_LINKS, _create_link, "FileLinkCreateParams", "file"),
    Endpoint("GET", f"{_FILE_LINKS}/{{id}}", _link_named, "FileLinkRetrieveParams", "file"),
    Endpoint("POST", f"{_FILE_LINKS}/{{id}}", _update_link, "FileLinkUpdateParams", "file"),
)
