"""How often the events are looked at: often where it matters, and never more than the allowance has room for."""

from __future__ import annotations

import asyncio

import pytest

from portal_desk.models.reads import DAYS, FEWEST
from portal_desk.services.sync.attention import Attention
from portal_desk.services.sync.pauses import Pauses

from .sync_world import Synced, rename

MONTH = DAYS * 86_400.0


def nothing() -> None:
    """Happens."""


def seconds(waits: list[float]) -> list[float]:
    return [round(wait, 1) for wait in waits]


async def test_without_a_window_the_pauses_grow_to_a_minute(synced: Synced) -> None:
    await synced.follow(*[nothing] * 12)
    assert seconds(synced.waits)[:3] == [5.0, 7.5, 11.2]
    assert seconds(synced.waits)[-1] == 60.0


async def test_the_pauses_are_short_again_once_something_happens(synced: Synced) -> None:
    await synced.follow(*[nothing] * 12, lambda: rename(synced, "Neu"))
    assert seconds(synced.waits)[-2:] == [60.0, 5.0]


@pytest.mark.parametrize(("word", "longest"), [("focus", 30.0), ("idle", 300.0)])
async def test_the_focus_makes_the_pauses_shorter(
    synced: Synced, word: str, longest: float
) -> None:
    attention = Attention()
    attention.hear(word)
    await synced.follow(*[nothing] * 14, attention=attention)
    assert seconds(synced.waits)[-1] == longest


async def test_what_was_spent_of_the_allowance_makes_the_pauses_longer(synced: Synced) -> None:
    await synced.follow(spent=5_000)
    await synced.follow(spent=8_000)
    await synced.follow(spent=20_000)
    assert seconds(synced.waits) == [40.0, 625.0, 3600.0]


@pytest.mark.parametrize("focused", [True, False, None])
@pytest.mark.parametrize("happens", [True, False])
def test_looking_never_spends_the_allowance_of_a_month(focused: bool | None, happens: bool) -> None:
    pauses = Pauses(5.0)
    looks: list[float] = []
    now = 0.0
    while now < 2 * MONTH:
        looks = [then for then in looks if then > now - MONTH] if len(looks) % 100 == 0 else looks
        looks.append(now)
        pauses.looked(happened=happens)
        pauses.spent = len(looks) / FEWEST
        now += pauses.length(focused)
        assert len(looks) < FEWEST


async def asleep(_: float) -> None:
    """A sleep that somebody else has to end."""
    await asyncio.Event().wait()


async def rested(attention: Attention, pauses: Pauses, *words: str) -> bool:
    resting = asyncio.create_task(attention.rest(pauses.length, asleep))
    for word in words:
        for _ in range(3):
            await asyncio.sleep(0)
        attention.hear(word)
    return await asyncio.wait_for(resting, 5)


async def test_after_an_action_the_events_are_looked_at_at_once() -> None:
    assert await rested(Attention(), Pauses(5.0), "idle", "now")


async def test_a_wish_that_was_heard_during_a_look_is_not_forgotten() -> None:
    attention = Attention()
    attention.hear("now")
    assert await rested(attention, Pauses(5.0))


async def test_a_focus_that_comes_after_a_long_pause_ends_it() -> None:
    attention, pauses = Attention(), Pauses(0.05)
    attention.hear("idle")
    for _ in range(30):
        pauses.looked(happened=False)
    resting = asyncio.create_task(
        attention.rest(lambda focused: 0.01 if focused else 300.0, asleep)
    )
    await asyncio.sleep(0.05)
    attention.hear("focus")
    assert not await asyncio.wait_for(resting, 5)


async def test_words_that_mean_nothing_are_passed_over() -> None:
    assert await rested(Attention(), Pauses(5.0), "hello", "now")
