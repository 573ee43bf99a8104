"""All objects of one kind, as a mapping from their ids."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping, ValuesView
from typing import TYPE_CHECKING

from portal_desk.models.json import Json

if TYPE_CHECKING:
    from portal_desk.sandbox.state import State


class Collection(MutableMapping[str, Json]):
    """The objects of a kind by id, oldest first; they are read when they are asked for."""

    def __init__(self, state: State, kind: str) -> None:
        self._state = state
        self.kind = kind

    def __getitem__(self, object_id: str) -> Json:
        found = self._state.get(self.kind, object_id)
        if found is None:
            raise KeyError(object_id)
        return found

    def __setitem__(self, object_id: str, new: Json) -> None:
        self._state.store(self.kind, object_id, new)

    def __delitem__(self, object_id: str) -> None:
        if object_id not in self:
            raise KeyError(object_id)
        self._state.forget(self.kind, object_id)

    def __contains__(self, object_id: object) -> bool:
        return isinstance(object_id, str) and self._state.has(self.kind, object_id)

    def __iter__(self) -> Iterator[str]:
        return (each for each, _ in self._state.walk(self.kind))

    def __len__(self) -> int:
        return self._state.shelf.count(self.kind)

    def __bool__(self) -> bool:
        return next(iter(self), None) is not None

    def values(self) -> Objects:
        """The objects, oldest first."""
        return Objects(self)

    def reversed(self) -> Iterator[Json]:
        """The objects, newest first."""
        return (found for _, found in self._state.walk(self.kind, newest_first=True))

    def oldest_first(self) -> Iterator[Json]:
        """The objects, oldest first, without looking any up twice."""
        return (found for _, found in self._state.walk(self.kind))


class Objects(ValuesView[Json]):
    """The objects of a kind."""

    _mapping: Collection

    def __iter__(self) -> Iterator[Json]:
        return self._mapping.oldest_first()

    def __reversed__(self) -> Iterator[Json]:
        return self._mapping.reversed()
