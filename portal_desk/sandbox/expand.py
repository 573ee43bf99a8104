"""`expand`: ids replaced by the objects that they name, up to four levels deep."""

from __future__ import annotations

from typing import Any

from portal_desk.models.json import Json, id_of
from portal_desk.sandbox.expand_rules import EXPANDABLE, Included, stored
from portal_desk.sandbox.expandable import can_expand
from portal_desk.sandbox.older_fields import older_value
from portal_desk.sandbox.problems import StripeProblem, invalid, unsupported
from portal_desk.sandbox.state import State
from portal_desk.sandbox.versions import API_VERSION
from portal_desk.sandbox.views import view

MAX_DEPTH = 4
_LISTS = {"list", "search_result"}


def present(state: State, found: Json, expand: list[str], version: str = API_VERSION) -> Json:
    """An answer as Stripe gives it: each object as its kind is shown, the paths expanded.

    Args:
        state: where the objects are.
        found: a stored object, or a list of them with their kind under `of`.
        expand: the paths.
        version: the API version whose fields the paths may name.

    Raises:
        StripeProblem: a path is too deep, or leads to something that can't be expanded.
    """
    is_list = found.get("object") in _LISTS
    if is_list:
        shown = {**found, "data": [view(state, each) for each in found["data"]]}
        kind = shown.pop("of")
    else:
        shown = view(state, found)
        kind = found.get("object", "")
    for path in expand:
        parts = path.split(".")
        _check(path, parts, kind, version, is_list=is_list)
        _Expansion(state, path, version).into(shown, parts)
    return shown


def _check(path: str, parts: list[str], kind: str, version: str, *, is_list: bool) -> None:
    if len(parts) > MAX_DEPTH:
        raise invalid(
            f"You cannot expand more than {MAX_DEPTH} levels of a property. Property: {path}",
            "expand",
        )
    if is_list:
        if parts[0] != "data":
            raise _refused(path, f" You may want to try expanding 'data.{path}' instead.")
        parts = parts[1:]
    if not parts or not can_expand(kind, parts, version):
        raise _refused(path)


def _refused(path: str, hint: str = "") -> StripeProblem:
    return invalid(f"This property cannot be expanded ({path}).{hint}", "expand")


class _Expansion:
    """One path that Stripe takes, on its way down."""

    def __init__(self, state: State, path: str, version: str) -> None:
        self._state = state
        self._path = path
        self._version = version

    def into(
        self, node: Json, parts: list[str], prefix: str = "", root: Json | None = None
    ) -> None:
        """Expand below `node`, which is the caller's own copy.

        Args:
            node: an object, a list, or a part of an object.
            parts: what is left of the path.
            prefix: where `node` is in its object.
            root: that object, where `node` is only a part of it.
        """
        root = root or node
        name, rest = parts[0], parts[1:]
        kind, place = root.get("object", ""), f"{prefix}{name}"
        rule = EXPANDABLE.get(kind, {}).get(place)
        before, of_older = older_value(self._state, root, place, self._version)
        if before:
            node[name] = self._object(before, of_older) if of_older else None
        elif rule is not None:
            node[name] = self._resolved(rule, root, node.get(name))
        elif isinstance(node.get(name), str):
            raise unsupported(f"to expand {self._path}")
        if rest:
            self._below(node, name, rest, "" if before or rule else f"{place}.", root)

    def _below(self, node: Json, name: str, rest: list[str], prefix: str, root: Json) -> None:
        """Go on through what is there: an object, a part of one, or several."""
        found = node.get(name)
        if isinstance(found, list):
            node[name] = copies = [dict(each) for each in found if isinstance(each, dict)]
            for each in copies:
                self._into_part(each, rest, prefix, root)
        elif isinstance(found, dict):
            node[name] = copy = dict(found)
            self._into_part(copy, rest, prefix, root)

    def _into_part(self, part: Json, rest: list[str], prefix: str, root: Json) -> None:
        own = not prefix or "object" in part
        self.into(part, rest, "" if own else prefix, None if own else root)

    def _resolved(self, rule: str | Included, root: Json, value: Any) -> Any:  # noqa: ANN401
        if not isinstance(rule, str):
            return self._included(rule, root, value)
        if isinstance(value, list):
            return [self._object(rule, each) for each in value]
        return self._object(rule, value) if value else value

    def _included(self, rule: Included, root: Json, value: Any) -> Any:  # noqa: ANN401
        found = value or rule(self._state, root)
        if isinstance(found, dict) and found.get("object") == "list":
            return {**found, "data": [view(self._state, each) for each in found["data"]]}
        return found

    def _object(self, kind: str, value: str | Json) -> str | Json:
        """The object behind an id; one that is gone is shown as deleted."""
        if isinstance(value, dict):
            return dict(value)
        object_id = id_of(value) or ""
        found = stored(self._state, kind, object_id)
        if found is not None:
            return view(self._state, found)
        if self._state.was_deleted(kind, object_id):
            return {"id": object_id, "object": kind, "deleted": True}
        return value
