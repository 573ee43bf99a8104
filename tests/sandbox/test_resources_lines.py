"""Lines of drafts, credit notes as PDFs, discounts taken off, tax IDs of the business."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from .http_shapes import complaints
from .http_world import Server


def new_draft(client: stripe.StripeClient, customer: str, *amounts: int) -> stripe.Invoice:
    """A draft with a line for each amount."""
    draft = client.v1.invoices.create({"customer": customer})
    lines: Any = [{"amount": each, "description": f"Line {each}"} for each in amounts]
    return client.v1.invoices.add_lines(draft.id, {"lines": lines})


def amounts(invoice: stripe.Invoice) -> list[int]:
    return sorted(line.amount for line in invoice.lines.data)


def line_of(invoice: stripe.Invoice, amount: int) -> stripe.InvoiceLineItem:
    return next(line for line in invoice.lines.data if line.amount == amount)


def test_lines_of_a_draft_are_added_changed_and_taken_off(server: Server) -> None:
    client, customer = server.client(), server.world.customer["id"]
    draft = new_draft(client, customer, 100, 200, 300)
    assert (amounts(draft), draft.total) == ([100, 200, 300], 600)
    assert not complaints(draft)
    change: Any = [{"id": line_of(draft, 100).id, "amount": 150}]
    draft = client.v1.invoices.update_lines(draft.id, {"lines": change})
    assert draft.total == 650
    line = client.v1.invoices.line_items.update(
        draft.id, line_of(draft, 200).id, {"amount": 250, "description": "More"}
    )
    assert (line.amount, line.description) == (250, "More")
    draft = client.v1.invoices.retrieve(draft.id)
    away: Any = [
        {"id": line_of(draft, 150).id, "behavior": "delete"},
        {"id": line_of(draft, 250).id, "behavior": "unassign"},
    ]
    draft = client.v1.invoices.remove_lines(draft.id, {"lines": away})
    assert (amounts(draft), draft.total) == ([300], 300)
    waiting = client.v1.invoice_items.list({"customer": customer, "pending": True}).data
    assert [each.amount for each in waiting] == [250]
    back: Any = [{"invoice_item": waiting[0].id}]
    assert client.v1.invoices.add_lines(draft.id, {"lines": back}).total == 550


def test_the_lines_of_a_finalized_invoice_stay(server: Server) -> None:
    client, customer = server.client(), server.world.customer["id"]
    draft = new_draft(client, customer, 100)
    client.v1.invoices.finalize_invoice(draft.id)
    with pytest.raises(stripe.InvalidRequestError, match="while it is a draft"):
        client.v1.invoices.add_lines(draft.id, {"lines": [{"amount": 5}]})


def test_an_invoice_payment_can_be_read(server: Server) -> None:
    client = server.client()
    payment = client.v1.invoice_payments.list({"limit": 1}).data[0]
    found = client.v1.invoice_payments.retrieve(payment.id)
    assert found.invoice == payment.invoice
    assert not complaints(found)


def test_a_credit_note_has_a_pdf(server: Server) -> None:
    client, customer = server.client(), server.world.customer["id"]
    invoice = new_draft(client, customer, 1_000)
    client.v1.invoices.finalize_invoice(invoice.id)
    note = client.v1.credit_notes.create({"invoice": invoice.id, "amount": 400, "memo": "Sorry"})
    pdf = server.request("GET", note.pdf, key=None)
    assert (pdf.status, pdf.headers["Content-Type"]) == (200, "application/pdf")
    assert pdf.text.startswith("%PDF-")
    assert f"CreditNote-{note.number}.pdf" in pdf.headers["Content-Disposition"]
    forged = note.pdf.replace(note.id, "cn_another")
    assert server.request("GET", forged, key=None).status == 410


def test_discounts_are_taken_off(server: Server) -> None:
    client, subscription = server.client(), server.world.subscription["id"]
    coupon = client.v1.coupons.create({"percent_off": 10, "duration": "forever"})
    client.v1.subscriptions.update(subscription, {"discounts": [{"coupon": coupon.id}]})
    client.v1.subscriptions.delete_discount(subscription)
    assert client.v1.subscriptions.retrieve(subscription).discounts == []
    with pytest.raises(stripe.InvalidRequestError, match="No active discount"):
        client.v1.subscriptions.delete_discount(subscription)
    with pytest.raises(stripe.InvalidRequestError, match="No active discount for customer"):
        client.v1.customers.delete_discount(server.world.customer["id"])


def test_a_balance_transaction_can_be_described_later(server: Server) -> None:
    client, customer = server.client(), server.world.customer["id"]
    made = client.v1.customers.balance_transactions.create(
        customer, {"amount": -500, "currency": "usd"}
    )
    changed = client.v1.customers.balance_transactions.update(
        customer, made.id, {"description": "Goodwill", "metadata": {"ticket": "7"}}
    )
    assert (changed.description, changed.amount) == ("Goodwill", -500)
    assert not complaints(changed)


def test_the_business_has_tax_ids_of_its_own(server: Server) -> None:
    client = server.client()
    made = client.v1.tax_ids.create({"type": "eu_vat", "value": "DE123456789"})
    assert made.owner is not None
    assert (made.owner.type, made.customer) == ("self", None)
    assert not complaints(made)
    assert [each.id for each in client.v1.tax_ids.list().data] == [made.id]
    client.v1.tax_ids.delete(made.id)
    assert client.v1.tax_ids.list().data == []
