"""Portal pages as files: what they are called, and those that are HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from portal_desk.portal.document import PortalView
from portal_desk.portal.flows.document import FlowPage
from portal_desk.portal.html import render, render_flow, render_languages
from portal_desk.portal.languages import Language
from portal_desk.services.file_names import clean
from portal_desk.services.files import write_shared

Format = Literal["html", "pdf", "png"]
Page = tuple[Language, PortalView]


def file_name(pages: Sequence[Page], kind: Format) -> str:
    """What a file with these pages is called: `Northwind portal de.html`, `Northwind portal, 46 languages.pdf`."""
    language, view = pages[0]
    what = language.tag if len(pages) == 1 else f"{len(pages)} languages"
    between = " " if len(pages) == 1 else ", "
    return f"{clean(f'{view.brand.name} portal{between}{what}')}.{kind}"


def html_of(pages: Sequence[Page]) -> bytes:
    """One self-contained file: a language's page as customers see it, or several with a list of them at the top."""
    html = render(pages[0][1], exported=True) if len(pages) == 1 else render_languages(pages)
    return html.encode()


def write_page(path: Path, page: PortalView | FlowPage, *, explained: bool) -> None:
    """Write a page as one self-contained HTML file; the home page with what is missing and why, where asked for.

    Raises:
        DiskFull: there is no room, or no permission, to write.
    """
    write_shared(path, _html_of(page, explained=explained).encode())


def write_files(folder: Path, files: Iterable[tuple[str, bytes]]) -> list[Path]:
    """Write files into a folder, in place of those that have their names.

    Raises:
        DiskFull: there is no room, or no permission, to write; files before that are written.
    """
    written = []
    for name, data in files:
        write_shared(folder / name, data)
        written.append(folder / name)
    return written


def _html_of(page: PortalView | FlowPage, *, explained: bool) -> str:
    if isinstance(page, PortalView):
        return render(page, annotated=explained, exported=True)
    return render_flow(page)
