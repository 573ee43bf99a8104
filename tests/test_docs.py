"""The documentation says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools.docs import FOLDER, PAGES, current

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("page", PAGES)
def test_the_generated_tables_are_current(page: str) -> None:
    assert (FOLDER / page).read_text("utf-8") == current(page), "run `python3 tasks.py docs`"


@pytest.mark.parametrize("page", sorted(ROOT.glob("*.md")) + sorted(FOLDER.rglob("*.md")), ids=str)
def test_every_link_into_the_repository_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []
