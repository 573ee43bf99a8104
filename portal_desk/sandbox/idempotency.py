"""Idempotency keys: a request that is sent twice takes effect once.

Stripe keeps what a key's first request was answered with, errors included, once the endpoint began
its work; not where parameters are refused or another request is in the way
(https://docs.stripe.com/api/idempotent_requests).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from portal_desk.sandbox.problems import StripeProblem

KEPT = 24 * 3600
"""How long an answer can be replayed, in seconds."""
MAX_LENGTH = 255


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


@dataclass
class _Entry:
    request: tuple[str, str, bytes]
    at: int
    answer: Answer | None = None


@dataclass
class Replays:
    """The answers that can be replayed, by API key and idempotency key."""

    _entries: dict[tuple[str, str], _Entry] = field(default_factory=dict)

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
        entry = self._entries.get((api_key, name))
        if entry is None:
            self._entries[api_key, name] = _Entry(request, now)
            return None
        if entry.request != request:
            raise _mismatch(entry.request, request, name)
        if entry.answer is None:
            raise _refusal(
                409,
                "There is currently another in-progress request using this Idempotent Key (that "
                "probably means you submitted twice, and the other request is still going through): "
                f"{name}. Please try again later.",
            )
        return entry.answer

    def finish(self, api_key: str, name: str, answer: Answer) -> None:
        """Keep the answer of a request that began."""
        self._entries[api_key, name].answer = answer

    def give_up(self, api_key: str, name: str) -> None:
        """Forget a request that did nothing: it may be sent again."""
        self._entries.pop((api_key, name), None)

    def _forget(self, now: int) -> None:
        old = [name for name, entry in self._entries.items() if now - entry.at > KEPT]
        for name in old:
            del self._entries[name]


def _mismatch(
    first: tuple[str, str, bytes], now: tuple[str, str, bytes], name: str
) -> StripeProblem:
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
