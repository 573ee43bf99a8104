"""Brand colours that can always be read (https://www.w3.org/TR/WCAG22/#contrast-minimum)."""

from __future__ import annotations

ENOUGH = 4.5
"""The contrast that normal text needs."""

_WHITE = "#ffffff"
_INK = "#1a1f36"
_BLACK = "#000000"


def _channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _linear(channel: int) -> float:
    share = channel / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4  # noqa: PLR2004


def luminance(color: str) -> float:
    """How light a colour (`#rrggbb`) is, from 0 to 1."""
    red, green, blue = (_linear(channel) for channel in _channels(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """How well two colours can be told apart, from 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable_on(background: str) -> str:
    """White where it can be read, as brands expect; else ink; black on what is too dark for ink."""
    shades = (_WHITE, _INK, _BLACK)
    return next(shade for shade in shades if contrast(shade, background) >= ENOUGH)


def readable(color: str, background: str = _WHITE) -> str:
    """The colour, moved towards black or white just as far as it takes to be read on `background`."""
    goal = (0, 0, 0) if luminance(background) > 0.18 else (255, 255, 255)  # noqa: PLR2004
    shades = (_mixed(color, goal, step / 20) for step in range(21))
    return next(shade for shade in shades if contrast(shade, background) >= ENOUGH)


def _mixed(color: str, goal: tuple[int, int, int], share: float) -> str:
    mixed = (
        round(channel + (aim - channel) * share)
        for channel, aim in zip(_channels(color), goal, strict=True)
    )
    return "#" + "".join(f"{channel:02x}" for channel in mixed)
