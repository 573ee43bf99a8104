"""Asking before anything changes at Stripe."""

from __future__ import annotations

import sys
from argparse import Namespace

from portal_desk.cli.output import note

_YES = frozenset({"y", "yes"})


def agreed(options: Namespace) -> bool:
    """Whether to go on: `--yes` was given, or a person at a terminal says so.

    Where nobody can be asked, the answer is no, and standard error says what to add.
    """
    if options.yes:
        return True
    if not options.json and sys.stdin.isatty() and sys.stdout.isatty():
        return input("Do this? [y/N] ").strip().lower() in _YES
    note("Nothing was changed. Add --yes to do this.")
    return False
