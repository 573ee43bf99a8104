"""File names that every operating system takes."""

from __future__ import annotations

import re
import unicodedata

# Windows forbids these; "/" and NUL are forbidden everywhere
# (https://learn.microsoft.com/windows/win32/fileio/naming-a-file).
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.IGNORECASE)
_LONGEST = 180
"""Bytes of UTF-8: Linux allows 255 for a name, and a suffix must fit too."""


def clean(text: str) -> str:
    """`text` as part of a file name: nothing forbidden, not too long, never empty."""
    visible = "".join(
        letter
        for letter in unicodedata.normalize("NFC", text)
        if unicodedata.category(letter) != "Cf"
    )
    spaced = " ".join(_FORBIDDEN.sub(" ", visible).split())
    short = spaced.encode("utf-8")[:_LONGEST].decode("utf-8", errors="ignore")
    name = short.strip(" .") or "_"
    return f"_{name}" if _DEVICES.fullmatch(name) else name


class Names:
    """Gives each thing of one folder a name of its own, even where case does not count."""

    def __init__(self) -> None:
        self._owners: dict[str, str] = {}

    def name(self, wish: str, owner: str, suffix: str) -> str:
        """`wish` cleaned, with `suffix`; with `owner`'s id in it where another owner has that name."""
        plain = clean(wish)
        if self._owners.setdefault(plain.casefold(), owner) == owner:
            return plain + suffix
        return f"{plain} {clean(owner)}{suffix}"
