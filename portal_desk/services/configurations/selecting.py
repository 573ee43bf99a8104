"""Which configurations are listed, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from portal_desk.models.json import Json
from portal_desk.models.loose import as_object
from portal_desk.services.configurations.uses import Overview
from portal_desk.services.folding import fold

Sort = Literal["name", "customers", "last", "updated"]


@dataclass(frozen=True, slots=True)
class Selection:
    """What is asked for.

    Attributes:
        text: parts of names, ids, headlines, or metadata, all of which must be there.
        inactive: list those that links can't use any more, too.
        unused: list only those that nothing is known to use.
        sort: None for the default first, then the active ones, newest first.
    """

    text: str = ""
    inactive: bool = False
    unused: bool = False
    sort: Sort | None = None
    descending: bool = False


_KEYS: dict[Sort, Callable[[Overview], Any]] = {
    "name": lambda one: fold(name_of(one.configuration)),
    "customers": lambda one: len(one.uses.customers),
    "last": lambda one: one.uses.last or 0,
    "updated": lambda one: one.configuration.get("updated") or 0,
}


def name_of(configuration: Json) -> str:
    """A configuration's name; its id where it has none."""
    return str(configuration.get("name") or configuration.get("id") or "")


def select(overviews: Sequence[Overview], selection: Selection) -> list[Overview]:
    """The configurations that are asked for, in the order that is asked for."""
    wanted = fold(selection.text).split()
    found = [one for one in overviews if _fits(one, selection, wanted)]
    if selection.sort is not None:
        found.sort(key=_KEYS[selection.sort], reverse=selection.descending)
    return found


def _fits(one: Overview, selection: Selection, wanted: Sequence[str]) -> bool:
    configuration = one.configuration
    if not selection.inactive and configuration.get("active") is False:
        return False
    if selection.unused and not one.is_unused:
        return False
    said = _words(configuration) if wanted else ""
    return all(word in said for word in wanted)


def _words(configuration: Json) -> str:
    headline = as_object(configuration.get("business_profile")).get("headline")
    metadata = as_object(configuration.get("metadata"))
    parts = (
        configuration.get("id"),
        configuration.get("name"),
        headline,
        *metadata,
        *metadata.values(),
    )
    return fold(" ".join(str(part) for part in parts if part))
