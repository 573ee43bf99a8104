"""Whether a change of a portal configuration took effect, judged by what Stripe has now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal_desk.errors import ResourceMissing
from portal_desk.models.json import Json
from portal_desk.services.configurations.params import EXPAND
from portal_desk.services.journal import without_secrets

if TYPE_CHECKING:
    from portal_desk.models.actions import JournalEntry
    from portal_desk.services.stripe_gateway import StripeGateway

PATH = "/v1/billing_portal/configurations"

_CLOCKS_APART = 60
"""Seconds by which Stripe's clock and this machine's may differ, where one dates what the other made."""


async def found(gateway: StripeGateway, entry: JournalEntry) -> Json | None:
    """The configuration as `entry` wanted it, if Stripe has it by now. Costs one read.

    Raises:
        Offline, StripeError: Stripe can't be read.
    """
    if entry.configuration:
        try:
            one = await gateway.get(f"{PATH}/{entry.configuration}", {"expand": EXPAND})
        except ResourceMissing:
            return None
        return one if shows(entry.params, one) else None
    page = await gateway.get(PATH, {"limit": 100, "expand": [f"data.{one}" for one in EXPAND]})
    made = (one for one in page["data"] if one["created"] >= entry.started - _CLOCKS_APART)
    return next((one for one in made if shows(entry.params, one)), None)


def shows(wanted: Any, there: Any) -> bool:  # noqa: ANN401 - any JSON
    """Whether all that was sent is there; the journal has web addresses by their host alone."""
    match wanted:
        case dict():
            held = there if isinstance(there, dict) else {}
            return all(shows(inner, held.get(name)) for name, inner in wanted.items())
        case list():
            same = isinstance(there, list) and len(there) == len(wanted)
            ordered = (
                all(shows(*pair) for pair in zip(wanted, there, strict=True)) if same else False
            )
            return ordered or (
                same and all(any(shows(one, two) for two in there) for one in wanted)
            )
        case "":
            return not there
        case _:
            return bool(wanted == without_secrets(there))
