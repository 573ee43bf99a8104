"""An invoice as a PDF, as the customer would get it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos

from portal_desk.models.json import Json, data_of, expanded, id_of
from portal_desk.models.money import Money
from portal_desk.sandbox.pdf_fonts import Fonts
from portal_desk.sandbox.state import State

_MARGIN = 18.0
_INK = (34, 38, 43)
_FAINT = (110, 117, 125)
_RULE = (222, 226, 230)
_DEFAULT_COLOR = "#635bff"
_WIDTHS = (0.52, 0.1, 0.18, 0.2)
"""What share of the width each column of the lines takes."""
_BOTTOM = 30.0
_LETTER_COUNTRIES = frozenset({"US", "CA", "MX"})
_SENTENCES = {
    "paid": "{amount} paid on {date}",
    "void": "This invoice was voided on {date}",
    "uncollectible": "{amount} was not collected",
    "draft": "Draft: {amount} due",
}


def invoice_pdf(state: State, invoice: Json) -> bytes:
    """The PDF of a stored invoice, with its discounts under their own names."""
    discounts = []
    for discount_id in invoice["discounts"]:
        discount = state.get("discount", id_of(discount_id) or "") or {}
        coupon_id = id_of((discount.get("source") or {}).get("coupon"))
        coupon = state.get("coupon", coupon_id or "")
        if coupon:
            discounts.append(discount | {"source": {"coupon": coupon, "type": "coupon"}})
    account = next(iter(state.kind("account").values()))
    return render(invoice | {"discounts": discounts}, account)


def render(invoice: Json, account: Json) -> bytes:
    """Draw an invoice; the same invoice always gives the same bytes.

    Args:
        invoice: a Stripe invoice; expanded discounts and coupons are named, others are not.
        account: the business that it is from.
    """
    return InvoicePage(invoice, account).bytes()


class InvoicePage:
    """The document while it is being drawn. Lengths are millimetres."""

    title = "Invoice"

    def __init__(self, invoice: Json, account: Json) -> None:
        self._invoice = invoice
        self._account = account
        country = (invoice["customer_address"] or {}).get("country")
        self._pdf = FPDF(format="letter" if country in _LETTER_COUNTRIES else "a4")
        self._pdf.set_margins(_MARGIN, _MARGIN)
        self._pdf.set_auto_page_break(auto=True, margin=_BOTTOM)
        self._pdf.set_creation_date(datetime.fromtimestamp(invoice["created"], UTC))
        self._pdf.set_title(f"{self.title} {invoice['number'] or invoice['id']}")
        self._pdf.set_author(self._business)
        self._fonts = Fonts(self._pdf, "".join(_texts([invoice, account])) + _ALPHABET)
        self._brand = _rgb(account["settings"]["branding"]["primary_color"] or _DEFAULT_COLOR)

    @property
    def _business(self) -> str:
        return str(self._account["business_profile"]["name"] or "")

    def bytes(self) -> bytes:
        """Draw it."""
        self._pdf.add_page()
        self._head()
        self._facts()
        self._parties()
        self._sentence()
        self._lines()
        self._totals()
        self._notes()
        self._footers()
        return bytes(self._pdf.output())

    def _head(self) -> None:
        self._pdf.set_fill_color(*self._brand)
        self._pdf.rect(0, 0, self._pdf.w, 5, style="F")
        self._pdf.set_y(_MARGIN)
        self._write(self.title, size=22, bold=True, width=self._pdf.epw / 2)
        self._write(self._business, size=15, bold=True, color=self._brand, align=Align.R, end=True)
        self._pdf.ln(5)

    def _facts(self) -> None:
        for label, value in self.facts():
            self._write(label, size=9, color=_FAINT, width=38, height=5)
            self._write(value, size=9, bold=True, height=5, end=True)
        self._pdf.ln(6)

    def facts(self) -> list[tuple[str, str]]:
        """What stands at the top: labels and values."""
        invoice = self._invoice
        facts = [
            ("Invoice number", invoice["number"] or "–"),
            ("Date of issue", day_text(invoice["effective_at"] or invoice["created"])),
            ("Status", (invoice["status"] or "preview").capitalize()),
        ]
        if invoice["due_date"]:
            facts.insert(2, ("Date due", day_text(invoice["due_date"])))
        return facts

    def _parties(self) -> None:
        profile = self._account["business_profile"]
        ours = [
            *_address(profile["support_address"]),
            profile["support_phone"],
            profile["support_email"],
        ]
        invoice = self._invoice
        tax_ids = [
            f"{each['type'].replace('_', ' ').upper()} {each['value']}"
            for each in invoice["customer_tax_ids"] or ()
        ]
        theirs = [
            *_address(invoice["customer_address"]), invoice["customer_phone"],
            invoice["customer_email"], *tax_ids,
        ]  # fmt: skip
        top, half = self._pdf.get_y(), self._pdf.epw / 2
        left = self._party(self._business, ours, _MARGIN, top)
        name = invoice["customer_name"] or invoice["customer_email"] or "Bill to"
        right = self._party(name, theirs, _MARGIN + half, top, title="Bill to")
        self._pdf.set_xy(_MARGIN, max(left, right) + 7)

    def _party(
        self, name: str, lines: Sequence[str | None], x: float, y: float, title: str = "From"
    ) -> float:
        width = self._pdf.epw / 2 - 4
        self._pdf.set_xy(x, y)
        self._write(title, size=8, color=_FAINT, width=width, height=4.5)
        y += 4.5
        for number, text in enumerate([name, *lines]):
            if text:
                self._pdf.set_xy(x, y)
                self._write(text, size=9.5, bold=number == 0, width=width, height=5)
                y += 5
        return y

    def _sentence(self) -> None:
        self._write(self.sentence(), size=14, bold=True, height=8, end=True)
        self._pdf.ln(4)

    def sentence(self) -> str:
        """What the document comes to, in one line."""
        invoice = self._invoice
        moments = invoice["status_transitions"]
        when = moments["paid_at"] or moments["voided_at"] or invoice["due_date"]
        form = _SENTENCES.get(invoice["status"] or "", "{amount} due")
        if invoice["status"] == "open" and when:
            form = "{amount} due on {date}"
        paid = invoice["status"] == "paid"
        amount = self._money(invoice["amount_paid" if paid else "amount_due"])
        return form.format(amount=amount, date=day_text(when or invoice["created"]))

    def _lines(self) -> None:
        self._row(("Description", "Qty", "Unit price", "Amount"), size=8, color=_FAINT)
        self._rule()
        for line in data_of(self._invoice["lines"]):
            self._line(line)

    def _line(self, line: Json) -> None:
        if self._pdf.will_page_break(13):
            self._pdf.add_page()
        unit = (line["pricing"] or {}).get("unit_amount_decimal")
        quantity = "" if line["quantity"] is None else str(line["quantity"])
        each = self._money(int(unit)) if unit and unit.isdigit() else ""
        self._pdf.ln(1.5)
        top = self._pdf.get_y()
        width = self._pdf.epw * _WIDTHS[0] - 3
        self._style(9.5)
        self._pdf.multi_cell(
            width, 5, self._fonts.drawable(line["description"] or "–"),
            new_x=XPos.LMARGIN, new_y=YPos.NEXT, align=Align.L,
        )  # fmt: skip
        period = line["period"]
        if period["start"] != period["end"]:
            self._write(
                f"{day_text(period['start'])} – {day_text(period['end'])}", size=8, color=_FAINT, height=4,
                width=width, end=True,
            )  # fmt: skip
        bottom = self._pdf.get_y()
        self._pdf.set_y(top)
        self._row(("", quantity, each, self._money(line["amount"])), size=9.5)
        self._pdf.set_y(max(bottom, top + 5) + 1.5)
        self._rule()

    def _totals(self) -> None:
        *rows, last = self.totals()
        if self._pdf.will_page_break(7.0 * (len(rows) + 1)):
            self._pdf.add_page()
        self._pdf.ln(3)
        for label, amount in rows:
            self._total(label, self._money(amount))
        self._total(last[0], self._money(last[1]), bold=True)

    def totals(self) -> list[tuple[str, int]]:
        """The sums below the lines, in minor units; the last is what counts."""
        invoice = self._invoice
        rows = [("Subtotal", invoice["subtotal"])]
        names = self._discount_names()
        for cut in invoice["total_discount_amounts"] or ():
            name = names.get(id_of(cut["discount"]) or "", "Discount")
            rows.append((name, -cut["amount"]))
        rows += self._taxes()
        rows.append(("Total", invoice["total"]))
        applied = invoice["amount_due"] - max(0, invoice["total"])
        if applied and invoice["status"] != "draft":
            rows.append(("Applied balance", applied))
        if invoice["amount_paid"]:
            rows.append(("Amount paid", -invoice["amount_paid"]))
        return [*rows, ("Amount due", invoice["amount_remaining"])]

    def _discount_names(self) -> dict[str, str]:
        names: dict[str, str] = {}
        for each in self._invoice["discounts"] or ():
            coupon = expanded((expanded(each) or {}).get("source", {}).get("coupon"))
            if coupon:
                names[id_of(each) or ""] = str(coupon["name"] or coupon["id"])
        return names

    def _taxes(self) -> Iterator[tuple[str, int]]:
        rates = {rate["id"]: rate for rate in self._invoice["default_tax_rates"]}
        for tax in self._invoice["total_taxes"] or ():
            rate = rates.get((tax["tax_rate_details"] or {}).get("tax_rate", ""))
            name = f"{rate['display_name']} {rate['percentage']:g}%" if rate else "Tax"
            included = " (included)" if tax["tax_behavior"] == "inclusive" else ""
            yield f"{name}{included}", tax["amount"]

    def _total(self, label: str, amount: str, *, bold: bool = False) -> None:
        self._pdf.set_x(_MARGIN + self._pdf.epw / 2)
        self._write(label, size=9.5, bold=bold, width=self._pdf.epw / 4, height=6.5)
        self._write(amount, size=9.5, bold=bold, height=6.5, align=Align.R, end=True)

    def _notes(self) -> None:
        for text in (self._invoice["description"], self._invoice["footer"]):
            if text:
                self._pdf.ln(5)
                self._style(9, color=_FAINT)
                self._pdf.multi_cell(
                    0, 5, self._fonts.drawable(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT
                )

    def _footers(self) -> None:
        profile = self._account["business_profile"]
        contact = " · ".join(filter(None, (self._business, profile["url"])))
        pages = self._pdf.pages_count
        self._pdf.set_auto_page_break(auto=False)
        for page in range(1, pages + 1):
            self._pdf.page = page
            self._pdf.set_xy(_MARGIN, self._pdf.h - 16)
            self._write(contact, size=8, color=_FAINT, width=self._pdf.epw / 2)
            self._write(f"Page {page} of {pages}", size=8, color=_FAINT, align=Align.R, end=True)

    def _row(
        self, cells: Sequence[str], *, size: float, color: tuple[int, int, int] = _INK
    ) -> None:
        last = len(cells) - 1
        for place, (text, share) in enumerate(zip(cells, _WIDTHS, strict=True)):
            self._write(
                text, size=size, color=color, width=self._pdf.epw * share, height=5,
                align=Align.L if place == 0 else Align.R, end=place == last,
            )  # fmt: skip

    def _rule(self) -> None:
        self._pdf.set_draw_color(*_RULE)
        y = self._pdf.get_y() + 0.5
        self._pdf.line(_MARGIN, y, self._pdf.w - _MARGIN, y)
        self._pdf.set_y(y + 0.5)

    def _style(
        self, size: float, *, bold: bool = False, color: tuple[int, int, int] = _INK
    ) -> None:
        self._fonts.use(size, bold=bold)
        self._pdf.set_text_color(*color)

    def _write(
        self,
        text: str,
        *,
        size: float,
        bold: bool = False,
        color: tuple[int, int, int] = _INK,
        width: float = 0,
        height: float = 6,
        align: Align = Align.L,
        end: bool = False,
    ) -> None:
        """One line of text; with `end`, the next one starts below it."""
        self._style(size, bold=bold, color=color)
        shown = self._fitting(self._fonts.drawable(text), width or self._rest())
        self._pdf.cell(
            width, height, shown, align=align,
            new_x=XPos.LMARGIN if end else XPos.RIGHT, new_y=YPos.NEXT if end else YPos.TOP,
        )  # fmt: skip

    def _rest(self) -> float:
        return float(self._pdf.w - _MARGIN - self._pdf.get_x())

    def _fitting(self, text: str, width: float) -> str:
        room = width - 2 * self._pdf.c_margin
        if self._pdf.get_string_width(text) <= room:
            return text
        while text and self._pdf.get_string_width(f"{text}…") > room:
            text = text[:-1]
        return f"{text}…"

    def _money(self, amount: int) -> str:
        return Money(amount, self._invoice["currency"]).format("en")


_ALPHABET = "…–·×%¥€£₩₹"


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _address(address: Json | None) -> list[str]:
    if not address:
        return []
    town = " ".join(filter(None, (address["postal_code"], address["city"], address["state"])))
    lines = (address["line1"], address["line2"], town, address["country"])
    return [line for line in lines if line]


def day_text(moment: int) -> str:
    """A day as documents write it; `moment` in seconds UTC."""
    return f"{datetime.fromtimestamp(moment, UTC):%d %b %Y}"


def _rgb(color: str) -> tuple[int, int, int]:
    digits = color.removeprefix("#")
    return (int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16))
