"""Credit notes."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox import billing
from portal_desk.sandbox.call import Call, Endpoint
from portal_desk.sandbox.endpoints.changes import only, plain_changes
from portal_desk.sandbox.lists import page, page_of

_LINE = "credit_note_line_item"
_PAGE = ("created", "ending_before", "limit", "starting_after")


def _list(call: Call) -> Json:
    only(call.params, *_PAGE, "customer", "invoice")
    return page(
        call,
        "credit_note",
        customer=call.params.get("customer"),
        invoice=call.params.get("invoice"),
    )


def _retrieve(call: Call) -> Json:
    return call.named("credit_note")


def _create(call: Call) -> Json:
    return billing.create_credit_note(call.state, call.params)


def _preview(call: Call) -> Json:
    return billing.draft_credit_note(call.state, call.params)


def _preview_lines(call: Call) -> Json:
    return page_of(call, _preview(call)["lines"]["data"], _LINE)


def _update(call: Call) -> Json:
    note = call.named("credit_note")
    return call.state.update(
        note, plain_changes(call.params, ["memo"], note), "credit_note.updated"
    )


def _void(call: Call) -> Json:
    return billing.void_credit_note(call.state, call.named("credit_note"))


def _list_lines(call: Call) -> Json:
    return page_of(call, call.named("credit_note")["lines"]["data"], _LINE)


_ALL = "/v1/credit_notes"
_ONE = f"{_ALL}/{{id}}"

ENDPOINTS = (
    Endpoint("GET", _ALL, _list, "CreditNoteListParams", "credit_note"),
    Endpoint("POST", _ALL, _create, "CreditNoteCreateParams", "credit_note"),
    Endpoint("GET", f"{_ALL}/preview", _preview, "CreditNotePreviewParams", "credit_note"),
    Endpoint(
        "GET",
        f"{_ALL}/preview/lines",
        _preview_lines,
        "CreditNotePreviewLinesListParams",
        "credit_note",
    ),
    Endpoint("GET", _ONE, _retrieve, "CreditNoteRetrieveParams", "credit_note"),
    Endpoint("POST", _ONE, _update, "CreditNoteUpdateParams", "credit_note"),
    Endpoint("POST", f"{_ONE}/void", _void, "CreditNoteVoidCreditNoteParams", "credit_note"),
    Endpoint("GET", f"{_ONE}/lines", _list_lines, "CreditNoteLineItemListParams", "credit_note"),
)
