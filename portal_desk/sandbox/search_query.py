"""Stripe's search query language. https://docs.stripe.com/search#search-query-language

Clauses `field:"value"` follow one another with or without AND, or with OR; the two don't mix. What
a clause can compare depends on its field: a token is equal or not, a string can hold words or a
part of a word, a number can be less or greater; any can be null.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any, Literal, TypeAlias

from portal_desk.models.json import Json, invoice_subscription
from portal_desk.sandbox.problems import StripeProblem, invalid

Type: TypeAlias = Literal["token", "string", "numeric"]

_MAX_CLAUSES = 10
_MIN_SUBSTRING = 3


def _fields(*, tokens: str = "", strings: str = "", numbers: str = "") -> dict[str, Type]:
    types: tuple[tuple[Type, str], ...] = (
        ("token", tokens),
        ("string", strings),
        ("numeric", numbers),
    )
    return {name: type_ for type_, names in types for name in names.split()}


_CARD_FIELDS = " ".join(
    f"payment_method_details.{source}.{name}"
    for source in ("card", "card_present", "interac_present")
    for name in ("brand", "exp_month", "exp_year", "fingerprint", "last4")
)
FIELDS: dict[str, dict[str, Type]] = {
    "charge": _fields(
        tokens="billing_details.address.postal_code currency customer disputed metadata refunded "
        f"status {_CARD_FIELDS}",
        numbers="amount created",
    ),
    "customer": _fields(tokens="metadata", strings="email name phone", numbers="created"),
    "invoice": _fields(
        tokens="currency customer last_finalization_error_code last_finalization_error_type metadata",
        strings="number receipt_number status subscription",
        numbers="created total",
    ),
    "payment_intent": _fields(tokens="currency customer metadata status", numbers="amount created"),
    "price": _fields(tokens="active currency metadata type", strings="lookup_key product"),
    "product": _fields(tokens="active metadata shippable", strings="description name url"),
    "subscription": _fields(tokens="metadata status", numbers="canceled_at created"),
}
"""What can be searched for in each kind, and how.

https://docs.stripe.com/search#supported-query-fields-for-each-resource
"""

_OPERATORS: dict[Type, str] = {"token": ":", "string": ":~", "numeric": ":=<=>="}
_NUMERIC: dict[str, Callable[[int, int], bool]] = {
    ":": operator.eq,
    "=": operator.eq,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}

_CLAUSE = re.compile(
    r"""(?P<negated>-)?(?P<field>[a-z_0-9.]+)(?:\[(?P<bracket>["'])(?P<key>.+?)(?P=bracket)\])?"""
    r"""(?P<operator><=|>=|[:~<>=])"""
    r"""(?:(?P<quote>["'])(?P<text>(?:\\.|(?!(?P=quote))[^\\])*)(?P=quote)"""
    r"""|(?P<number>-?[0-9]+)|(?P<null>(?i:null)))"""
)
_JOIN = re.compile(r"\s+(?:(?P<word>AND|OR)\s+)?", re.IGNORECASE)
_ESCAPED = re.compile(r"\\(.)")


@dataclass(frozen=True)
class _Clause:
    """One condition.

    Attributes:
        field: the name of what is compared.
        read: gives what is compared.
        type: what that is.
        operator: how it is compared.
        value: with what; None where it must be empty.
        negated: whether it must not hold.
    """

    field: str
    read: Callable[[Json], Any]
    type: Type
    operator: str
    value: str | None
    negated: bool

    def holds(self, found: Json) -> bool:
        return self._compares(self.read(found)) != self.negated

    def _compares(self, value: Any) -> bool:  # noqa: ANN401 - a field of any kind
        if value is None or self.value is None:
            return value is None and self.value is None
        if self.type == "numeric":
            return _NUMERIC[self.operator](int(value), int(self.value))
        own, wanted = _plain(value), self.value.casefold()
        if self.operator == "~":
            return wanted in own
        return own == wanted if self.type == "token" else _has_words(own.split(), wanted.split())


@dataclass(frozen=True)
class Query:
    """Clauses, of which all must hold, or any."""

    clauses: tuple[_Clause, ...]
    is_any: bool

    def matches(self, found: Json) -> bool:
        """Whether an object is what the query looks for."""
        holding = (clause.holds(found) for clause in self.clauses)
        return any(holding) if self.is_any else all(holding)

    def required(self, field: str) -> str | None:
        """The one value that a field must have to match, if the query asks for one."""
        if self.is_any and len(self.clauses) > 1:
            return None
        asked = (each for each in self.clauses if each.field == field and not each.negated)
        return next((each.value for each in asked if each.operator == ":"), None)


def parse(query: str, kind: str) -> Query:
    """Read a query for objects of a kind.

    Raises:
        StripeProblem: 400, the query can't be read, or its fields can't be compared like that.
    """
    clauses: list[_Clause] = []
    words: set[str] = set()
    text, at = query.strip(), 0
    while True:
        found = _CLAUSE.match(text, at)
        if not found:
            raise _unreadable()
        clauses.append(_clause(found, kind))
        if found.end() == len(text):
            break
        joint = _JOIN.match(text, found.end())
        if not joint:
            raise _unreadable()
        words.add((joint["word"] or "AND").upper())
        at = joint.end()
    if len(words) > 1:
        raise _refused("You can't combine AND and OR in the same query.")
    if len(clauses) > _MAX_CLAUSES:
        raise _refused(f"A query can have {_MAX_CLAUSES} clauses at most.")
    return Query(tuple(clauses), is_any="OR" in words)


def _clause(found: re.Match[str], kind: str) -> _Clause:
    field, key = found["field"], found["key"]
    type_ = FIELDS[kind].get(field)
    if type_ is None:
        raise _unsupported(field, kind)
    if (field == "metadata") != bool(key):
        raise _unreadable()
    text = None if found["null"] else found["number"]
    if found["quote"]:
        text = _ESCAPED.sub(r"\1", found["text"])
    _check(field, type_, found["operator"], text)
    read = _reader(kind, field, key)
    return _Clause(field, read, type_, found["operator"], text, bool(found["negated"]))


def _check(field: str, type_: Type, sign: str, text: str | None) -> None:
    """Refuse what a field of this type can't be compared with."""
    if sign not in _OPERATORS[type_] or (text is None and sign != ":"):
        raise _refused(f"Field `{field}` is a {type_} and does not support the operator `{sign}`.")
    if sign == "~" and text is not None and len(text) < _MIN_SUBSTRING:
        raise _refused(f"Substrings must be a minimum of {_MIN_SUBSTRING} characters: `{text}`.")
    if type_ == "numeric" and text is not None and not re.fullmatch(r"-?[0-9]{1,18}", text):
        raise _refused(f"Field `{field}` is numeric and can't be compared with `{text}`.")


def _reader(kind: str, field: str, key: str | None) -> Callable[[Json], Any]:
    """What gives a field of an object of a kind."""
    if key is not None:
        return lambda found: (found["metadata"] or {}).get(key)
    if special := _SPECIAL.get((kind, field)):
        return special
    steps = field.replace("_error_", "_error.").split(".")
    return lambda found: reduce(_step, steps, found)


def _step(value: Any, name: str) -> Any:  # noqa: ANN401 - JSON
    return value.get(name) if isinstance(value, dict) else None


def _refunded(charge: Json) -> bool | None:
    """Whether a charge was refunded in full rather than in part; None where it wasn't at all."""
    return bool(charge["refunded"]) if charge["amount_refunded"] else None


_SPECIAL: dict[tuple[str, str], Callable[[Json], Any]] = {
    ("charge", "refunded"): _refunded,
    ("invoice", "subscription"): invoice_subscription,
}


def _plain(value: Any) -> str:  # noqa: ANN401 - a field of any kind
    return str(value).casefold()


def _has_words(own: list[str], wanted: list[str]) -> bool:
    """Whether a text has all the words, in the same order and without others between them."""
    starts = range(len(own) - len(wanted) + 1)
    return bool(wanted) and any(own[at : at + len(wanted)] == wanted for at in starts)


def _refused(message: str) -> StripeProblem:
    return invalid(message, "query")


def _unreadable() -> StripeProblem:
    return _refused(
        'We were unable to parse your search query. Try using the format `metadata["key"]:"value"` '
        'to query for metadata or key:"value" to query for other fields.'
    )


def _unsupported(field: str, kind: str) -> StripeProblem:
    plural = f"{kind}s"
    return _refused(
        f"Field `{field}` is an unsupported search field for resource `{plural}`. See "
        f"http://stripe.com/docs/search#query-fields-for-{plural.replace('_', '-')} for a list of "
        "supported fields."
    )
