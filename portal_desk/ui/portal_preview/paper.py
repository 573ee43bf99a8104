"""What the portal page looks like: white paper with the brand's colours, in the desk's light and dark alike."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from string import Template

from portal_desk.portal.colors import readable, readable_on
from portal_desk.portal.document import Brand, Button, Tone
from portal_desk.resources_path import resource


@dataclass(frozen=True)
class Box:
    """What is painted behind some words.

    Attributes:
        fill, edge: colours; empty for none.
        text: the words' colour.
        radius: of the corners, in device-independent pixels.
        dashed: whether the edge is.
        pad: how much taller than the words it is, above and below.
    """

    fill: str
    edge: str
    text: str
    radius: float = 6.0
    dashed: bool = False
    pad: float = 6.0


INK, MUTED, QUIET, HAIRLINE = "#1a1f36", "#596171", "#6b7385", "#e3e8ee"
LINK = "#0055bc"
"""The agent's links on the page, which is white in dark colours too."""

BADGES: dict[Tone, Box] = {
    "neutral": Box("#ebeef1", "", "#414552", radius=4, pad=1),
    "positive": Box("#d7f7c2", "", "#05690d", radius=4, pad=1),
    "warning": Box("#fcedb9", "", "#8a4100", radius=4, pad=1),
    "critical": Box("#ffe7f2", "", "#b3093c", radius=4, pad=1),
    "info": Box("#cff5f6", "", "#0055bc", radius=4, pad=1),
}
WARNING = Box("#fef7e0", "#f5dc9a", "#6b3a00", radius=4)
INFO = Box("#eef4ff", "#c9dcfb", "#123f8c", radius=4)
MESSAGE = Box("#e9f9e0", "", "#05690d", radius=7)
GHOST_SECTION = Box("#fafbfc", "#c0c8d2", INK, dashed=True)

_SCROLL = "#c0c8d2"
_GHOST = Box("", "#a3acba", "#8792a2", dashed=True)
_DISABLED = Box("#f6f8fa", HAIRLINE, "#a3acba")
_SECONDARY = Box("#ffffff", "#d5dbe1", "#414552")


def button_box(button: Button, brand: Brand) -> Box:
    """What a button looks like: by whether it can be pressed, then by its kind."""
    if button.availability != "enabled":
        return _GHOST if button.availability == "hidden" else _DISABLED
    if button.kind == "primary":
        return Box(brand.accent, brand.accent, readable_on(brand.accent))
    return _SECONDARY if button.kind == "secondary" else Box("", "", readable(brand.accent))


@cache
def _template() -> Template:
    return Template(resource("styles", "portal.qss").read_text(encoding="utf-8"))


def style_sheet(brand: Brand, body: float) -> str:
    """The style sheet of the page in the brand's colours, with text that can be read on them.

    `body` is the size of its usual text, in points.
    """
    return _template().substitute(
        ink=INK,
        hairline=HAIRLINE,
        scroll=_SCROLL,
        brand=brand.color,
        on_brand=readable_on(brand.color),
        button=brand.accent,
        on_button=readable_on(brand.accent),
        link=readable(brand.accent),
        focus=readable(brand.accent),
        muted=MUTED,
        body=round(body, 1),
        small=round(body * 0.9, 1),
        part=round(body * 1.15, 1),
        title=round(body * 1.6, 1),
    )
