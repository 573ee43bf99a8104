"""What each endpoint takes, checked against stripe-python's own request types.

Stripe refuses what it doesn't know, names what is missing and turns every leaf, which a form
carries as a string, into its type. The request types are imported when they are first needed.
"""

from __future__ import annotations

import importlib
import re
import types
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin

import typing_extensions

from portal_desk.models.json import Json
from portal_desk.sandbox.currencies import check_currency
from portal_desk.sandbox.problems import StripeProblem, invalid

_INDEX = re.compile(r"[0-9]{1,4}")
_INTEGER = re.compile(r"-?[0-9]{1,18}")


def check(request_type: str, raw: Json) -> Json:
    """Check the decoded form `raw` against a request type and return the typed parameters.

    Args:
        request_type: the name in `stripe.params`, such as `billing_portal.SessionCreateParams`.
        raw: nested dictionaries, lists and strings from `form.decode`.

    Raises:
        StripeProblem: an unknown or missing parameter, or a value that can't be read.
    """
    return _object(_request_type(request_type), raw, "")


@cache
def _request_type(name: str) -> Any:  # noqa: ANN401 - a TypedDict, which no type describes
    package, _, class_name = f"stripe.params.{name}".rpartition(".")
    return getattr(importlib.import_module(package), class_name)


@cache
def _fields(request_type: Any) -> dict[str, tuple[Any, bool]]:  # noqa: ANN401 - a TypedDict
    """Each parameter's type and whether it must be there; stripe-python's own options left out."""
    options = importlib.import_module("stripe._request_options")
    names = vars(importlib.import_module(request_type.__module__))
    known = {**vars(options), **names, "StripeContext": object}
    hints = typing_extensions.get_type_hints(request_type, known)
    own = hints.keys() - options.RequestOptions.__annotations__.keys()
    return {name: (hints[name], name in request_type.__required_keys__) for name in own}


def _object(request_type: Any, raw: Any, path: str) -> Json:  # noqa: ANN401 - a type, a form's value
    if not isinstance(raw, dict):
        raise invalid("Invalid object", path)
    fields = _fields(request_type)
    _refuse_unknown([_join(path, name) for name in raw if name not in fields])
    for name, (_, required) in sorted(fields.items()):
        if required and name not in raw:
            _refuse_missing(_join(path, name))
    return {name: _value(fields[name][0], value, _join(path, name)) for name, value in raw.items()}


def _join(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name


def _refuse_unknown(names: list[str]) -> None:
    if names:
        plural = "s" if len(names) > 1 else ""
        message = f"Received unknown parameter{plural}: {', '.join(names)}"
        raise invalid(message, names[0], "parameter_unknown")


def _refuse_missing(name: str) -> None:
    raise invalid(f"Missing required param: {name}.", name, "parameter_missing")


def _value(annotation: Any, raw: Any, path: str) -> Any:  # noqa: ANN401 - types and values of any kind
    """`raw` as the type that `annotation` says."""
    options = _options(annotation)
    if raw == "":
        return _empty(options, path)
    if isinstance(raw, (dict, list)):
        return _nested(options, raw, path)
    return _leaf(options, raw, path)


def _options(annotation: Any) -> list[Any]:  # noqa: ANN401 - a type
    """The alternatives of a type, nested unions flattened."""
    if get_origin(annotation) in (Union, types.UnionType):
        return [option for each in get_args(annotation) for option in _options(each)]
    return [annotation]


def _literals(options: list[Any]) -> list[Any]:
    return [
        value
        for option in options
        if get_origin(option) is Literal
        for value in get_args(option)
        if value != ""
    ]


def _empty(options: list[Any], path: str) -> str:
    """An empty string unsets a parameter where its type says so, and clears plain text."""
    clears = any(get_origin(each) is Literal and "" in get_args(each) for each in options)
    if clears or (str in options and not _literals(options)) or _is_map(options):
        return ""
    raise invalid(
        f"You passed an empty string for '{path}'. We assume empty values are an attempt to unset a "
        f"parameter; however '{path}' cannot be unset. You should remove '{path}' from your request "
        "or supply a non-empty value.",
        path,
        "parameter_invalid_empty",
    )


def _is_map(options: list[Any]) -> bool:
    return any(get_origin(each) is dict for each in options)


def _nested(options: list[Any], raw: Any, path: str) -> Any:  # noqa: ANN401 - a form's value
    if Any in options:
        return raw
    for option in options:
        if get_origin(option) is list:
            entries = _entries(raw)
            if entries is not None:
                of = get_args(option)[0]
                return [_value(of, each, f"{path}[{i}]") for i, each in enumerate(entries)]
    for option in options:
        if typing_extensions.is_typeddict(option):
            return _object(option, raw, path)
        if get_origin(option) is dict and isinstance(raw, dict):
            of = get_args(option)[1]
            return {name: _value(of, each, _join(path, name)) for name, each in raw.items()}
    expected = "array" if any(get_origin(each) is list for each in options) else "string"
    raise invalid(f"Invalid {expected}: {_shown(raw)}", path)


def _shown(raw: Any) -> str:  # noqa: ANN401 - a form's value
    return str(raw).replace("'", '"')


def _entries(raw: Any) -> list[Any] | None:  # noqa: ANN401 - a form's value
    """The entries of a list, given as one or as a dictionary with numbers for keys."""
    if isinstance(raw, list):
        return raw
    if isinstance(raw, dict) and all(_INDEX.fullmatch(key) for key in raw):
        return [raw[key] for key in sorted(raw, key=int)]
    return None


def _leaf(options: list[Any], raw: str, path: str) -> Any:  # noqa: ANN401 - the type's own value
    literals = _literals(options)
    if raw in literals:
        return raw
    problem: StripeProblem | None = None
    for option in options:
        if read := _READERS.get(option):
            try:
                return read(raw)
            except (ValueError, InvalidOperation):
                problem = problem or _unreadable(option, raw, path)
    if literals:
        raise _not_one_of(literals, path)
    if problem:
        raise problem
    if str in options or Any in options or object in options:
        if path.rpartition("[")[2].rstrip("]") == "currency":
            check_currency(raw, path)
        return raw
    expected = "array" if any(get_origin(each) is list for each in options) else "object"
    raise invalid(f"Invalid {expected}", path)


def _unreadable(option: Any, raw: str, path: str) -> StripeProblem:  # noqa: ANN401 - a type
    word = {bool: "boolean", float: "decimal", Decimal: "decimal"}.get(option, "integer")
    code = "parameter_invalid_integer" if word == "integer" else None
    return invalid(f"Invalid {word}: {raw}", path, code)


def _not_one_of(literals: list[Any], path: str) -> StripeProblem:
    *most, last = [str(each) for each in literals]
    choices = f"{', '.join(most)}, or {last}" if len(most) > 1 else " or ".join([*most, last])
    return invalid(f"Invalid {path}: must be one of {choices}", path)


def _boolean(raw: str) -> bool:
    """`True` is what older versions of stripe-python send."""
    if raw.lower() not in {"true", "false"}:
        raise ValueError(raw)
    return raw.lower() == "true"


def _integer(raw: str) -> int:
    if not _INTEGER.fullmatch(raw):
        raise ValueError(raw)
    return int(raw)


def _decimal(raw: str) -> str:
    if not Decimal(raw).is_finite():
        raise ValueError(raw)
    return raw


_READERS: dict[Any, Callable[[str], Any]] = {
    bool: _boolean,
    int: _integer,
    datetime: _integer,
    float: lambda raw: float(_decimal(raw)),
    Decimal: _decimal,
}
