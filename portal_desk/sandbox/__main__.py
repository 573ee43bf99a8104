"""`python -m portal_desk.sandbox`: serve a sandbox of Stripe on this machine."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Sequence
from pathlib import Path

_STEP, _BATCH = 50_000, 500


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted; returns the exit code."""
    parser = argparse.ArgumentParser("python -m portal_desk.sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    parser.add_argument("--port", type=int, default=12111, help="0 picks a free one")
    parser.add_argument("--customers", type=int, default=200, help="how many there are at first")
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same world")
    parser.add_argument("--live", action="store_true", help="play live mode")
    parser.add_argument(
        "--speed",
        type=float,
        default=1.0,
        help="how fast time passes: 86400 makes every second a day",
    )
    parser.add_argument(
        "--rate-limits",
        choices=("off", "test", "live"),
        help="refuse more requests a second than Stripe does in that mode",
    )
    parser.add_argument(
        "--search-lag",
        type=_seconds,
        metavar="SECONDS",
        help="how long a change takes to be found by search; up to 60 at Stripe",
    )
    parser.add_argument(
        "--state",
        type=Path,
        metavar="FILE",
        help="keep everything in this file, and go on from it where it is there",
    )
    options = parser.parse_args(arguments)
    with contextlib.suppress(KeyboardInterrupt):
        return _serve(options)
    return 0


def _serve(options: argparse.Namespace) -> int:
    # Imported here because --help needs no web server.
    from portal_desk.sandbox.opening import open_world  # noqa: PLC0415
    from portal_desk.sandbox.server import run  # noqa: PLC0415
    from portal_desk.sandbox.shelf import ShelfError  # noqa: PLC0415

    try:
        state = open_world(
            options.state,
            customers=options.customers,
            seed=options.seed,
            livemode=options.live,
            on_progress=_tell,
        )
    except ShelfError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if options.search_lag is not None:
        state.settings.search_lag = options.search_lag
    if options.rate_limits is not None:
        state.settings.rate_limits = options.rate_limits
    try:
        run(state, options.host, options.port, speed=options.speed)
    except OSError as error:
        sys.stderr.write(f"The sandbox can't listen on {options.host}:{options.port}: {error}\n")
        return 1
    finally:
        state.shelf.close()
    return 0


def _tell(customers: int) -> None:
    """Say how far the making of a big world is; a batch is smaller than the step."""
    if customers >= _STEP and customers % _STEP < _BATCH:
        sys.stderr.write(f"{customers:,} customers made\n")


def _seconds(text: str) -> int:
    if not text.isdecimal():
        msg = f"not a number of seconds: {text!r}"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
