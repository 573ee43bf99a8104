"""`portal-desk invoices export`."""

from __future__ import annotations

from argparse import Namespace

from portal_desk.cli.invoices import query_of
from portal_desk.cli.output import print_json, say
from portal_desk.cli.session import open_cache
from portal_desk.services.exports import export_csv


def run(options: Namespace) -> int:
    with open_cache(options) as cache:
        pks = cache.store.invoice_pks(query_of(options))
        written = export_csv(cache.store, pks, options.file, options.locale)
    if options.json:
        print_json({"file": str(options.file), "invoices": written})
    else:
        say(f"{written} invoices written to {options.file}")
    return 0
