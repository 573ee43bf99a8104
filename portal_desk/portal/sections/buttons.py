"""Buttons, as the verdicts about what they do have them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from portal_desk.portal.document import Availability, Button, Capability, Verdict
from portal_desk.portal.explain import CANNOT

_RANK: dict[Availability, int] = {"enabled": 0, "disabled": 1, "hidden": 2}
_UNKNOWN = Verdict("hidden")


def button(
    capability: Capability,
    label: str,
    judged: Mapping[Capability, Verdict],
    kind: Literal["primary", "secondary", "link"] = "secondary",
) -> Button:
    """A button that is there as the verdict says; hidden where there is no verdict."""
    verdict = judged.get(capability, _UNKNOWN)
    return Button(capability, label, verdict.availability, verdict.reasons, verdict.notes, kind)


def joint_button(
    capabilities: tuple[Capability, ...],
    label: str,
    judged: Mapping[Capability, Verdict],
    kind: Literal["primary", "secondary", "link"] = "secondary",
) -> Button:
    """One button for several capabilities: as available as the best of them, its notes naming the others."""
    best = min(capabilities, key=lambda one: _RANK[judged.get(one, _UNKNOWN).availability])
    found = button(best, label, judged, kind)
    if found.availability != "enabled":
        return found
    missing = [
        replace(reason, text=f"{CANNOT[one].lower()}: {reason.text}")
        for one in capabilities
        for reason in judged.get(one, _UNKNOWN).reasons
    ]
    return replace(found, notes=(*found.notes, *missing))
