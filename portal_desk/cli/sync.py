"""`portal-desk sync`: bring the cache up to date, and keep it so with `--follow`."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from argparse import Namespace

from portal_desk.cli.output import moment, say
from portal_desk.cli.session import open_sync, run_async
from portal_desk.models.progress import Progress
from portal_desk.services.sync.run import sync


def run(options: Namespace) -> int:
    return run_async(_run(options))


async def _run(options: Namespace) -> int:
    """Sync until it is done, or until the process is told to end: that is how following ends."""
    syncing = asyncio.create_task(_sync(options))
    loop = asyncio.get_running_loop()
    for told in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows ends the program at once
            loop.add_signal_handler(told, syncing.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await syncing
    return 0


async def _sync(options: Namespace) -> None:
    report = _print_json if options.json else _print
    async with open_sync(options) as source:
        await sync(
            source.gateway,
            source.store,
            lock=source.lock,
            follow=options.follow,
            report=report,
            interval=options.interval,
        )


def _print_json(progress: Progress) -> None:
    print(progress.to_json(), flush=True)


def _print(progress: Progress) -> None:
    if progress.phase == "failed":
        return  # the error itself ends the command, and is said once
    total = f" of {progress.total}" if progress.total is not None else ""
    what = {
        "backfill": f"{progress.kind}: {progress.done}{total}",
        "tail": f"up to date, {progress.done} events",
        "waiting": f"waiting: {progress.message}",
    }
    say(f"{moment(progress.at)}  {what[progress.phase]}")
