"""`portal-desk configurations compare`: what two portal configurations differ in, field by field."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

import orjson

from portal_desk.cli.configurations import configuration_named
from portal_desk.cli.output import note, print_json, print_table
from portal_desk.cli.session import open_cache
from portal_desk.services.configurations.comparing import compare
from portal_desk.services.configurations.selecting import name_of


def run(options: Namespace) -> int:
    with open_cache(options) as cache:
        one = configuration_named(cache.store, options.one)
        other = configuration_named(cache.store, options.other)
    found = [field for field in compare(one, other) if options.all or not field.is_equal]
    if options.json:
        print_json({"one": one["id"], "other": other["id"], "fields": found})
        return 0
    if not found:
        note("They differ in nothing but their ids.")
        return 0
    rows = [
        (
            field.path if field.known else f"{field.path} (not known here)",
            _text(field.left),
            _text(field.right),
        )
        for field in found
    ]
    print_table(("field", name_of(one), name_of(other)), rows)
    return 0


def _text(value: Any) -> str:  # noqa: ANN401 - any JSON
    """A value in Stripe's own words."""
    if value is None:
        return "–"
    return value if isinstance(value, str) else orjson.dumps(value).decode()
