"""Draws every language's page in slices, so that the window goes on meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QWidget

from portal_desk.models.json import Json
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.portal.document import PortalView
from portal_desk.services.desk import Desk
from portal_desk.services.portal.own_words import own_words
from portal_desk.services.portal.preview import previews
from portal_desk.ui.language_wall.easel import Easel
from portal_desk.ui.language_wall.tiles import Look, Tile, TileModel
from portal_desk.ui.tasks import Tasks
from portal_desk.ui.theme import Theme

_BATCH = 6
"""Pages that the reading thread makes at a time."""


@dataclass(frozen=True)
class Subject:
    """Whose portal is shown, and how.

    Attributes:
        snapshot: the customer.
        configuration: the portal configuration; None where the account has none.
        now: seconds UTC.
    """

    snapshot: CustomerSnapshot
    configuration: Json | None
    now: int

    def pages(self, tags: Sequence[str]) -> Iterator[PortalView]:
        """The portal's home page in these languages."""
        return previews(self.snapshot, self.configuration, tags, now=self.now)


class Gallery(QObject):
    """Keeps the wall's pictures as they should be.

    Signals:
        filled: every language is drawn.
    """

    filled = Signal()

    def __init__(
        self,
        desk: Desk,
        tasks: Tasks,
        theme: Theme,
        model: TileModel,
        owner: QWidget,
    ) -> None:
        super().__init__(owner)
        self._desk = desk
        self._tasks = tasks
        self._model = model
        self._easel = Easel(page_font(theme), owner)
        self._wanted: tuple[Subject, Look] | None = None
        self._drawing: asyncio.Task[None] | None = None

    def draw(self, subject: Subject, look: Look, first: Sequence[str]) -> None:
        """Draw what looks different from before.

        Args:
            subject: whose portal.
            look: how.
            first: the tags of the languages that are looked at now.
        """
        if self._drawing is not None and not self._drawing.done():
            if self._wanted == (subject, look):
                return
            self._drawing.cancel()
        self._wanted = (subject, look)
        self._drawing = self._tasks.start(
            self._draw(subject, look, first), name="draw the language wall", owner=self
        )

    async def _draw(self, subject: Subject, look: Look, first: Sequence[str]) -> None:
        others = [tile.language.tag for tile in self._model.tiles]
        tags = list(dict.fromkeys([*first, *others]))
        pages = subject.pages(tags)
        while batch := await self._desk.read(_next, pages):
            for view in batch:
                tile = self._model.tile(view.locale)
                if (tile.view, tile.look) != (view, look):
                    # Two slices: a customer may have dozens of subscriptions.
                    self._easel.put(view, look.width)
                    await asyncio.sleep(0)
                    self._model.put(self._drawn(tile, view, subject, look))
                    await asyncio.sleep(0)
        self.filled.emit()

    def _drawn(self, tile: Tile, view: PortalView, subject: Subject, look: Look) -> Tile:
        marks = self._easel.inspect(own_words(view, subject.snapshot))
        picture = self._easel.picture(look.room, marks, look.ratio)
        return Tile(tile.language, view, picture, marks, look)


def page_font(theme: Theme) -> QFont:
    """What pages are written in where they are measured or kept: text of the usual size."""
    font = theme.font()
    font.setPointSizeF(font.pointSizeF() / theme.text_scale)
    return font


def _next(pages: Iterator[PortalView]) -> list[PortalView]:
    return list(islice(pages, _BATCH))
