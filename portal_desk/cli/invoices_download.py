"""`portal-desk invoices download`: the PDFs of many invoices, into a folder."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from argparse import Namespace
from typing import TYPE_CHECKING

from portal_desk.cli.exit_codes import INTERRUPTED
from portal_desk.cli.invoices import query_of
from portal_desk.cli.output import note, print_json, say
from portal_desk.cli.session import open_desk, run_async
from portal_desk.services.invoices import DownloadReport, download

if TYPE_CHECKING:
    from portal_desk.services.desk import Desk


def run(options: Namespace) -> int:
    return run_async(_run(options))


async def _run(options: Namespace) -> int:
    cancelled = asyncio.Event()
    with contextlib.suppress(NotImplementedError):  # Windows: an interrupt ends the program at once
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, cancelled.set)
    async with open_desk(options) as desk:
        wanted = await desk.read(_ids, desk, options)
        done = await download(
            desk.gateway, desk.store, wanted, options.to, report=_progress, cancelled=cancelled
        )
    _report(options, done)
    if done.stopped:
        raise done.stopped
    if done.not_tried:
        return INTERRUPTED
    return done.failed[0][1].exit_code if done.failed else 0


def _ids(desk: Desk, options: Namespace) -> list[str]:
    return [row.id for row in desk.store.invoice_rows(desk.store.invoice_pks(query_of(options)))]


def _progress(done: int, total: int) -> None:
    if done == total or done % 10 == 0:
        note(f"{done} of {total}")


def _report(options: Namespace, done: DownloadReport) -> None:
    if options.json:
        failed = [{"invoice": invoice, "why": str(error)} for invoice, error in done.failed]
        files = {"saved": [*map(str, done.saved)], "skipped": [*map(str, done.skipped)]}
        left = {"without_pdf": done.without_pdf, "not_tried": done.not_tried}
        print_json({**files, **left, "failed": failed})
        return
    for invoice, error in done.failed:
        note(f"{invoice}: {error}")
    counts = {
        "saved": done.saved,
        "there already": done.skipped,
        "not finalized, so without a PDF": done.without_pdf,
        "failed": done.failed,
        "not tried": done.not_tried,
    }
    said = [f"{len(found)} {what}" for what, found in counts.items() if found]
    say(", ".join(said) or "There is nothing to save.")
