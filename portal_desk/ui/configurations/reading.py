"""What the panel shows, read at one moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from portal_desk.models.json import Json
from portal_desk.services.configurations.uses import Overview
from portal_desk.services.desk import Desk
from portal_desk.ui.configurations.detail import NAMED
from portal_desk.ui.configurations.words import Catalogue


@dataclass(frozen=True)
class AccountRead:
    """Everything about the account's configurations.

    Attributes:
        overviews: the configurations, with who uses them.
        catalogue: what the account sells.
        account: the account.
        names: what the latest customers of each configuration are called, by id.
    """

    overviews: Sequence[Overview] = ()
    catalogue: Catalogue = field(default_factory=Catalogue)
    account: Json = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


def read_account(desk: Desk) -> AccountRead:
    """Read the cache and the journal; on a worker thread."""
    store, overviews = desk.store, desk.configurations.overviews()
    catalogue = Catalogue(
        {one["id"]: one for one in store.products()}, {one["id"]: one for one in store.prices()}
    )
    named = {who for one in overviews for who in one.uses.customers[:NAMED]}
    customers = {who: store.object("customer", who) or {} for who in named}
    names = {who: str(one.get("name") or one.get("email") or who) for who, one in customers.items()}
    return AccountRead(overviews, catalogue, store.account(), names)
