"""Every brand's colours can be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_desk.portal.colors import ENOUGH, contrast, readable, readable_on
from portal_desk.portal.document import Brand
from portal_desk.portal.html import render_notice

colors = st.tuples(*[st.integers(0, 255)] * 3).map(lambda rgb: "#{:02x}{:02x}{:02x}".format(*rgb))


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.48), ("#123456", "#123456", 1)],
)
def test_contrast_is_as_the_guidelines_measure_it(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)


@given(colors)
def test_text_on_any_colour_can_be_read(background: str) -> None:
    assert contrast(readable_on(background), background) >= ENOUGH


@given(colors, st.sampled_from(["#ffffff", "#1a1f36"]))
def test_any_colour_becomes_readable_text(color: str, background: str) -> None:
    assert contrast(readable(color, background), background) >= ENOUGH


def test_a_colour_that_can_be_read_stays_the_brands_own() -> None:
    assert readable("#635bff") == "#635bff"
    assert readable_on("#635bff") == "#ffffff"


@pytest.mark.parametrize(("color", "text"), [("#ffe600", "#1a1f36"), ("#0b3d2e", "#ffffff")])
def test_the_page_writes_on_the_brands_colour_so_that_it_can_be_read(color: str, text: str) -> None:
    assert f"--panel-text: {text}" in render_notice("expired", Brand("N", color=color))
