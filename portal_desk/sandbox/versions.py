"""The API versions that there are, and which of them a request asks for.

https://docs.stripe.com/api/versioning
"""

from __future__ import annotations

import re

from portal_desk.sandbox.problems import StripeProblem, invalid, unsupported

API_VERSION = "2026-10-28.endive"
"""The one that the sandbox is written for: what stripe-python pins."""

VERSIONS = (
    "2024-06-20",
    "2024-09-30.acacia", "2024-10-28.acacia", "2024-11-20.acacia", "2024-12-18.acacia",
    "2025-01-27.acacia", "2025-02-24.acacia",
    "2025-03-31.basil", "2025-04-30.basil", "2025-05-28.basil", "2025-06-30.basil",
    "2025-07-30.basil", "2025-08-27.basil",
    "2025-09-30.clover", "2025-10-29.clover", "2025-11-17.clover", "2025-12-15.clover",
    "2026-01-28.clover", "2026-02-25.clover",
    "2026-03-25.dahlia", "2026-04-22.dahlia", "2026-05-27.dahlia", "2026-06-24.dahlia",
    "2026-07-29.dahlia", "2026-08-26.dahlia",
    "2026-09-30.endive", API_VERSION,
)  # fmt: skip
"""Those that the sandbox can show objects in, oldest first (https://docs.stripe.com/changelog)."""
BASIL = "2025-03-31.basil"
CLOVER = "2025-09-30.clover"
ENDIVE = "2026-09-30.endive"

_BEFORE_NAMES = re.compile(r"20[12][0-9]-[01][0-9]-[0-3][0-9]")


def checked(version: str) -> str:
    """A version that can be shown, as it was given.

    Raises:
        StripeProblem: 400 in Stripe's words where there is no such version; 501 for one that is
            older than what the sandbox knows.
    """
    if version in VERSIONS:
        return version
    raise _unknown(version)


def _unknown(version: str) -> StripeProblem:
    if _BEFORE_NAMES.fullmatch(version) and version < VERSIONS[0]:
        return unsupported(f"API version {version}, only {VERSIONS[0]} and later,")
    return invalid(f"Invalid Stripe API version: {version}")
