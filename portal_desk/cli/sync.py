"""`portal-desk sync`: bring the cache up to date, and keep it so with `--follow`."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading
from argparse import Namespace
from collections.abc import Callable
from functools import partial

from portal_desk.cli.output import moment, say
from portal_desk.cli.session import open_sync, run_async
from portal_desk.models.progress import Progress
from portal_desk.services.ledger import read_budget
from portal_desk.services.sync.attention import Attention
from portal_desk.services.sync.run import sync


def run(options: Namespace) -> int:
    return run_async(_run(options))


async def _run(options: Namespace) -> int:
    """Sync until it is done, or until the process is told to end: that is how following ends."""
    attention = Attention(verify=options.verify)
    syncing = asyncio.create_task(_sync(options, attention))
    loop = asyncio.get_running_loop()
    for told in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows ends the program at once
            loop.add_signal_handler(told, syncing.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await syncing
    return 0


async def _sync(options: Namespace, attention: Attention) -> None:
    report = _print_json if options.json else _print
    async with open_sync(options) as source:
        if options.listen:
            _listen(attention)
        await sync(
            source.gateway,
            source.store,
            lock=source.lock,
            follow=options.follow,
            report=report,
            interval=options.interval,
            attention=attention,
            budget=partial(read_budget, source.ledger, source.store),
            account=source.account.id,
        )


def _listen(attention: Attention) -> None:
    """Take a window's words from standard input; whoever spoke is gone when that ends, and so is the sync's purpose."""
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()

    def tell(callback: Callable[..., object], *words: str) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: the sync has ended by itself
            loop.call_soon_threadsafe(callback, *words)

    def listen() -> None:
        # Not through sys.stdin: a thread that waits in it keeps the interpreter from ending.
        rest = b""
        while found := os.read(sys.stdin.fileno(), 1_024):
            *words, rest = (rest + found).split(b"\n")
            for word in words:
                tell(attention.hear, word.decode("ascii", "replace"))
        if task is not None:
            tell(task.cancel)

    threading.Thread(target=listen, name="listen", daemon=True).start()


def _print_json(progress: Progress) -> None:
    print(progress.to_json(), flush=True)


def _print(progress: Progress) -> None:
    if progress.phase == "failed":
        return  # the error itself ends the command, and is said once
    total = f" of {progress.total}" if progress.total is not None else ""
    what = {
        "backfill": f"{progress.kind}: {progress.done}{total}",
        "verify": f"{progress.kind}: {progress.done}{total} compared",
        "verified": f"repaired {progress.message}" if progress.done else "all is as at Stripe",
        "tail": f"up to date, {progress.done} events",
        "waiting": f"waiting: {progress.message}",
    }
    say(f"{moment(progress.at)}  {what[progress.phase]}")
