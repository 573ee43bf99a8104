"""A credit note as a PDF: drawn as the invoice that it corrects is."""

from __future__ import annotations

from portal_desk.models.json import Json, data_of
from portal_desk.sandbox.pdf import InvoicePage, day_text
from portal_desk.sandbox.state import State


def credit_note_pdf(state: State, note: Json) -> bytes:
    """The PDF of a stored credit note."""
    invoice: Json = state.get("invoice", note["invoice"]) or {}
    account = next(iter(state.where("account")))
    return _CreditNotePage(note, invoice, account).bytes()


class _CreditNotePage(InvoicePage):
    """A credit note while it is being drawn."""

    title = "Credit note"

    def __init__(self, note: Json, invoice: Json, account: Json) -> None:
        self._note = note
        self._corrects = invoice["number"]
        shown = {
            "created": note["created"],
            "description": note["memo"],
            "footer": None,
            "lines": {"data": [_line(each) for each in data_of(note["lines"])]},
            "number": note["number"],
        }
        super().__init__(invoice | shown, account)

    def facts(self) -> list[tuple[str, str]]:
        return [
            ("Credit note number", self._note["number"]),
            ("Date of issue", day_text(self._note["effective_at"] or self._note["created"])),
            ("Invoice number", self._corrects or "–"),
            ("Status", self._note["status"].capitalize()),
        ]

    def sentence(self) -> str:
        if self._note["voided_at"]:
            return f"This credit note was voided on {day_text(self._note['voided_at'])}"
        amount = self._money(self._note["total"])
        return f"{amount} credited on {day_text(self._note['created'])}"

    def totals(self) -> list[tuple[str, int]]:
        note = self._note
        rows = [("Subtotal", note["subtotal"])]
        if note["discount_amount"]:
            rows.append(("Discount", -note["discount_amount"]))
        if tax := sum(each["amount"] for each in note["total_taxes"]):
            rows.append(("Tax", tax))
        return [*rows, ("Total credited", note["total"])]


def _line(line: Json) -> Json:
    """A credit note's line as an invoice's; it is for no time of its own."""
    return {
        "amount": line["amount"],
        "description": line["description"],
        "period": {"start": 0, "end": 0},
        "pricing": {"unit_amount_decimal": line["unit_amount_decimal"]},
        "quantity": line["quantity"],
    }
