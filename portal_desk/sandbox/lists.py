"""Pages of lists: newest first, with cursors, `created` filters and has_more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from portal_desk.models.json import Json
from portal_desk.sandbox.call import KIND_NAMES, Call
from portal_desk.sandbox.order import Range
from portal_desk.sandbox.problems import invalid, missing

DEFAULT_LIMIT = 10
MAX_LIMIT = 100


def page(
    call: Call,
    kind: str,
    *,
    keep: Callable[[Json], bool] | None = None,
    oldest: int | None = None,
    **fields: str | bool | list[str] | None,
) -> Json:
    """The page of a kind that the call's parameters ask for.

    Args:
        call: its `limit`, `starting_after`, `ending_before` and `created` are honoured.
        kind: what to list.
        keep: a further condition.
        oldest: leave out what was created before (seconds UTC).
        fields: top-level fields that must have these values, or one of a list; None means no
            condition.
    """
    wanted = {name: value for name, value in fields.items() if value is not None}
    matching = (
        found
        for found in _walk(call, kind, wanted, oldest)
        if all(_fits(found.get(name), value) for name, value in wanted.items())
        and (keep is None or keep(found))
    )
    return _listed(call, matching, kind)


def _fits(value: Any, wanted: str | bool | list[str]) -> bool:  # noqa: ANN401 - any field's
    return value in wanted if isinstance(wanted, list) else bool(value == wanted)


def page_of(call: Call, entries: list[Json], kind: str) -> Json:
    """The page of a short list of a kind, given whole in the order it is shown in."""
    after, before = _cursors(call.params)
    ids = [each["id"] for each in entries]
    for param, cursor in (("starting_after", after), ("ending_before", before)):
        if cursor is not None and cursor not in ids:
            raise missing("object", cursor, param)
    if after is not None:
        entries = entries[ids.index(after) + 1 :]
    if before is not None:
        entries = entries[: ids.index(before)][::-1]
    return _listed(call, iter(entries), kind)


def nested(entries: list[Json], url: str, limit: int = DEFAULT_LIMIT) -> Json:
    """A list inside an object: its first page, which says whether there is more."""
    return {
        "object": "list",
        "data": entries[:limit],
        "has_more": len(entries) > limit,
        "url": url,
    }


def limit_of(params: Json) -> int:
    """The page size asked for, 10 where none is.

    Raises:
        StripeProblem: it is not in 1..100.
    """
    limit: int = params.get("limit", DEFAULT_LIMIT)
    for wrong, word, bound in (
        (limit > MAX_LIMIT, "less", MAX_LIMIT),
        (limit < 1, "greater", 1),
    ):
        if wrong:
            message = f"This value must be {word} than or equal to {bound}."
            raise invalid(message, "limit", "parameter_invalid_integer")
    return limit


def _listed(call: Call, matching: Iterator[Json], kind: str) -> Json:
    """A page, which names under `of` what it is a list of: an empty one says nothing else of it."""
    limit = limit_of(call.params)
    data = list(islice(matching, limit + 1))
    entries = data[:limit]
    if "ending_before" in call.params:
        entries.reverse()
    more = len(data) > limit
    return {"object": "list", "data": entries, "has_more": more, "url": call.path, "of": kind}


def _cursors(params: Json) -> tuple[str | None, str | None]:
    after, before = params.get("starting_after"), params.get("ending_before")
    if after is not None and before is not None:
        raise invalid(
            "You may only specify one of these parameters: ending_before, starting_after.",
            "ending_before",
        )
    return after, before


def _walk(call: Call, kind: str, fields: Mapping[str, Any], oldest: int | None) -> Iterator[Json]:
    """What comes behind the call's cursor, nearest to it first."""
    after, before = _cursors(call.params)
    param, cursor = ("ending_before", before) if before is not None else ("starting_after", after)
    beyond = None
    if cursor is not None:
        beyond = call.state.shelf.place(kind, cursor)
        if beyond is None:
            raise missing(KIND_NAMES.get(kind, kind), cursor, param)
    low, high = _created(call.params.get("created"))
    low = max(filter(None, (low, oldest)), default=None)
    within = Range(oldest=low, newest=high).narrowed(fields)
    first, down = limit_of(call.params) + 1, before is None
    found = call.state.walk(
        kind, within, beyond=beyond, newest_first=down, first=first, to_show=True
    )
    return (each for _, each in found)


def _created(created: int | Json | None) -> tuple[int | None, int | None]:
    """The bounds of `created`, both inclusive (seconds UTC)."""
    if created is None:
        return None, None
    if isinstance(created, int):
        return created, created
    lows = [created[name] + step for name, step in (("gte", 0), ("gt", 1)) if name in created]
    highs = [created[name] - step for name, step in (("lte", 0), ("lt", 1)) if name in created]
    return max(lows, default=None), min(highs, default=None)
