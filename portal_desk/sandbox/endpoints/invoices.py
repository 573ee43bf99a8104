"""Invoices, their lines and payments."""

from __future__ import annotations

from collections.abc import Callable

from portal_desk.models.json import Json, invoice_subscription
from portal_desk.sandbox import billing
from portal_desk.sandbox.call import Call, Endpoint, fetch
from portal_desk.sandbox.endpoints import honoured
from portal_desk.sandbox.endpoints.changes import matches, only
from portal_desk.sandbox.lists import page, page_of
from portal_desk.sandbox.problems import invalid

_PAGE = ("created", "ending_before", "limit", "starting_after")


def _list(call: Call) -> Json:
    only(call.params, *_PAGE, "collection_method", "customer", "due_date", "status", "subscription")
    subscription = call.params.get("subscription")
    customer = call.params.get("customer")
    if subscription and not customer:
        # A subscription's invoices are its customer's: looking there alone spares the whole list.
        customer = fetch(call.state, "subscription", subscription, "subscription")["customer"]
    call.given("customer", "customer")
    return page(
        call,
        "invoice",
        keep=lambda invoice: (
            (subscription is None or invoice_subscription(invoice) == subscription)
            and matches(invoice["due_date"], call.params.get("due_date"))
        ),
        customer=customer,
        status=call.params.get("status"),
        collection_method=call.params.get("collection_method"),
    )


def _retrieve(call: Call) -> Json:
    return call.named("invoice")


def _create(call: Call) -> Json:
    params = honoured.honour(call.params, honoured.INVOICE_CREATE)
    return billing.create_invoice(call.state, params)


def _preview(call: Call) -> Json:
    params = honoured.honour(call.params, honoured.PREVIEW)
    return billing.preview_invoice(call.state, params)


def _update(call: Call) -> Json:
    params = honoured.honour(call.params, honoured.INVOICE_UPDATE)
    return billing.update_invoice(call.state, call.named("invoice"), params)


def _finalize(call: Call) -> Json:
    params = honoured.honour(call.params, honoured.INVOICE_FINALIZE)
    return billing.finalize_invoice(call.state, call.named("invoice"), params)


def _delete(call: Call) -> Json:
    invoice = call.named("invoice")
    if invoice["status"] != "draft":
        raise invalid(
            "You can only delete draft invoices. To void a finalized invoice use the void endpoint.",
            code="invoice_not_editable",
        )
    call.state.delete(invoice, "invoice.deleted")
    return {"id": invoice["id"], "object": "invoice", "deleted": True}


def _pay(call: Call) -> Json:
    params = honoured.honour(call.params, honoured.INVOICE_PAY)
    return billing.pay_invoice(call.state, call.named("invoice"), params)


def _attach_payment(call: Call) -> Json:
    only(call.params, "payment_intent")
    wanted = call.params.get("payment_intent")
    if wanted is None:
        message = "You must specify either `payment_intent` or `payment_record`."
        raise invalid(message, "payment_intent", "parameter_missing")
    return billing.attach_payment(call.state, call.named("invoice"), wanted)


def _done_by(act: str) -> Callable[[Call], Json]:
    """An endpoint that only does one thing to the invoice it names."""

    def handler(call: Call) -> Json:
        done: Json = getattr(billing, act)(call.state, call.named("invoice"))
        return done

    return handler


def _list_lines(call: Call) -> Json:
    return page_of(call, call.named("invoice")["lines"]["data"], "line_item")


def _list_payments(call: Call) -> Json:
    only(call.params, *_PAGE, "invoice", "status")
    return page(
        call,
        "invoice_payment",
        invoice=call.params.get("invoice"),
        status=call.params.get("status"),
    )


_ALL = "/v1/invoices"
_ONE = f"{_ALL}/{{id}}"

ENDPOINTS = (
    Endpoint("GET", _ALL, _list, "InvoiceListParams", "invoice"),
    Endpoint("POST", _ALL, _create, "InvoiceCreateParams", "invoice"),
    # Nothing is written by a preview, but Stripe asks for the permission to write all the same.
    Endpoint("POST", f"{_ALL}/create_preview", _preview, "InvoiceCreatePreviewParams", "invoice"),
    Endpoint("GET", _ONE, _retrieve, "InvoiceRetrieveParams", "invoice"),
    Endpoint("POST", _ONE, _update, "InvoiceUpdateParams", "invoice"),
    Endpoint("DELETE", _ONE, _delete, "InvoiceDeleteParams", "invoice"),
    Endpoint("GET", f"{_ONE}/lines", _list_lines, "InvoiceLineItemListParams", "invoice"),
    Endpoint(
        "POST", f"{_ONE}/attach_payment", _attach_payment, "InvoiceAttachPaymentParams", "invoice"
    ),
    Endpoint("POST", f"{_ONE}/pay", _pay, "InvoicePayParams", "invoice"),
    Endpoint(
        "POST",
        f"{_ONE}/finalize",
        _finalize,
        "InvoiceFinalizeInvoiceParams",
        "invoice",
    ),
    Endpoint(
        "POST", f"{_ONE}/void", _done_by("void_invoice"), "InvoiceVoidInvoiceParams", "invoice"
    ),
    Endpoint(
        "POST", f"{_ONE}/send", _done_by("send_invoice"), "InvoiceSendInvoiceParams", "invoice"
    ),
    Endpoint(
        "POST",
        f"{_ONE}/mark_uncollectible",
        _done_by("mark_uncollectible"),
        "InvoiceMarkUncollectibleParams",
        "invoice",
    ),
    Endpoint("GET", "/v1/invoice_payments", _list_payments, "InvoicePaymentListParams", "invoice"),
)
