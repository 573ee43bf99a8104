"""What the settings say about the cache: its last comparison with Stripe, and the reads that it costs."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from portal_desk.models.freshness import Freshness
from portal_desk.models.reads import ReadBudget
from portal_desk.models.verification import Verification
from portal_desk.ui import format as fmt

_PAGE = 100


def compared(verification: Verification | None) -> str:
    """What the last comparison found, in one line."""
    if verification is None:
        return _tr("Finds what is missing, out of date or gone at Stripe, and repairs it.")
    when = fmt.relative(verification.finished)
    findings = verification.findings
    if not findings.total:
        return _tr("Compared {when}: nothing was wrong.").format(when=when)
    parts = (
        (findings.number("missing"), _tr("{n} missing")),
        (findings.number("stale"), _tr("{n} out of date")),
        (findings.number("vanished"), _tr("{n} gone at Stripe")),
    )
    found = ", ".join(text.format(n=fmt.count(number)) for number, text in parts if number)
    return _tr("Compared {when}: {found}. All repaired.").format(when=when, found=found)


def cost(freshness: Freshness) -> str:
    """What it costs to read everything once."""
    pages = sum(max(1, -(-kind.done // _PAGE)) for kind in freshness.kinds)
    text = _tr("About {n} reads of Stripe’s allowance; it goes on in the background.")
    return text.format(n=fmt.count(pages))


def reads(budget: ReadBudget) -> str:
    """How many reads were made, in one line."""
    text = _tr("{spent} of about {allowed} reads this month, this workstation")
    return text.format(spent=fmt.count(budget.total), allowed=fmt.count(budget.allowed))


def purposes(budget: ReadBudget) -> str:
    """What the reads were for, most first, a line each."""
    names = {
        "backfill": _tr("filling the copy"),
        "following": _tr("following changes"),
        "verification": _tr("comparing"),
        "customers": _tr("opening customers"),
        "invoices": _tr("invoice PDFs"),
        "work": _tr("actions, links and the account"),
    }
    ranked = sorted(budget.spent.items(), key=lambda spent: -spent[1])
    return "\n".join(
        f"{fmt.count(number)} {names.get(purpose, purpose)}" for purpose, number in ranked
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("CacheWords", text)
