"""Links to the sandbox's own pages, and how long they work."""

from __future__ import annotations

import hashlib

from portal_desk.models.json import Json
from portal_desk.sandbox.state import State

DAY = 86_400
INVOICE_LINK_DAYS = 30
"""How long an invoice's links work after they were given out."""


def invoice_links(state: State, invoice: Json) -> Json:
    """Fresh `hosted_invoice_url` and `invoice_pdf`; a draft and a preview have neither."""
    if invoice.get("status") in {None, "draft"}:
        return {"hosted_invoice_url": None, "invoice_pdf": None}
    day = state.now() // DAY
    token = f"{invoice['id']}-{day:x}-{_signature(invoice['id'], day)}"
    return {
        "hosted_invoice_url": f"{state.base_url}/i/{token}",
        "invoice_pdf": f"{state.base_url}/pdf/{token}",
    }


def invoice_of(state: State, token: str) -> Json | None:
    """The invoice behind a link; None where the link is forged or has expired."""
    invoice_id, _, rest = token.partition("-")
    day_text, _, signature = rest.partition("-")
    try:
        day = int(day_text, 16)
    except ValueError:
        return None
    fresh = 0 <= state.now() // DAY - day <= INVOICE_LINK_DAYS
    if not fresh or signature != _signature(invoice_id, day):
        return None
    return state.get("invoice", invoice_id)


def credit_note_link(state: State, note: Json) -> str:
    """The PDF of a credit note; it works for as long as the credit note is there."""
    return f"{state.base_url}/credit-notes/{note['id']}-{_signature(note['id'], 0)}/pdf"


def credit_note_of(state: State, token: str) -> Json | None:
    """The credit note behind a link; None where the link is forged."""
    note_id, _, signature = token.partition("-")
    return state.get("credit_note", note_id) if signature == _signature(note_id, 0) else None


def login_link(state: State, configuration_id: str) -> str:
    """The login page of a portal configuration, to share with customers."""
    return f"{state.base_url}/p/login/test_{configuration_id.removeprefix('bpc_')}"


def configuration_of(state: State, token: str) -> Json | None:
    """The configuration behind a login page's link."""
    configuration_id = f"bpc_{token.removeprefix('test_')}"
    return state.get("billing_portal.configuration", configuration_id)


def file_address(state: State, file_id: str) -> str:
    """Where a file is downloaded, with a key."""
    return f"{state.base_url}/v1/files/{file_id}/contents"


def file_link_address(state: State, link_id: str) -> str:
    """Where anyone can download a file that is linked to."""
    return f"{state.base_url}/links/{link_id.removeprefix('link_')}"


def checkout_address(state: State, session_id: str) -> str:
    """The page of a checkout session."""
    return f"{state.base_url}/c/pay/{session_id}"


def payment_link_address(state: State, link_id: str) -> str:
    """What a payment link is, to share with customers."""
    return f"{state.base_url}/b/{link_id.removeprefix('plink_')}"


def _signature(invoice_id: str, day: int) -> str:
    return hashlib.sha256(f"{invoice_id}/{day}".encode()).hexdigest()[:24]
