"""Idempotency keys: a request that is sent twice takes effect once.

Stripe keeps what a key's first request was answered with, errors included, once the endpoint began
its work; not where parameters are refused or another request is in the way
(https://docs.stripe.com/api/idempotent_requests).
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from itertools import takewhile

from portal_desk.sandbox.problems import StripeProblem
from portal_desk.sandbox.state import State

KEPT = 24 * 3600
"""How long an answer can be replayed, in seconds."""
MAX_LENGTH = 255
_KIND = "sandbox.replay"


@dataclass(frozen=True)
class Answer:
    """What a request was answered with.

    Attributes:
        status: the HTTP status.
        body: the JSON text.
        request_id: of the request that did the work.
    """

    status: int
    body: bytes
    request_id: str


class Replays:
    """The answers that can be replayed, by API key and idempotency key.

    Args:
        state: where they are kept, with everything else.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._in_progress: dict[str, list[str]] = {}

    def begin(
        self, api_key: str, name: str, request: tuple[str, str, bytes], now: int
    ) -> Answer | None:
        """Note that a request begins, or give the answer that it was given before.

        Args:
            api_key: whose request it is.
            name: the idempotency key.
            request: its method, path and parameters.
            now: seconds UTC.

        Raises:
            StripeProblem: the key is too long, belongs to another request, or is in progress.
        """
        if len(name) > MAX_LENGTH:
            raise _refusal(400, f"The idempotency key is longer than {MAX_LENGTH} characters.")
        self._forget(now)
        key, same = _id(api_key, name), _fingerprint(*request)
        kept = self._state.get(_KIND, key)
        first = self._in_progress.get(key) or (kept and kept["request"])
        if not first:
            self._in_progress[key] = same
            return None
        if first != same:
            raise _mismatch(first, same, name)
        if kept is None:
            raise _refusal(
                409,
                "There is currently another in-progress request using this Idempotent Key (that "
                "probably means you submitted twice, and the other request is still going through): "
                f"{name}. Please try again later.",
            )
        return Answer(kept["status"], kept["body"].encode(), kept["request_id"])

    def finish(self, api_key: str, name: str, answer: Answer) -> None:
        """Keep the answer of a request that began, together with what it did."""
        key = _id(api_key, name)
        self._state.create(
            {
                "id": key,
                "object": _KIND,
                "created": self._state.now(),
                "request": self._in_progress.pop(key),
                "status": answer.status,
                "body": answer.body.decode(),
                "request_id": answer.request_id,
            }
        )

    def give_up(self, api_key: str, name: str) -> None:
        """Forget a request that did nothing: it may be sent again."""
        self._in_progress.pop(_id(api_key, name), None)

    def _forget(self, now: int) -> None:
        oldest = self._state.kind(_KIND).values()
        for old in takewhile(lambda each: now - each["created"] > KEPT, oldest):
            self._state.forget(_KIND, old["id"])


def _id(api_key: str, name: str) -> str:
    return f"{api_key} {name}"


def _fingerprint(method: str, path: str, params: bytes) -> list[str]:
    """What tells requests apart; their parameters may hold a card's number, which nobody keeps."""
    return [method, path, sha256(params).hexdigest()]


def _mismatch(first: list[str], now: list[str], name: str) -> StripeProblem:
    only = (
        "with the same parameters they were first used with"
        if first[:2] == now[:2]
        else f"for the same endpoint they were first used for ('{now[1]}' vs '{first[1]}')"
    )
    return _refusal(
        400,
        f"Keys for idempotent requests can only be used {only}. Try using a key other than "
        f"'{name}' if you meant to execute a different request.",
    )


def _refusal(status: int, message: str) -> StripeProblem:
    code = "idempotency_key_in_use" if status == 409 else None  # noqa: PLR2004 - Conflict
    return StripeProblem(status, "idempotency_error", code, message)
