"""Which paths `expand` takes: those on which stripe-python's own classes can hold an object.

A path is judged by what could be there, not by what is: a misspelt one is refused on an empty list
and below a null too. What only older versions had, `older_fields` knows. The classes are imported
when they are first needed.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from functools import cache
from inspect import get_annotations, isclass
from typing import Any, ForwardRef, Union, get_args, get_origin

from portal_desk.sandbox.older_fields import older_kind
from portal_desk.sandbox.versions import API_VERSION


def can_expand(kind: str, parts: Sequence[str], version: str = API_VERSION) -> bool:
    """Whether a path can lead to an object.

    Args:
        kind: of the object that the path begins at, such as `customer`.
        parts: the path.
        version: the API version; what objects name in that one alone counts too.
    """
    return _step(_class_of(kind), tuple(parts), version)


def _step(cls: type, parts: tuple[str, ...], version: str) -> bool:
    name, *rest = parts
    before = older_kind(getattr(cls, "OBJECT_NAME", ""), name, version)
    if before:
        return _leads(_class_of(before), tuple(rest), cls, version)
    options = _options(_fields(cls).get(name))
    return any(_leads(option, tuple(rest), cls, version) for option in options)


def _leads(option: Any, rest: tuple[str, ...], owner: type, version: str) -> bool:  # noqa: ANN401
    """Whether something of a type can be expanded along the rest of a path."""
    origin, within = get_origin(option), get_args(option)
    if _is(origin, "ListObject"):
        if rest[:1] not in ((), ("data",)):
            return False
        return not rest[1:] or _leads(within[0], rest[1:], owner, version)
    if origin is list:
        return any(_leads(each, rest, owner, version) for each in _options(within[0]))
    if _is(origin, "UntypedStripeObject"):
        return not rest and isclass(within[0]) and _is(within[0].__base__, "StripeObject")
    cls = _named(option.__forward_arg__, owner) if isinstance(option, ForwardRef) else option
    if not (isclass(cls) and any(_is(each, "StripeObject") for each in cls.__mro__)):
        return False
    return not rest or _step(cls, rest, version)


def _is(cls: Any, name: str) -> bool:  # noqa: ANN401 - a class, if it is one
    return getattr(cls, "__name__", None) == name


@cache
def _fields(cls: type) -> dict[str, Any]:
    """A class's annotations and those of its bases, as they are written."""
    mine = (each for each in reversed(cls.__mro__) if each.__module__.startswith("stripe."))
    return {name: kind for each in mine for name, kind in get_annotations(each).items()}


def _options(annotation: Any) -> Iterator[Any]:  # noqa: ANN401 - a type
    if get_origin(annotation) is Union:
        for each in get_args(annotation):
            yield from _options(each)
    elif isinstance(annotation, str):
        yield ForwardRef(annotation)
    else:
        yield annotation


@cache
def _classes() -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = importlib.import_module(
        "stripe._object_classes"
    ).OBJECT_CLASSES
    return found


@cache
def _class_of(kind: str) -> type:
    module, name = _classes()[kind]
    found: type = getattr(importlib.import_module(module), name)
    return found


@cache
def _named(name: str, owner: type) -> type | None:
    """The class that another one names: one of the same package, or of the whole library."""
    package = owner.__module__.rpartition(".")[0]
    name = name.removesuffix("Resource")  # an alias, where a class has a part of the same name
    near = [module for module, each in _classes().values() if each == name]
    near.sort(key=lambda module: module.rpartition(".")[0] not in {package, "stripe"})
    if not near:
        return None
    module = near[0]
    found: type = getattr(importlib.import_module(module), name)
    return found
