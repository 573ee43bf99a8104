"""What is worth a look on a page, in words for the agent."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from portal_desk.portal.languages import Language
from portal_desk.ui import format as fmt
from portal_desk.ui.language_wall.marks import Kind, Mark

_NAMED = 4
_OWN = "Your own words, which Stripe shows in every language as they are: {texts}."


def summed_up(marks: Sequence[Mark]) -> str:
    """The problems as a count: `2 cut off, 3 signs missing`; empty where there are none."""
    counts = [
        (len(texts(marks, "cut")), _tr("1 cut off"), _tr("{n} cut off")),
        (len(texts(marks, "missing")), _tr("1 sign missing"), _tr("{n} signs missing")),
    ]
    return ", ".join(fmt.counted(number, one, many) for number, one, many in counts if number)


def explained(marks: Sequence[Mark], language: Language) -> list[str]:
    """What is to be said about a page, a sentence or two for each kind of mark on it."""
    sentences: dict[Kind, str] = {
        "cut": "There is no room for {texts}.",
        "missing": "No font on this computer has {texts}. Install one for {language}, such as Noto Sans, to see "
        "the page as customers do, who have their own fonts.",
        "own": _OWN,
    }
    return [
        _tr(sentence).replace("{texts}", _listed(found)).replace("{language}", language.english)
        for kind, sentence in sentences.items()
        if (found := texts(marks, kind))
    ]


def own_sentence(own: Sequence[str]) -> str:
    """What to know about the business's own words on the page."""
    if not own:
        return _tr("None of the words on this page are your own: Stripe translates them all.")
    return _tr(_OWN).replace("{texts}", _listed(own))


def texts(marks: Sequence[Mark], kind: Kind) -> list[str]:
    """What the marks of a kind say, each once."""
    return list(dict.fromkeys(mark.text for mark in marks if mark.kind == kind))


def _listed(found: Sequence[str]) -> str:
    named = ", ".join(f"“{text}”" for text in found[:_NAMED])
    more = len(found) - _NAMED
    return f"{named} +{fmt.count(more)}" if more > 0 else named


def _tr(text: str) -> str:
    return QCoreApplication.translate("LanguageWall", text)
