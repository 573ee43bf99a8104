"""The sandbox's invoice PDFs: readable, complete, and always the same."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from portal_desk.models.json import Json
from portal_desk.sandbox import objects, pdf_fonts
from portal_desk.sandbox.pdf import invoice_pdf, render

from .billing_shop import Shop, lines
from .seed_worlds import every, world


def text_of(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    # pypdf reads a NUL before each sign of a font with PostScript outlines; other readers don't.
    return "\n".join(page.extract_text() for page in pages).replace("\0", "")


def account() -> Json:
    return every("account")[0]


def paid_invoice(**fields: Json | str) -> Json:
    shop = Shop()
    coupon = shop.coupon(percent_off=25, duration="forever", name="A quarter off")
    rate = shop.state.create(objects.new_tax_rate(shop.state, "VAT", 19.0))
    subscription = shop.subscribe(
        quantity=3, discounts=[{"coupon": coupon}], default_tax_rates=[rate["id"]]
    )
    return shop.latest(subscription) | fields


@pytest.fixture
def no_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_fonts, "installed", dict[str, Path])


def test_it_says_who_owes_what_to_whom() -> None:
    invoice = paid_invoice()
    text = text_of(render(invoice, account()))
    for wanted in ("Fernleaf", "412 Alder Street", "Ada", invoice["number"], "$60.00", "-$15.00",
                   "VAT 19%", "$8.55", "$53.55", "Paid", "3 × Team"):  # fmt: skip
        assert wanted in text, wanted


def test_discounts_have_their_names() -> None:
    found = next(each for each in every("invoice") if each["total_discount_amounts"])
    names = {each["name"] for each in every("coupon")}
    text = text_of(invoice_pdf(world(), found))
    assert any(name in text for name in names)


def test_the_same_invoice_gives_the_same_bytes() -> None:
    invoice = paid_invoice()
    assert render(invoice, account()) == render(invoice, account())


@pytest.mark.parametrize("status", ["draft", "open", "paid", "void", "uncollectible"])
def test_every_status_can_be_drawn(status: str) -> None:
    found = next(each for each in every("invoice") if each["status"] == status)
    assert status.capitalize() in text_of(invoice_pdf(world(), found))


def test_a_long_invoice_goes_on_on_the_next_page() -> None:
    invoice = paid_invoice()
    many = [
        line | {"description": f"Line {n}"} for n in range(60) for line in invoice["lines"]["data"]
    ]
    pdf = render(invoice | {"lines": invoice["lines"] | {"data": many}}, account())
    assert len(PdfReader(io.BytesIO(pdf)).pages) > 1
    text = text_of(pdf)
    assert all(f"Line {n}" in text for n in (0, 30, 59))
    assert "Page 2 of" in text


@pytest.mark.skipif(
    "NotoSansCJK-Regular.ttc" not in pdf_fonts.installed(), reason="no font with Chinese signs"
)
def test_names_in_other_scripts_can_be_read() -> None:
    for name in ("Łukasz Öberg", "Ελένη", "Георги", "佐藤 さくら", "김민준", "สมชาย"):
        assert name in text_of(render(paid_invoice(customer_name=name), account()))


def joined(pdf: bytes) -> str:
    """What the signs of a PDF that stand for several letters at once stand for."""
    found = ""
    for font in PdfReader(io.BytesIO(pdf)).pages[0]["/Resources"]["/Font"].values():
        if "/ToUnicode" in font.get_object():
            table = font.get_object()["/ToUnicode"].get_object().get_data().decode()
            found += "".join(re.findall(r"<[0-9A-Fa-f]{4}> <((?:[0-9A-Fa-f]{4}){2,})>", table))
    return bytes.fromhex(found).decode("utf-16-be")


@pytest.mark.parametrize(
    ("font", "name", "sign"),
    [
        ("NotoSansArabic-Regular.ttf", "علاء", "لا"),
        ("NotoSansDevanagari-Regular.ttf", "क्षमा", "क्ष"),
        ("NotoSansTamil-Regular.ttf", "குமார்", "கு"),
    ],
)
def test_letters_that_belong_together_are_drawn_as_one(font: str, name: str, sign: str) -> None:
    if font not in pdf_fonts.installed():
        pytest.skip(f"no {font}")
    assert sign in joined(render(paid_invoice(customer_name=name), account()))


def test_right_to_left_names_are_drawn_from_right_to_left() -> None:
    if "NotoSansHebrew-Regular.ttf" not in pdf_fonts.installed():
        pytest.skip("no font with Hebrew letters")
    text = text_of(render(paid_invoice(customer_name="נועה"), account()))
    assert "העונ" in text or "נועה" in text


@pytest.mark.usefixtures("no_fonts")
def test_without_any_fonts_the_latin_text_is_still_there() -> None:
    text = text_of(render(paid_invoice(customer_name="François 佐藤"), account()))
    assert "François ??" in text
    assert "$53.55" in text


def test_lines_are_the_invoices_lines() -> None:
    invoice = paid_invoice()
    text = text_of(render(invoice, account()))
    for description, *_ in lines(invoice):
        assert description in text
