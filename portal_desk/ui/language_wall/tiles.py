"""The wall's languages: what is drawn of each, and which of them are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtGui import QPixmap

from portal_desk.portal.document import PortalView
from portal_desk.portal.languages import Language
from portal_desk.services.folding import fold
from portal_desk.ui.language_wall.mark_words import explained, summed_up
from portal_desk.ui.language_wall.marks import Mark, problems
from portal_desk.ui.portal_preview.page import Width

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
TILE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class Look:
    """How pages are drawn on the wall.

    Attributes:
        width: of the pages.
        room: for each picture, in device-independent pixels.
        ratio: the screen's pixels for each of those.
    """

    width: Width
    room: QSize
    ratio: float


@dataclass(frozen=True)
class Tile:
    """One language on the wall.

    Attributes:
        language: which one.
        view: its page; None before it is known.
        picture: the page's upper part; None before it is drawn.
        marks: what is worth a look on the whole page.
        look: how the picture was drawn.
    """

    language: Language
    view: PortalView | None = None
    picture: QPixmap | None = None
    marks: tuple[Mark, ...] = ()
    look: Look | None = None

    @property
    def has_problems(self) -> bool:
        """Whether words are cut off or signs are missing."""
        return bool(problems(self.marks))


class TileModel(QAbstractListModel):
    """Every language, in the order of their English names."""

    def __init__(self, languages: Sequence[Language], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tiles = [Tile(language) for language in languages]
        self._rows = {language.tag: row for row, language in enumerate(languages)}

    @property
    def tiles(self) -> Sequence[Tile]:
        """All of them."""
        return self._tiles

    def tile(self, tag: str) -> Tile:
        """A language's tile."""
        return self._tiles[self._rows[tag]]

    def put(self, tile: Tile) -> None:
        """Replace a language's tile."""
        row = self._rows[tile.language.tag]
        self._tiles[row] = tile
        index = self.index(row, 0)
        self.dataChanged.emit(index, index)

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._tiles)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not self.checkIndex(index, QAbstractListModel.CheckIndexOption.IndexIsValid):
            return None
        tile = self._tiles[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return tile.language.own
        if role == Qt.ItemDataRole.AccessibleTextRole:
            parts = (tile.language.label, tile.language.tag, summed_up(tile.marks))
            return ", ".join(part for part in parts if part)
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join([tile.language.label, *explained(tile.marks, tile.language)])
        return tile if role == TILE else None


class TileFilter(QSortFilterProxyModel):
    """The languages whose name or code has what is typed, or only those with problems."""

    def __init__(self, model: TileModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._typed = ""
        self._troubled = False
        self.setSourceModel(model)
        self._model = model

    def narrow(self, typed: str, *, troubled: bool) -> None:
        """Show other languages.

        Args:
            typed: part of a name, in English or its own, or of a code; accents and case don't count.
            troubled: only those with problems.
        """
        self._typed, self._troubled = fold(typed), troubled
        self.invalidate()

    def filterAcceptsRow(self, source_row: int, _source_parent: _Index) -> bool:
        tile = self._model.tiles[source_row]
        names = (tile.language.english, tile.language.own, tile.language.tag)
        fits = any(self._typed in fold(name) for name in names)
        return fits and (tile.has_problems or not self._troubled)
