"""Invoice items: what waits to be billed, or stands on a draft."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox import billing
from portal_desk.sandbox.call import Call, Endpoint
from portal_desk.sandbox.endpoints import honoured
from portal_desk.sandbox.endpoints.changes import only
from portal_desk.sandbox.lists import page


def _list(call: Call) -> Json:
    only(
        call.params,
        "created", "customer", "ending_before", "invoice", "limit", "pending", "starting_after",
    )  # fmt: skip
    pending = call.params.get("pending")
    return page(
        call,
        "invoiceitem",
        keep=lambda item: pending is None or pending == (item["invoice"] is None),
        customer=call.params.get("customer"),
        invoice=call.params.get("invoice"),
    )


def _retrieve(call: Call) -> Json:
    return call.named("invoiceitem")


def _create(call: Call) -> Json:
    params = honoured.honour(call.params, honoured.INVOICE_ITEM_CREATE)
    return billing.create_invoice_item(call.state, params)


def _update(call: Call) -> Json:
    params = honoured.honour(call.params, honoured.INVOICE_ITEM_UPDATE)
    return billing.update_invoice_item(call.state, call.named("invoiceitem"), params)


def _delete(call: Call) -> Json:
    item = call.named("invoiceitem")
    billing.delete_invoice_item(call.state, item)
    return {"id": item["id"], "object": "invoiceitem", "deleted": True}


_ALL = "/v1/invoiceitems"
_ONE = f"{_ALL}/{{id}}"

ENDPOINTS = (
    Endpoint("GET", _ALL, _list, "InvoiceItemListParams", "invoice"),
    Endpoint("POST", _ALL, _create, "InvoiceItemCreateParams", "invoice"),
    Endpoint("GET", _ONE, _retrieve, "InvoiceItemRetrieveParams", "invoice"),
    Endpoint("POST", _ONE, _update, "InvoiceItemUpdateParams", "invoice"),
    Endpoint("DELETE", _ONE, _delete, "InvoiceItemDeleteParams", "invoice"),
)
