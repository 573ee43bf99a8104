"""Credit notes: less is owed for a finalized invoice, or something of what was paid goes back.

https://docs.stripe.com/invoicing/dashboard/credit-notes
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from portal_desk.models.json import Json
from portal_desk.sandbox import objects
from portal_desk.sandbox.billing.amounts import rounded
from portal_desk.sandbox.billing.balance import move_balance
from portal_desk.sandbox.billing.invoices import lessen
from portal_desk.sandbox.billing.refunds import create_refund
from portal_desk.sandbox.problems import invalid, missing, unsupported
from portal_desk.sandbox.state import State

_UNSUPPORTED = ("effective_at", "refunds", "shipping_cost")
_PARTS = ("credit_amount", "out_of_band_amount", "refund_amount")


def create_credit_note(state: State, params: Json) -> Json:
    """Issue a credit note, and move the money that it is about.

    Before the invoice is paid, less is due for it; afterwards the money goes to the customer's
    balance, back to the card, or somewhere else, as the request splits it.

    Raises:
        StripeProblem: a draft or void invoice, more than it has left, or a split that is none.
    """
    note = draft_credit_note(state, params)
    invoice = state.kind("invoice")[note["invoice"]]
    number = 1 + sum(1 for _ in state.where("credit_note", invoice=invoice["id"]))
    note["number"] = f"{invoice['number']}-CN-{number:02d}"
    if params.get("refund_amount"):
        asked = {"payment_intent": _intent(state, invoice), "amount": params["refund_amount"]}
        refund = create_refund(state, asked)
        note["refunds"] = [{"amount_refunded": refund["amount"], "refund": refund["id"]}]
    state.create(note, "credit_note.created")
    if params.get("credit_amount"):
        transaction = move_balance(
            state,
            state.kind("customer")[note["customer"]],
            -params["credit_amount"],
            "credit_note",
            note["currency"],
            credit_note=note["id"],
            invoice=note["invoice"],
        )
        state.update(note, {"customer_balance_transaction": transaction["id"]})
    _note_on(state, invoice, note)
    return note


def _note_on(state: State, invoice: Json, note: Json) -> None:
    if note["type"] == "pre_payment":
        lessen(state, invoice, note["total"])
    else:
        total = invoice["post_payment_credit_notes_amount"] + note["total"]
        state.update(invoice, {"post_payment_credit_notes_amount": total}, "invoice.updated")


def draft_credit_note(state: State, params: Json) -> Json:
    """A credit note as a request asks for it, not stored and without a number."""
    for name in _UNSUPPORTED:
        if params.get(name):
            raise unsupported(f"`{name}` of a credit note")
    invoice = state.get("invoice", params["invoice"])
    if not invoice:
        raise missing("invoice", params["invoice"], "invoice")
    if invoice["status"] not in ("open", "paid", "uncollectible"):
        raise invalid(
            "You can only create credit notes for invoices that are open, paid or uncollectible; "
            f"this invoice is {invoice['status']}.",
            "invoice",
        )
    lines = _lines(state, invoice, params)
    totals = _totals(lines)
    paid = invoice["status"] == "paid"
    _check(state, invoice, totals["total"], params, paid=paid)
    given = {name: params[name] for name in ("memo", "metadata", "reason") if params.get(name)}
    return objects.new_credit_note(
        state,
        invoice,
        lines,
        type="post_payment" if paid else "pre_payment",
        post_payment_amount=totals["total"] if paid else 0,
        pre_payment_amount=0 if paid else totals["total"],
        out_of_band_amount=params.get("out_of_band_amount"),
        **given,
        **totals,
    )


def _check(state: State, invoice: Json, total: int, params: Json, *, paid: bool) -> None:
    left = invoice["amount_remaining"]
    if paid:
        notes = state.where("credit_note", invoice=invoice["id"], status="issued")
        left = invoice["total"] - sum(each["total"] for each in notes)
    if not 0 < total <= left:
        raise invalid(
            f"The sum of credit notes on this invoice can't be more than it has left: {left}, and "
            "each must credit something.",
            "amount",
        )
    split = sum(params.get(name, 0) for name in _PARTS)
    if paid and split != total:
        raise invalid(
            "The sum of credit amount, refund amount and out of band amount must equal the credit "
            f"note amount: {total}.",
            "amount",
        )
    if not paid and split:
        raise invalid(
            "You can only credit, refund or pay back what was paid: this invoice is "
            f"{invoice['status']}.",
            "credit_amount",
        )


def _intent(state: State, invoice: Json) -> str:
    payments = state.where("invoice_payment", invoice=invoice["id"], status="paid")
    found = next(payments, None)
    if not found:
        raise invalid("This invoice has no payment that could be refunded.", "refund_amount")
    return str(found["payment"]["payment_intent"])


def _lines(state: State, invoice: Json, params: Json) -> list[Json]:
    wanted = params.get("lines")
    if wanted and "amount" in params:
        raise invalid("You may only specify one of these parameters: amount, lines.", "amount")
    if wanted:
        return [
            _line(state, invoice, wish, f"lines[{number}]") for number, wish in enumerate(wanted)
        ]
    if "amount" not in params:
        raise invalid("Missing required param: amount or lines.", "amount", "parameter_missing")
    return [objects.new_credit_note_line(state, params["amount"], unit_amount=params["amount"])]


def _line(state: State, invoice: Json, wish: Json, param: str) -> Json:
    for name in ("tax_amounts", "tax_rates"):
        if wish.get(name):
            raise unsupported(f"`{param}[{name}]`")
    if wish["type"] == "custom_line_item":
        quantity = wish.get("quantity", 1)
        each: int | str = wish.get("unit_amount_decimal") or wish.get("unit_amount") or 0
        amount = rounded(Decimal(each) * quantity)
        return objects.new_credit_note_line(
            state,
            amount,
            description=wish.get("description"),
            quantity=quantity,
            unit_amount=wish.get("unit_amount"),
        )
    lines = {line["id"]: line for line in invoice["lines"]["data"]}
    name = wish.get("invoice_line_item") or ""
    if name not in lines:
        raise missing("invoice_line_item", name, f"{param}[invoice_line_item]")
    return _share(state, lines[name], wish, param)


def _share(state: State, line: Json, wish: Json, param: str) -> Json:
    """A line of a credit note that takes back a line of the invoice, or a part of it."""
    whole = int(line["amount"])
    amount = int(wish.get("amount") or whole)
    if "quantity" in wish and line["quantity"]:
        amount = rounded(Decimal(whole) * wish["quantity"] / line["quantity"])
    if not 0 < amount <= whole:
        raise invalid(
            f"The amount to credit ({amount}) must be positive, and no greater than the line's "
            f"({whole}).",
            f"{param}[amount]",
        )
    part = Decimal(amount) / whole
    cuts = [cut | {"amount": rounded(cut["amount"] * part)} for cut in line["discount_amounts"]]
    taxes = [
        tax
        | {
            "amount": rounded(tax["amount"] * part),
            "taxable_amount": rounded(tax["taxable_amount"] * part),
        }
        for tax in line["taxes"]
    ]
    return objects.new_credit_note_line(
        state,
        amount,
        description=line["description"],
        discount_amount=sum(cut["amount"] for cut in cuts),
        discount_amounts=cuts,
        invoice_line_item=line["id"],
        quantity=wish.get("quantity", line["quantity"]),
        taxes=taxes,
        type="invoice_line_item",
    )


def _totals(lines: Sequence[Json]) -> Json:
    subtotal = sum(line["amount"] for line in lines)
    off = sum(line["discount_amount"] for line in lines)
    taxes = [tax for line in lines for tax in line["taxes"]]
    added = sum(tax["amount"] for tax in taxes if tax["tax_behavior"] == "exclusive")
    contained = sum(tax["amount"] for tax in taxes if tax["tax_behavior"] == "inclusive")
    total = subtotal - off + added
    return {
        "amount": total,
        "discount_amount": off,
        "discount_amounts": [cut for line in lines for cut in line["discount_amounts"]],
        "subtotal": subtotal,
        "subtotal_excluding_tax": subtotal - contained,
        "total": total,
        "total_excluding_tax": total - added - contained,
        "total_taxes": taxes,
    }


def void_credit_note(state: State, note: Json) -> Json:
    """Void a credit note of an invoice that is still open: what it took off is owed again."""
    invoice = state.kind("invoice")[note["invoice"]]
    if note["status"] == "void":
        raise invalid("This credit note is already void.")
    if note["type"] != "pre_payment" or invoice["status"] != "open":
        raise invalid("You can only void a credit note whose invoice is open.")
    lessen(state, invoice, -note["total"])
    changes = {"status": "void", "voided_at": state.now()}
    return state.update(note, changes, "credit_note.voided")
