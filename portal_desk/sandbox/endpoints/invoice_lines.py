"""The lines of a draft invoice, changed one by one or many at once; invoice payments.

Every line that can be changed bills an invoice item: it is that which changes.
"""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox import billing
from portal_desk.sandbox.billing.drafts import waiting_line
from portal_desk.sandbox.billing.editing import put_on, take_off
from portal_desk.sandbox.call import Call, Endpoint, fetch
from portal_desk.sandbox.endpoints.changes import only
from portal_desk.sandbox.problems import invalid, missing

_LINE = (
    "amount", "description", "discountable", "discounts", "metadata", "period", "price_data",
    "pricing", "quantity", "tax_rates",
)  # fmt: skip


def _draft(call: Call, name: str = "id") -> Json:
    invoice = call.named("invoice", name)
    if invoice["status"] != "draft":
        raise invalid(
            "The lines of an invoice can only be changed while it is a draft.",
            code="invoice_not_editable",
        )
    return invoice


def _add(call: Call) -> Json:
    only(call.params, "lines")
    invoice = _draft(call)
    for number, line in enumerate(call.params["lines"]):
        only(line, *_LINE, "invoice_item")
        if waiting := line.get("invoice_item"):
            _bill(call, invoice, waiting, f"lines[{number}][invoice_item]")
        else:
            wish = {"customer": invoice["customer"], "currency": invoice["currency"], **line}
            billing.create_invoice_item(call.state, {**wish, "invoice": invoice["id"]})
    return _draft(call)


def _bill(call: Call, invoice: Json, item_id: str, param: str) -> None:
    """Put an invoice item that waits on the draft."""
    item = fetch(call.state, "invoiceitem", item_id, param)
    if item["invoice"] or item["customer"] != invoice["customer"]:
        raise invalid(f"The invoice item {item_id} is not waiting for this invoice.", param)
    put_on(call.state, invoice, waiting_line(call.state, item))
    call.state.update(item, {"invoice": invoice["id"]}, "invoiceitem.updated")


def _remove(call: Call) -> Json:
    only(call.params, "lines")
    invoice = _draft(call)
    # A line that is none is refused before any other is taken off.
    found = [(_item(call, invoice, each["id"]), each) for each in call.params["lines"]]
    for item, line in found:
        if line["behavior"] == "delete":
            billing.delete_invoice_item(call.state, item)
        else:
            take_off(call.state, _draft(call), item["id"])
            call.state.update(item, {"invoice": None}, "invoiceitem.updated")
    return _draft(call)


def _item(call: Call, invoice: Json, line_id: str) -> Json:
    """The invoice item that a line bills.

    Raises:
        StripeProblem: there is no such line, or it is a subscription's own.
    """
    for line in invoice["lines"]["data"]:
        if line["id"] == line_id:
            details = (line["parent"] or {}).get("invoice_item_details") or {}
            item = call.state.get("invoiceitem", details.get("invoice_item") or "")
            if item is None:
                raise invalid(
                    "Only lines of invoice items can be changed; this one is a subscription's."
                )
            return item
    raise missing("line item", line_id, "id")


def _update(call: Call) -> Json:
    only(call.params, "lines")
    invoice = _draft(call)
    found = [(_item(call, invoice, each["id"]), each) for each in call.params["lines"]]
    for item, line in found:
        only(line, *_LINE, "id")
        billing.update_invoice_item(call.state, item, line)
    return _draft(call)


def _update_line(call: Call) -> Json:
    only(call.params, *_LINE)
    item = _item(call, _draft(call, "invoice"), call.ids["id"])
    billing.update_invoice_item(call.state, item, call.params)
    for line in _draft(call, "invoice")["lines"]["data"]:
        details = (line["parent"] or {}).get("invoice_item_details") or {}
        if details.get("invoice_item") == item["id"]:
            return {**line}
    raise missing("line item", call.ids["id"])


def _payment(call: Call) -> Json:
    return call.named("invoice_payment")


_ONE = "/v1/invoices/{id}"

ENDPOINTS = (
    Endpoint("POST", f"{_ONE}/add_lines", _add, "InvoiceAddLinesParams", "invoice"),
    Endpoint("POST", f"{_ONE}/remove_lines", _remove, "InvoiceRemoveLinesParams", "invoice"),
    Endpoint("POST", f"{_ONE}/update_lines", _update, "InvoiceUpdateLinesParams", "invoice"),
    Endpoint(
        "POST",
        "/v1/invoices/{invoice}/lines/{id}",
        _update_line,
        "InvoiceLineItemUpdateParams",
        "invoice",
    ),
    Endpoint(
        "GET", "/v1/invoice_payments/{id}", _payment, "InvoicePaymentRetrieveParams", "invoice"
    ),
)
