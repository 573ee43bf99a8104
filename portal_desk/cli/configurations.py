"""Finding a portal configuration by its id or its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal_desk.errors import InvalidInput, NotFound
from portal_desk.models.json import default_configuration

if TYPE_CHECKING:
    from portal_desk.models.json import Json
    from portal_desk.services.store import Store


def configuration_named(store: Store, name: str) -> Json:
    """The portal configuration with this id or name.

    Raises:
        NotFound: the cache has none.
        InvalidInput: several have the name.
    """
    found = [one for one in store.configurations() if name in {one["id"], one.get("name")}]
    if not found:
        raise NotFound(
            f"The cache has no portal configuration “{name}”.",
            "Check its id or name, or run `portal-desk sync` first.",
        )
    if len(found) > 1:
        ids = ", ".join(one["id"] for one in found)
        raise InvalidInput(
            f"{len(found)} configurations are called “{name}”.", f"Choose from {ids}."
        )
    return found[0]


def chosen_configuration(store: Store, name: str | None) -> Json | None:
    """The configuration of that name; without a name the account's default, or None where it has none."""
    if name:
        return configuration_named(store, name)
    return default_configuration(store.configurations())
