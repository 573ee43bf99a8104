"""What was done from this desk, as rows of a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from portal_desk.models.actions import JournalEntry
from portal_desk.portal.document import Tone
from portal_desk.services.journal import Journal
from portal_desk.services.store import Store

MOST = 2_000
"""How many entries a panel shows."""


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One entry of the journal, with its customer's name."""

    entry: JournalEntry
    customer_name: str

    @property
    def id(self) -> int:
        """The journal's own number."""
        return self.entry.id


def read_rows(journal: Journal, store: Store, *, links: bool) -> list[JournalRow]:
    """The newest entries, links alone or everything; on a worker thread."""
    entries = [one for one in journal.recent(MOST) if one.kind == "link" or not links]
    names = _names(store, {one.customer for one in entries})
    return [JournalRow(one, names[one.customer]) for one in entries]


def state_words(state: str) -> str:
    """What a state of the journal means, in a word or two."""
    return {
        "sending": _tr("On its way"),
        "done": _tr("Done"),
        "failed": _tr("Refused"),
        "unknown": _tr("Outcome unknown"),
    }.get(state, state)


def state_tone(state: str) -> Tone:
    """The colour that goes with a state."""
    tones: dict[str, Tone] = {
        "sending": "info",
        "done": "positive",
        "failed": "critical",
        "unknown": "warning",
    }
    return tones.get(state, "neutral")


def state_sentence(state: str) -> str:
    """What a state of the journal means for the agent, a sentence."""
    return {
        "sending": _tr("It was sent, and the answer is not there yet."),
        "done": _tr("Stripe did it."),
        "failed": _tr("Stripe said no; nothing was changed."),
        "unknown": _tr("It was sent and no answer came: it may or may not have taken effect."),
    }.get(state, "")


def by_id(rows: Sequence[JournalRow]) -> dict[int, JournalRow]:
    """The rows by the journal's numbers."""
    return {row.id: row for row in rows}


def _names(store: Store, customers: Iterable[str]) -> dict[str, str]:
    found = {}
    for customer_id in customers:
        customer = store.object("customer", customer_id) or {}
        found[customer_id] = str(customer.get("name") or customer.get("email") or customer_id)
    return found


def _tr(text: str) -> str:
    return QCoreApplication.translate("Activity", text)
