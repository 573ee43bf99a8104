"""Which characters of a text no font on this computer has."""

from __future__ import annotations

import re

from PySide6.QtGui import QTextLayout

_INVISIBLE = re.compile(r"[\s\u00a0\u00ad\u200b-\u200f\u2028\u2029\u2060\ufe0f\ufffc]")
_FLAGS = (
    QTextLayout.GlyphRunRetrievalFlag.RetrieveGlyphIndexes
    | QTextLayout.GlyphRunRetrievalFlag.RetrieveStringIndexes
)


class Glyphs:
    """Looks at texts that are laid out, and remembers the characters that it has seen drawn."""

    def __init__(self) -> None:
        self._drawn: set[str] = set()

    def missing(self, layout: QTextLayout, text: str) -> list[int]:
        """The positions of characters that are drawn as a box, for want of a glyph (glyph 0 of their font)."""
        if self._drawn.issuperset(text):
            return []
        missing = []
        for run in layout.glyphRuns(0, len(text), _FLAGS):
            for glyph, at in zip(run.glyphIndexes(), run.stringIndexes(), strict=True):
                if glyph == 0 and not _INVISIBLE.match(text[at]):
                    missing.append(at)
        self._drawn.update(set(text) - {text[at] for at in missing})
        return missing
