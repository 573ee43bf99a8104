"""What is cut off, has no font or is not translated is found on the page as it is laid out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtGui import QFont, QImage, QPainter
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from portal_desk.portal.document import Button, PortalView, Row
from portal_desk.portal.languages import languages
from portal_desk.services.portal.own_words import OwnWords
from portal_desk.ui.language_wall.easel import Easel
from portal_desk.ui.language_wall.gallery import page_font
from portal_desk.ui.language_wall.mark_words import explained, summed_up
from portal_desk.ui.language_wall.marks import Mark
from portal_desk.ui.theme import Theme

from ...portal.world import view

GERMAN = next(one for one in languages() if one.tag == "de")
LONG = "Abonnementverlängerungsbestätigungsschaltfläche"
NOWHERE = "\U0010fffd"
"""A character of nobody's: no font has it."""


@pytest.fixture
def owner(qtbot: QtBot) -> QWidget:
    """What the easel belongs to."""
    owner = QWidget()
    qtbot.addWidget(owner)
    return owner


@pytest.fixture
def easel(owner: QWidget, theme: Theme) -> Easel:
    """An easel."""
    return Easel(page_font(theme), owner)


def with_row(row: Row) -> PortalView:
    """A page whose first subscription is this row."""
    found = view(locale="de")
    first = replace(found.sections[0], rows=(row,))
    return replace(found, sections=(first, *found.sections[1:]))


def marks(easel: Easel, page: PortalView, *own: OwnWords) -> list[tuple[str, str]]:
    """What is marked on a phone."""
    easel.put(page, "phone")
    return [(mark.kind, mark.text) for mark in easel.inspect(own)]


def test_a_page_with_nothing_wrong_has_no_marks(easel: Easel) -> None:
    assert marks(easel, view(locale="de")) == []


def test_a_button_wider_than_the_phone_is_cut(easel: Easel) -> None:
    button = Button("cancel", f"{LONG} jetzt drücken")
    assert marks(easel, with_row(Row(title="Team", buttons=(button,)))) == [
        ("cut", f"{LONG} jetzt drücken")
    ]


def test_a_word_broken_for_want_of_room_is_cut(easel: Easel) -> None:
    found = marks(easel, with_row(Row(title="Team", lines=(f"{LONG}{LONG.lower()}",))))
    assert {kind for kind, _text in found} == {"cut"}
    assert found[0][1].startswith("Abonnement")


def test_lines_that_end_between_words_are_not_cut(easel: Easel) -> None:
    lines = ("Ihr nächstes Abrechnungsdatum ist der 28. November 2026, und danach jeden Monat.",)
    assert marks(easel, with_row(Row(title="Team", lines=lines))) == []


def test_a_long_email_address_may_be_broken_anywhere(easel: Easel) -> None:
    address = "accounts.payable.of.all.departments.worldwide@subsidiary.example"
    assert marks(easel, with_row(Row(title="Team", lines=(address,)))) == []


def test_a_headline_with_a_word_that_does_not_fit_is_cut(easel: Easel) -> None:
    page = replace(view(locale="de"), headline=f"Willkommen, {LONG}")
    assert ("cut", f"Willkommen, {LONG}") in marks(easel, page)


def test_signs_that_no_font_has_are_named_once_with_what_to_do(easel: Easel) -> None:
    easel.put(with_row(Row(title=f"Team {NOWHERE}", lines=(f"{NOWHERE}{NOWHERE}",))), "phone")
    found = easel.inspect(())
    assert {mark.kind for mark in found} == {"missing"}
    assert summed_up(found) == "1 sign missing"
    (sentence,) = explained(found, GERMAN)
    assert sentence.startswith("No font on this computer has “")
    assert "Install one for German" in sentence


def test_a_sign_that_is_missing_is_found_on_every_page(easel: Easel) -> None:
    page = with_row(Row(title=f"Team {NOWHERE}"))
    assert marks(easel, page) == marks(easel, page) != []


def test_the_businesss_words_are_marked_where_they_stand_and_nowhere_else(easel: Easel) -> None:
    page = replace(view(locale="de"), headline="Zahlungsmethoden")
    own = (OwnWords("headline", "Zahlungsmethoden"), OwnWords("product", "Team"))
    found = marks(easel, page, *own)
    assert found == [("own", "Zahlungsmethoden"), ("own", "Team")]


def test_own_words_are_no_problem() -> None:
    easel_marks = [Mark("own", "Team", None, "#000000")]  # type: ignore[arg-type]
    assert summed_up(easel_marks) == ""
    assert explained(easel_marks, GERMAN) == [
        "Your own words, which Stripe shows in every language as they are: “Team”."
    ]


def test_many_problems_are_counted_and_the_first_few_named(easel: Easel) -> None:
    buttons = tuple(Button("cancel", f"{LONG} Nummer {n}") for n in range(6))
    easel.put(with_row(Row(title="Team", buttons=buttons)), "phone")
    found = easel.inspect(())
    assert summed_up(found) == "6 cut off"
    (sentence,) = explained(found, GERMAN)
    assert sentence.endswith("” +2.")


def test_text_on_a_desktop_has_the_room_that_it_lacks_on_a_phone(easel: Easel) -> None:
    page = with_row(Row(title="Team", buttons=(Button("cancel", f"{LONG} drücken"),)))
    assert marks(easel, page)
    easel.put(page, "desktop")
    assert easel.inspect(()) == ()


@pytest.mark.parametrize("tag", ["en", "de", "ja", "th", "el", "ko", "zh-HK"])
def test_a_picture_shows_the_page_and_not_an_empty_sheet(easel: Easel, tag: str) -> None:
    easel.put(view(locale=tag), "phone")
    image = QImage(easel.size, QImage.Format.Format_RGB32)
    image.fill(QFont().weight())
    painter = QPainter(image)
    easel.paint(painter)
    painter.end()
    colors = {image.pixelColor(x, y).name() for x in range(0, 375, 3) for y in range(0, 600, 3)}
    assert view().brand.color in colors
    assert len(colors) > 20
