"""stripe-python's own classes as a measure for answers: required fields, types and known values."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from decimal import Decimal
from inspect import get_annotations
from typing import ForwardRef, Literal, Union, get_args, get_origin

import stripe
from stripe import _object_classes

from portal_desk.models.json import Json

_PLAIN = {int: int, str: str, bool: bool, float: (int, float), Decimal: str}


def problems(found: Json) -> Iterator[str]:
    """What in an answer stripe-python would not expect."""
    yield from _object(found, _class_of(found), found.get("object", "?"))


def complaints(found: stripe.StripeObject) -> list[str]:
    """The same for what Stripe's client got, as it was sent."""
    assert found.last_response is not None
    return list(problems(json.loads(found.last_response.body)))


def _class_of(found: Json) -> type:
    return _object_classes.get_object_class("V1", found["object"])


def _object(found: Json, cls: type, path: str) -> Iterator[str]:
    fields = _fields(cls)
    for name, annotation in fields.items():
        here = f"{path}.{name}"
        if found.get(name) is not None:
            yield from _value(found[name], annotation, cls, here)
        elif type(None) not in _options(annotation):
            yield f"{here} is missing"
    if fields:
        for name in sorted(found.keys() - fields.keys()):
            yield f"{path}.{name} is none of Stripe's"


def _fields(cls: type) -> dict[str, object]:
    return {
        name: annotation
        for each in reversed(cls.__mro__)
        if each.__module__.startswith("stripe.") and each is not stripe.StripeObject
        for name, annotation in get_annotations(each).items()
        if not name.startswith("_") and name != "OBJECT_NAME"
    }


def _options(annotation: object) -> list[object]:
    if isinstance(annotation, str):
        return [ForwardRef(annotation)]
    if get_origin(annotation) is Union:
        return [option for each in get_args(annotation) for option in _options(each)]
    return [annotation]


def _value(value: object, annotation: object, cls: type, path: str) -> Iterator[str]:
    """The shortest list of complaints of any alternative."""
    options = [each for each in _options(annotation) if each is not type(None)]
    literals = [each for option in options for each in _literals(option)]
    if literals and not isinstance(value, (dict, list)):
        if value not in literals:
            yield f"{path} is {value!r}"
        return
    complaints = [list(_one(value, option, cls, path)) for option in options]
    yield from min(complaints, key=len, default=[])


def _literals(option: object) -> tuple[object, ...]:
    return get_args(option) if get_origin(option) is Literal else ()


def _one(value: object, option: object, cls: type, path: str) -> Iterator[str]:
    origin = get_origin(option)
    if option in _PLAIN:
        kind = _PLAIN[option]
        if not isinstance(value, kind) or (isinstance(value, bool) and option is not bool):
            yield f"{path} is {value!r}"
    elif origin is list:
        yield from _list(value, get_args(option)[0], cls, path)
    elif _is_list_object(option):
        for number, each in enumerate(value["data"]):
            yield from _value(each, get_args(option)[0], cls, f"{path}.data[{number}]")
    elif isinstance(option, ForwardRef):
        yield from _referred(value, option, path)
    elif isinstance(option, type) and isinstance(value, dict):
        yield from _object(value, option, path)


def _list(value: object, of: object, cls: type, path: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{path} is no list"
        return
    for number, each in enumerate(value):
        yield from _value(each, of, cls, f"{path}[{number}]")


def _referred(value: object, option: ForwardRef, path: str) -> Iterator[str]:
    """Another class of Stripe's, named only: the answer says itself which it is."""
    if not isinstance(value, dict):
        yield f"{path} is {value!r}"
    elif "object" in value:
        yield from _object(value, _class_of(value), path)
    else:
        named = getattr(sys.modules["stripe"], option.__forward_arg__, None)
        if named is not None:
            yield from _object(value, named, path)


_ONLY_WHEN_ASKED = {
    "plan": {"tiers"},
    "price": {"tiers", "currency_options"},
    "coupon": {"applies_to", "currency_options"},
    "billing_portal.configuration": {"features.subscription_update.products"},
}
"""Fields that Stripe's reference calls includable, which the classes don't tell."""


def expandable(kind: str) -> set[str]:
    """The paths that stripe-python's class of a kind can hold an object or an id at."""
    cls = _object_classes.get_object_class("V1", kind)
    return set(_expandable(cls, "")) | _ONLY_WHEN_ASKED.get(kind, set())


def _expandable(cls: type, prefix: str) -> Iterator[str]:
    for name, annotation in _fields(cls).items():
        place = f"{prefix}{name}"
        options = [*_options(annotation), *_entries(annotation)]
        named = any(isinstance(each, ForwardRef) for each in options)
        listed = any(_is_list_object(each) for each in options)
        if listed or (named and str in options):
            yield place
        for each in options:
            if isinstance(each, type) and issubclass(each, stripe.StripeObject):
                yield from _expandable(each, f"{place}.")


def _entries(annotation: object) -> list[object]:
    """What the lists among the alternatives hold."""
    lists = (each for each in _options(annotation) if get_origin(each) is list)
    return [option for each in lists for option in _options(get_args(each)[0])]


def _is_list_object(option: object) -> bool:
    return getattr(get_origin(option), "__name__", "") == "ListObject"
