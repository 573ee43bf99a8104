"""`portal-desk configurations list`: the portal configurations, and who uses them."""

from __future__ import annotations

from argparse import Namespace
from contextlib import closing

from portal_desk.cli.output import day, print_json, print_table
from portal_desk.cli.session import open_cache
from portal_desk.models.json import Json
from portal_desk.services.configurations.selecting import Selection, name_of, select
from portal_desk.services.configurations.uses import Overview, overviews
from portal_desk.services.journal import Journal

_COLUMNS = ("id", "name", "state", "links", "sessions", "customers", "last used")


def run(options: Namespace) -> int:
    wanted = Selection(" ".join(options.query), inactive=options.inactive, unused=options.unused)
    with (
        open_cache(options) as cache,
        closing(Journal(cache.files.journal, cache.file_key)) as journal,
    ):
        found = select(overviews(cache.store, journal), wanted)
    if options.json:
        print_json({"configurations": [_document(one) for one in found]})
    else:
        print_table(_COLUMNS, [_row(one) for one in found], right=_COLUMNS[3:6])
    return 0


def _document(one: Overview) -> Json:
    return {"configuration": one.configuration, "uses": one.uses, "unused": one.is_unused}


def _row(one: Overview) -> tuple[str, ...]:
    configuration, uses = one.configuration, one.uses
    return (
        configuration["id"],
        name_of(configuration),
        _state(one),
        str(uses.links),
        str(uses.sessions),
        str(len(uses.customers)),
        day(uses.last),
    )


def _state(one: Overview) -> str:
    default = "default, " if one.configuration.get("is_default") else ""
    if one.configuration.get("active") is False:
        return f"{default}inactive"
    return f"{default}{'unused' if one.is_unused else 'active'}"
