"""Fonts for the sandbox's PDFs: what the operating system has, else PDF's own Latin fonts."""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path

from fpdf import FPDF
from fpdf.fonts import TTFFont

BODY = "body"
_CORE = "Helvetica"
_CORE_ENCODING = "windows-1252"
_BASES = (
    ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf"),
    ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"),
    ("Arial.ttf", "Arial Bold.ttf"),
    ("arial.ttf", "arialbd.ttf"),
)
_OTHERS = (
    "NotoSansHebrew-Regular.ttf", "NotoSansArabic-Regular.ttf", "NotoNaskhArabic-Regular.ttf",
    "NotoSansThai-Regular.ttf", "NotoSansDevanagari-Regular.ttf", "NotoSansTamil-Regular.ttf",
    "DejaVuSans.ttf", "tahoma.ttf", "Nirmala.ttf", "Nirmala.ttc", "Arial Unicode.ttf",
    "NotoSansCJK-Regular.ttc", "wqy-zenhei.ttc", "DroidSansFallbackFull.ttf",
    "YuGothM.ttc", "msyh.ttc", "malgun.ttf",
)  # fmt: skip
"""Tried in this order, and only where a text needs them: the fonts of many scripts are large."""


class Fonts:
    """The fonts of one document.

    Args:
        pdf: the document.
        text: everything that will be drawn, so that only the fonts that are needed are loaded.
    """

    def __init__(self, pdf: FPDF, text: str) -> None:
        self._pdf = pdf
        found = installed()
        base = next((pair for pair in _BASES if all(name in found for name in pair)), None)
        if base is None:
            pdf.core_fonts_encoding = _CORE_ENCODING
            self._covered: frozenset[int] | None = None
            self.family = _CORE
            return
        pdf.add_font(BODY, "", found[base[0]])
        pdf.add_font(BODY, "B", found[base[1]])
        self.family = BODY
        self._covered = self._add_others({ord(char) for char in text if char.isprintable()})
        # Joins Arabic letters, stacks Indic ones, and writes from right to left where it must.
        pdf.set_text_shaping(use_shaping_engine=True)

    def _add_others(self, wanted: set[int]) -> frozenset[int]:
        covered = _characters(self._pdf, BODY)
        others: list[str] = []
        for name in _OTHERS:
            missing = wanted - covered
            if not missing:
                break
            path = installed().get(name)
            if path is None:
                continue
            self._pdf.add_font(name, "", path)
            more = _characters(self._pdf, name)
            if missing & more:
                others.append(name)
                covered |= more
        self._pdf.set_fallback_fonts(others, exact_match=False)
        return frozenset(covered)

    def use(self, size: float, *, bold: bool = False) -> None:
        """Write with this size (points) from now on."""
        self._pdf.set_font(self.family, "B" if bold else "", size)

    def drawable(self, text: str) -> str:
        """The text with a question mark for what no font has."""
        if self._covered is None:
            return text.encode(_CORE_ENCODING, "replace").decode(_CORE_ENCODING)
        return "".join(char if ord(char) in self._covered else "?" for char in text)


def _characters(pdf: FPDF, family: str) -> set[int]:
    font = pdf.fonts[family.lower()]
    return set(font.cmap) if isinstance(font, TTFFont) else set()


@cache
def installed() -> dict[str, Path]:
    """The font files of the system that are of use here, by name."""
    wanted = {name for pair in _BASES for name in pair} | set(_OTHERS)
    found: dict[str, Path] = {}
    for folder in _folders():
        for place, _, names in os.walk(folder):
            for name in wanted.intersection(names):
                found.setdefault(name, Path(place) / name)
    return found


def _folders() -> tuple[Path, ...]:
    home = Path.home()
    if sys.platform == "win32":
        windows = Path(os.environ.get("WINDIR", "C:\\Windows"))
        return (windows / "Fonts", home / "AppData/Local/Microsoft/Windows/Fonts")
    if sys.platform == "darwin":
        return (Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts")
    return (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".local/share/fonts")
