"""`python -m portal_desk.sandbox`: serve a sandbox of Stripe on this machine."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Sequence


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
        default="off",
        help="refuse more requests a second than Stripe does in that mode",
    )
    parser.add_argument(
        "--search-lag",
        type=_seconds,
        default=0,
        metavar="SECONDS",
        help="how long a change takes to be found by search; up to 60 at Stripe",
    )
    options = parser.parse_args(arguments)
    from portal_desk.sandbox.server import run  # noqa: PLC0415 - --help needs no web server

    try:
        with contextlib.suppress(KeyboardInterrupt):
            run(
                options.host,
                options.port,
                options.customers,
                options.seed,
                livemode=options.live,
                speed=options.speed,
                limits=options.rate_limits,
                search_lag=options.search_lag,
            )
    except OSError as error:
        sys.stderr.write(f"The sandbox can't listen on {options.host}:{options.port}: {error}\n")
        return 1
    return 0


def _seconds(text: str) -> int:
    if not text.isdecimal():
        msg = f"not a number of seconds: {text!r}"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
