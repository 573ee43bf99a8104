"""Known problems read as sentences, whoever worded them."""

from __future__ import annotations

import pytest

from portal_desk.errors import DeskError


@pytest.mark.parametrize(
    ("message", "next_step", "said"),
    [
        ("No such price: 'price_1'", "Search again.", "No such price: 'price_1'. Search again."),
        ("The disk is full.", "Make room.", "The disk is full. Make room."),
        ("Really?", "Look again.", "Really? Look again."),
        ("No such price: 'price_1'", "", "No such price: 'price_1'"),
        ("", "Try again.", "Try again."),
    ],
)
def test_what_happened_and_what_to_do_are_two_sentences(
    message: str, next_step: str, said: str
) -> None:
    assert str(DeskError(message, next_step)) == said
