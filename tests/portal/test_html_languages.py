"""The same portal page in several languages, in one file."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from portal_desk.portal.html import render_languages
from portal_desk.portal.languages import languages
from portal_desk.portal.locales import LOCALES

from .world import disabled, hidden, view

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


class Outline(HTMLParser):
    """A page's headings, ids and languages, as a browser reads them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.levels: list[int] = []
        self.ids: list[str] = []
        self.sheets: list[tuple[str | None, str | None]] = []
        self.tags: list[str] = []
        self.links: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        if tag in _HEADINGS:
            self.levels.append(int(tag[1]))
        if found.get("id"):
            self.ids.append(found["id"] or "")
        if found.get("class") == "sheet":
            self.sheets.append((found.get("lang"), found.get("dir")))
        if tag == "a":
            self.links.append(found.get("href") or "")


@pytest.fixture(scope="module")
def all_languages() -> str:
    """The page in all 46."""
    return render_languages([(one, view(locale=one.tag)) for one in languages()])


def test_every_language_is_there_and_marked_as_such(all_languages: str) -> None:
    sheets = Outline(all_languages).sheets
    assert sorted(str(lang) for lang, _direction in sheets) == sorted(LOCALES)
    assert {direction for _lang, direction in sheets} == {"ltr"}
    for words in ("Abonnement kündigen", "サブスクリプションをキャンセル", "Cancel subscription"):
        assert words in all_languages


def test_a_list_leads_to_each_of_them(all_languages: str) -> None:
    outline = Outline(all_languages)
    assert {f"#{tag}" for tag in LOCALES} <= set(outline.links)
    assert set(LOCALES) <= set(outline.ids)


def test_no_id_is_given_twice_and_no_heading_level_is_skipped(all_languages: str) -> None:
    outline = Outline(all_languages)
    assert len(outline.ids) == len(set(outline.ids))
    assert (outline.tags.count("main"), outline.levels.count(1)) == (1, 1)
    steps = zip(outline.levels, outline.levels[1:], strict=False)
    assert max(after - before for before, after in steps) == 1


def test_it_asks_nothing_of_the_network_and_runs_nothing(all_languages: str) -> None:
    assert not {"script", "link", "img", "iframe"} & set(Outline(all_languages).tags)
    assert "default-src 'none'" in all_languages


def test_hostile_names_are_only_text() -> None:
    hostile = "<script>alert(1)</script>"
    brand = replace(view().brand, name=hostile)
    html = render_languages([(one, replace(view(), brand=brand)) for one in languages()[:2]])
    assert "script" not in Outline(html).tags


def test_reasons_for_agents_are_in_it_only_when_asked_for() -> None:
    missing = view(cancel=disabled("a schedule is attached", "R3"), view_invoices=hidden())
    pages = [(languages()[0], missing)]
    assert "a schedule is attached" not in render_languages(pages)
    assert "a schedule is attached" in render_languages(pages, annotated=True)
