"""Which permission a key was found to lack.

Stripe has no endpoint that lists a key's permissions, and says nowhere that it checks them before it checks
parameters: whether a key may change something shows only when a change is tried. So nothing is tried for the sake of
knowing; the first refusal names the permission, the journal keeps it, and it is told ahead of the next attempt.
https://docs.stripe.com/keys/restricted-api-keys
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from portal_desk.services.dates import date

if TYPE_CHECKING:
    from portal_desk.models.actions import JournalEntry

ADD_IT = "Edit the key in the Stripe Dashboard (Developers, API keys) and add it, unless that was done since."

CHANGES = frozenset({"cancel", "resume", "switch"})
"""What takes the permission to write subscriptions, as the journal names it."""

LINKS = frozenset({"link"})
"""What takes the permission to write to the customer portal."""

_PERMISSION = re.compile(r"\brak_\w+")


def permission_in(words: str) -> str | None:
    """The permission that Stripe's words name, such as `rak_customer_portal_write`."""
    found = _PERMISSION.search(words)
    return found[0] if found else None


def last_refusal(entries: Iterable[JournalEntry], kinds: Collection[str]) -> str:
    """Which permission was lacking when one of `kinds` was last tried, as a clause; empty where none was.

    Args:
        entries: the journal's, newest first.
        kinds: what takes the same permission.
    """
    tried = (one for one in entries if one.kind in kinds and one.state in {"done", "failed"})
    last = next(tried, None)
    permission = permission_in(last.error) if last else None
    if last is None or permission is None:
        return ""
    return f"when this was last tried, on {date(last.started)}, the key lacked the permission {permission}"


def refusal_warning(entries: Iterable[JournalEntry], kinds: Collection[str]) -> str:
    """`last_refusal` as sentences that say what to do as well; empty where there was none."""
    refused = last_refusal(entries, kinds)
    return f"{refused[0].upper()}{refused[1:]}. {ADD_IT}" if refused else ""
