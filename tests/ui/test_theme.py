"""The look: two palettes of the same names, readable, one style sheet."""

from __future__ import annotations

import json
import re

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from portal_desk.resources_path import resource
from portal_desk.ui.icons import icon
from portal_desk.ui.theme import Mode, Theme

TOKENS = json.loads(resource("styles", "tokens.json").read_text("utf-8"))
ON_GROUNDS = [
    ("text", "surface"), ("text", "window"), ("text_muted", "surface"), ("text_muted", "window"),
    ("text_muted", "rail"), ("text_faint", "surface"), ("link", "surface"), ("link", "accent_soft"),
    ("accent_text", "accent"), ("selection_text", "selection"), ("live_text", "live"),
    ("test_text", "test"),
    *((tone, f"{tone}_soft") for tone in ("positive", "warning", "critical", "info", "neutral")),
]  # fmt: skip


def _luminance(color: QColor) -> float:
    parts = (color.redF(), color.greenF(), color.blueF())
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(("words", "ground"), ON_GROUNDS)
def test_words_can_be_read_on_their_ground(
    mode: Mode, words: str, ground: str, qapp: QApplication
) -> None:
    theme = Theme(mode)
    bright, dim = sorted((_luminance(theme.color(words)), _luminance(theme.color(ground))))[::-1]
    assert (bright + 0.05) / (dim + 0.05) >= 4.5


def test_light_and_dark_name_the_same_colours() -> None:
    assert TOKENS["light"].keys() == TOKENS["dark"].keys()


def test_live_and_test_are_told_apart_by_more_than_hue(qapp: QApplication) -> None:
    for mode in ("light", "dark"):
        theme = Theme(mode)
        live, test = _luminance(theme.color("live")), _luminance(theme.color("test"))
        assert test > 2.5 * live


def test_the_style_sheet_is_filled_in_completely(qapp: QApplication) -> None:
    sheet = Theme("dark").style_sheet()
    assert "$" not in sheet
    assert TOKENS["dark"]["accent"] in sheet


def test_changing_the_mode_recolours_the_application_and_says_so(
    qapp: QApplication, qtbot: QtBot
) -> None:
    theme = Theme("light")
    theme.apply(qapp)
    with qtbot.waitSignal(theme.changed):
        theme.set_mode("dark")
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(TOKENS["dark"]["window"])
    theme.set_mode("light")


def test_larger_text_makes_every_font_larger(qapp: QApplication) -> None:
    theme = Theme("light")
    before = [theme.font(role).pointSizeF() for role in ("small", "body", "title")]
    theme.set_text_scale(1.5)
    after = [theme.font(role).pointSizeF() for role in ("small", "body", "title")]
    assert after == pytest.approx([1.5 * size for size in before])


def test_text_is_never_scaled_out_of_sight(qapp: QApplication) -> None:
    theme = Theme("light")
    theme.set_text_scale(9.0)
    assert theme.text_scale == 2.0


def test_an_icon_takes_the_colours_of_the_theme_of_now(qapp: QApplication) -> None:
    theme = Theme("light")
    users = icon(theme, "users", "text")
    light = users.pixmap(32, 32).toImage()
    theme.set_mode("dark")
    dark = users.pixmap(32, 32).toImage()
    assert light != dark


def test_an_unknown_icon_is_a_mistake(qapp: QApplication) -> None:
    with pytest.raises(KeyError):
        icon(Theme("light"), "no-such-icon")


@pytest.mark.parametrize("percent", range(80, 201, 10))
def test_radio_buttons_are_round_at_every_text_size(percent: int, qapp: QApplication) -> None:
    theme = Theme("light")
    theme.set_text_scale(percent / 100)
    side = int(theme.size("icon_tiny")) + 2
    found = re.search(r"QRadioButton::indicator { border-radius: (\d+)px", theme.style_sheet())
    assert found is not None
    assert side - 1 <= 2 * int(found[1]) <= side
