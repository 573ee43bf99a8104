"""Parameters of an update turned into changes of a stored object."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from portal_desk.models.json import Json
from portal_desk.sandbox.problems import unsupported


def merged_metadata(current: Json | None, given: Json | str) -> Json:
    """Metadata after an update: empty values take their keys away, an empty whole takes all."""
    if given == "" or not isinstance(given, dict):
        return {}
    both = {**(current or {}), **given}
    return {name: value for name, value in both.items() if value != ""}


def cleared(value: Any) -> Any:  # noqa: ANN401 - a parameter of any kind
    """What is stored for a parameter: null where it was sent empty, all the way down."""
    if value == "":
        return None
    if isinstance(value, dict):
        return {name: cleared(each) for name, each in value.items()}
    return value


def plain_changes(params: Json, names: Iterable[str], current: Json | None = None) -> Json:
    """Changes of the fields `names` that are stored as they are given, and of metadata."""
    changes = {name: cleared(params[name]) for name in names if name in params}
    if "metadata" in params:
        changes["metadata"] = merged_metadata((current or {}).get("metadata"), params["metadata"])
    return changes


def over(current: Json | None, given: Json | None, empty: Json) -> Json:
    """A nested object after an update: what was given, over what was there, every field present."""
    return {**empty, **(current or {}), **(cleared(given) or {})}


def only(params: Json, *names: str) -> None:
    """Refuse parameters that Stripe takes and the sandbox would do nothing with.

    Raises:
        StripeProblem: there is one.
    """
    for name in sorted(params.keys() - set(names)):
        raise unsupported(f"the parameter '{name}' here")


def matches(value: int | None, wanted: int | Json | None) -> bool:
    """Whether a time is within a filter such as `{"gte": …, "lt": …}` (seconds UTC)."""
    if wanted is None:
        return True
    if value is None:
        return False
    if isinstance(wanted, int):
        return value == wanted
    compare = {"gt": value.__gt__, "gte": value.__ge__, "lt": value.__lt__, "lte": value.__le__}
    return all(bool(compare[name](bound)) for name, bound in wanted.items())
