"""Stripe's form encoding: `items[0][price]=…`, `expand[]=…` and plain names, into nested values."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

from portal_desk.models.json import Json
from portal_desk.sandbox.problems import invalid

_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_MAX_FIELDS = 5000
_MAX_DEPTH = 20


def decode(text: str) -> Json:
    """Decode a query string or a form body.

    Every leaf is still a string; `a[]` makes a list, `a[0]` a dictionary with the key `"0"`: only
    the parameter's type tells whether that is a list.

    Raises:
        StripeProblem: a name can't be read, or is used in two ways.
    """
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MAX_FIELDS, errors="strict")
    except ValueError as error:
        raise invalid(f"Invalid request: {error}") from error
    decoded: Json = {}
    for name, value in pairs:
        found = _NAME.fullmatch(name)
        if not found:
            raise invalid(f"Invalid parameter name: {name}", name)
        steps = [found[1], *re.findall(r"\[([^\[\]]*)\]", found[2])]
        if len(steps) > _MAX_DEPTH:
            raise invalid(f"Invalid parameter: more than {_MAX_DEPTH} levels deep", found[1])
        _put(decoded, steps, value, name)
    return decoded


def _put(into: Json, steps: list[str], value: str, name: str) -> None:
    """Put `value` where `steps` lead, making what is missing on the way."""
    first, *rest = steps
    if not rest:
        if isinstance(into.get(first), (dict, list)):
            raise invalid(f"Invalid parameter: {name} is used in two ways", name)
        into[first] = value
    elif rest[0] == "":
        _append(_child(into, first, list, name), rest[1:], value, name)
    else:
        _put(_child(into, first, dict, name), rest, value, name)


def _append(into: list[Any], steps: list[str], value: str, name: str) -> None:
    """Add to a list; `a[][b]=1&a[][c]=2` fills one entry until a name repeats."""
    if not steps:
        into.append(value)
        return
    if not into or not isinstance(into[-1], dict) or steps[0] in into[-1]:
        into.append({})
    _put(into[-1], steps, value, name)


def _child(into: Json, step: str, kind: type[Any], name: str) -> Any:  # noqa: ANN401 - a dict or list
    child = into.setdefault(step, kind())
    if not isinstance(child, kind):
        raise invalid(f"Invalid parameter: {name} is used in two ways", name)
    return child
