"""Who uses which portal configuration, as far as the journal and Stripe's events tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal_desk.models.json import Json, default_configuration
from portal_desk.models.loose import as_object

if TYPE_CHECKING:
    from portal_desk.services.journal import Journal
    from portal_desk.services.store import Store


@dataclass(frozen=True, slots=True)
class Uses:
    """What is known of one configuration's use.

    Attributes:
        links: how many links were issued with it from this desk.
        sessions: how many portal sessions Stripe's events tell of, those from this desk and of its login page too.
        customers: whose they were, the latest first.
        last: when it was last used (seconds UTC), or None where no use is known.
    """

    links: int = 0
    sessions: int = 0
    customers: tuple[str, ...] = ()
    last: int | None = None


@dataclass(frozen=True)
class Overview:
    """One configuration in the list of all.

    Attributes:
        configuration: as Stripe has it.
        uses: who uses it.
    """

    configuration: Json
    uses: Uses

    @property
    def is_unused(self) -> bool:
        """Whether nothing is known to use it: no link, no session, no login page, and it is not the default."""
        idle = self.uses.last is None and not self.configuration.get("is_default")
        return idle and not as_object(self.configuration.get("login_page")).get("enabled")


def overviews(store: Store, journal: Journal) -> list[Overview]:
    """Every configuration that the cache has, with its uses: the default first, then the active ones, newest first."""
    configurations = store.configurations()
    default = (default_configuration(configurations) or {}).get("id", "")
    links = [(name or default, who, many, last) for name, who, many, last in journal.link_uses()]
    found = _collected(links, store.session_uses())
    return [Overview(one, found.get(one["id"], Uses())) for one in configurations]


_Counted = Iterable[tuple[str, str, int, int]]


def _collected(links: _Counted, sessions: _Counted) -> Mapping[str, Uses]:
    """By configuration, from what was counted for each of its customers."""
    told: dict[str, list[tuple[int, str, int, int]]] = {}
    for name, customer, count, last in links:
        told.setdefault(name, []).append((last, customer, count, 0))
    for name, customer, count, last in sessions:
        told.setdefault(name, []).append((last, customer, 0, count))
    return {
        name: Uses(
            links=sum(links for _, _, links, _ in uses),
            sessions=sum(sessions for _, _, _, sessions in uses),
            customers=tuple(dict.fromkeys(who for _, who, _, _ in sorted(uses, reverse=True))),
            last=max(last for last, *_ in uses),
        )
        for name, uses in told.items()
    }
