"""Where a sandbox's world comes from: made by chance, or found in a file."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from portal_desk.sandbox.memory import recall
from portal_desk.sandbox.seed import seed as fill
from portal_desk.sandbox.shelf import Shelf, ShelfError
from portal_desk.sandbox.state import State

OTHER_MODE = frozenset(
    f"{prefix}_OtherModeOnly1" for prefix in ("cus", "in", "price", "prod", "sub")
)
"""Objects of the other mode: asking for one shows what mixing live and test up looks like."""


def open_world(
    path: Path | None,
    *,
    customers: int,
    seed: int,
    livemode: bool,
    on_progress: Callable[[int], object] = lambda _: None,
) -> State:
    """The world of a file, which is made where it isn't there; without one, a new world.

    Args:
        path: the file.
        customers: how many customers a new world has.
        seed: the same seed makes the same world.
        livemode: play live mode.
        on_progress: is told how many customers were made, now and then.

    Raises:
        ShelfError: the file can't be used, or holds a sandbox of the other mode.
    """

    def make(shelf: Shelf) -> State:
        state = _state(shelf, seed, livemode=livemode)
        fill(state, customers=customers, on_progress=on_progress)
        return state

    if path is None:
        return make(Shelf())
    if not path.exists() or not path.stat().st_size:
        with _unfinished(path) as unfinished:
            make(Shelf(unfinished)).shelf.close()
    state = _state(Shelf(path), seed, livemode=livemode)
    recall(state)
    if state.livemode != livemode:
        kept = "live" if state.livemode else "test"
        how = "with --live" if state.livemode else "without --live"
        state.shelf.close()
        raise ShelfError(f"{path} holds a sandbox in {kept} mode. Start it {how}.")
    return state


@contextmanager
def _unfinished(path: Path) -> Iterator[Path]:
    """Another name for a file while it is made: one that is there is whole."""
    unfinished = path.with_name(f"{path.name}.new")
    for left in path.parent.glob(f"{unfinished.name}*"):
        left.unlink()
    yield unfinished
    unfinished.replace(path)


def _state(shelf: Shelf, seed: int, *, livemode: bool) -> State:
    chance = random.Random(seed)  # noqa: S311 - repeatable worlds
    return State(random=chance, livemode=livemode, shelf=shelf, elsewhere=set(OTHER_MODE))
