"""What the people at the window want of the sync: to look often, at once, or at everything."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Literal, get_args

from portal_desk.services.stripe_clock import Stopwatch

_log = logging.getLogger(__name__)

Word = Literal["focus", "idle", "now", "verify"]
"""`focus`: the window has it; `idle`: it hasn't; `now`: something was done; `verify`: compare everything."""

Sleep = Callable[[float], Awaitable[None]]


class Attention:
    """What was said so far.

    Attributes:
        focused: whether the window has the focus; None where there is no window.
        verify: whether a comparison is wanted.
    """

    def __init__(self, *, verify: bool = False) -> None:
        self.focused: bool | None = None
        self.verify = verify
        self._at_once = False
        self._heard = asyncio.Event()

    def hear(self, word: str) -> None:
        """Take a word; what is none is passed over."""
        if word not in get_args(Word):
            _log.warning("%r is none of %s", word, ", ".join(get_args(Word)))
        elif word in {"focus", "idle"}:
            self.focused = word == "focus"
        else:
            self._at_once = True
            self.verify = self.verify or word == "verify"
        self._heard.set()

    async def rest(self, pause: Callable[[bool | None], float], sleep: Sleep) -> bool:
        """Rest as long as `pause` (in seconds) says for this much attention, or until something is wanted at once.

        Returns whether something is.
        """
        watch = Stopwatch()
        while not self._at_once and (left := pause(self.focused) - watch.seconds()) > 0:
            if await self._slept(left, sleep):
                break
        wanted, self._at_once = self._at_once, False
        return wanted

    async def _slept(self, seconds: float, sleep: Sleep) -> bool:
        """Whether that time passed before anything was said."""
        self._heard.clear()
        sleeping = asyncio.ensure_future(sleep(seconds))
        hearing = asyncio.ensure_future(self._heard.wait())
        try:
            await asyncio.wait({sleeping, hearing}, return_when=asyncio.FIRST_COMPLETED)
            if sleeping.done():
                sleeping.result()
                return True
            return False
        finally:
            sleeping.cancel()
            hearing.cancel()
