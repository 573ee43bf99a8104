"""Colours that stay readable, whatever a brand chose."""

from __future__ import annotations

_LINEAR_BELOW = 0.04045
_DARK, _LIGHT = "#1a1f36", "#ffffff"


def readable_on(background: str) -> str:
    """The text colour, dark or light, that contrasts more with `background` (`#rrggbb`)."""
    return max(_DARK, _LIGHT, key=lambda text: contrast(text, background))


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio)."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    red, green, blue = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return 0.2126 * _linear(red) + 0.7152 * _linear(green) + 0.0722 * _linear(blue)


def _linear(channel: float) -> float:
    return (
        channel / 12.92 if channel <= _LINEAR_BELOW else float(((channel + 0.055) / 1.055) ** 2.4)
    )
