"""The columns of the table of configurations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal_desk.services.configurations.selecting import name_of
from portal_desk.services.configurations.uses import Overview
from portal_desk.ui import format as fmt
from portal_desk.ui.configurations.words import features_in_short, tr
from portal_desk.ui.tables import Column
from portal_desk.ui.tables.columns import PillText


@dataclass(frozen=True)
class ConfigurationRow:
    """A line of the table: its number among all configurations, and what is known of it."""

    number: int
    overview: Overview


def configuration_columns() -> Sequence[Column[ConfigurationRow]]:
    """Name, state, who uses it, when it was last used, what customers can do, when it was changed."""
    return (
        Column("name", tr("Name"), _name, _name_and_id, width=220, sortable=True),
        Column("state", tr("State"), _state, _why, pills=_pills, width=150),
        Column("customers", tr("Customers"), _customers, _uses, width=95, right=True, sortable=True),
        Column("last", tr("Last used"), _last, _last_exactly, width=105, muted=True, sortable=True),
        Column("features", tr("Customers can"), _features, _features, width=230, muted=True, optional=True),
        Column(
            "updated", tr("Changed"), _updated, _updated_exactly, width=105, muted=True, sortable=True,
            optional=True,
        ),
    )  # fmt: skip


def state_pills(overview: Overview) -> list[PillText]:
    """Whether it is the default, can be used, and is used."""
    pills: list[PillText] = []
    if overview.configuration.get("is_default"):
        pills.append((tr("Default"), "info"))
    if overview.configuration.get("active") is False:
        pills.append((tr("Inactive"), "neutral"))
    elif overview.is_unused:
        pills.append((tr("Unused"), "warning"))
    else:
        pills.append((tr("Active"), "positive"))
    return pills


def uses_words(overview: Overview) -> str:
    """How much it is used: `12 links from this desk, 40 sessions`."""
    uses = overview.uses
    links = fmt.counted(uses.links, tr("1 link from this desk"), tr("{n} links from this desk"))
    sessions = fmt.counted(
        uses.sessions, tr("1 session in Stripe’s events"), tr("{n} sessions in Stripe’s events")
    )
    return f"{links}, {sessions}"


def _name(row: ConfigurationRow) -> str:
    return name_of(row.overview.configuration)


def _name_and_id(row: ConfigurationRow) -> str:
    return f"{_name(row)} · {row.overview.configuration['id']}"


def _state(row: ConfigurationRow) -> str:
    return ", ".join(words for words, _ in state_pills(row.overview))


def _why(row: ConfigurationRow) -> str:
    if row.overview.configuration.get("active") is False:
        return tr("No link can be issued with it.")
    return (
        tr("No link, no session and no login page is known to use it.")
        if row.overview.is_unused
        else ""
    )


def _pills(row: ConfigurationRow) -> list[PillText]:
    return state_pills(row.overview)


def _customers(row: ConfigurationRow) -> str:
    return fmt.count(len(row.overview.uses.customers)) if row.overview.uses.customers else "–"


def _uses(row: ConfigurationRow) -> str:
    return uses_words(row.overview)


def _last(row: ConfigurationRow) -> str:
    last = row.overview.uses.last
    return fmt.relative(last) if last else "–"


def _last_exactly(row: ConfigurationRow) -> str:
    return fmt.exact(row.overview.uses.last)


def _features(row: ConfigurationRow) -> str:
    return ", ".join(features_in_short(row.overview.configuration))


def _updated(row: ConfigurationRow) -> str:
    return fmt.date(row.overview.configuration.get("updated"))


def _updated_exactly(row: ConfigurationRow) -> str:
    return fmt.exact(row.overview.configuration.get("updated"))
