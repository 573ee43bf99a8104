"""Names that every operating system takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_desk.services.file_names import Names, clean


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("INV-0001 Müller & Söhne", "INV-0001 Müller & Söhne"),
        ("INV-0001 株式会社サンプル", "INV-0001 株式会社サンプル"),
        ('A/B\\C:D*E?F"G<H>I|J', "A B C D E F G H I J"),
        ("../../etc/passwd", "etc passwd"),
        ("tabs\tand\nlines", "tabs and lines"),
        ("ends with a dot.", "ends with a dot"),
        ("con", "_con"),
        ("LPT1.pdf", "_LPT1.pdf"),
        ("evil\u202egnp", "evilgnp"),
        ("", "_"),
        ("...", "_"),
    ],
)
def test_a_name_keeps_what_it_may(text: str, name: str) -> None:
    assert clean(text) == name


@given(st.text())
def test_any_text_becomes_a_name_that_fits(text: str) -> None:
    name = clean(text)
    assert name
    assert len(name.encode()) <= 181
    assert not set(name) & set('<>:"/\\|?*\x00')
    assert name not in {".", ".."}
    assert name == name.strip(" .")


def test_two_invoices_never_share_a_file() -> None:
    names = Names()
    assert names.name("INV-1 Müller", "in_1", ".pdf") == "INV-1 Müller.pdf"
    assert names.name("inv-1 MÜLLER", "in_2", ".pdf") == "inv-1 MÜLLER in_2.pdf"
    assert names.name("INV-1 Müller", "in_1", ".pdf") == "INV-1 Müller.pdf"
