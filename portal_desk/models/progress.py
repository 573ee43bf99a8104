"""How far the sync is: one line of JSON each on the sync process's output."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Literal

Phase = Literal["backfill", "tail", "verify", "verified", "waiting", "failed"]


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the sync stands.

    Attributes:
        phase: `backfill` reads everything, `tail` follows events, `verify` compares everything, `verified` is done with
            that, `waiting` tries again later (`message` says why), `failed` has stopped.
        kind: the kind of object that is being read, a table's name; empty where no list is read.
        done: objects of that kind so far; in the tail, the events of this poll; of a verification that is over, the
            rows that were not as they are at Stripe.
        total: how many there are, or None where Stripe doesn't say.
        at: seconds UTC.
        message: what is wrong and what to do, for people.
        reason: what is wrong in a few words, such as "Offline".
    """

    phase: Phase
    kind: str
    done: int
    total: int | None
    at: int
    message: str = ""
    reason: str = ""

    def to_json(self) -> str:
        """One line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, line: str | bytes) -> Progress:
        """Read a line that `to_json` wrote.

        Raises:
            ValueError: the line is something else.
        """
        fields = json.loads(line)
        if not isinstance(fields, dict) or fields.keys() != cls.__dataclass_fields__.keys():
            msg = "not a line of progress"
            raise ValueError(msg)
        return cls(**fields)
