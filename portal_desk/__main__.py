"""`portal-desk`: the desk, or one of its jobs without a window."""

from __future__ import annotations

import io
import logging
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from portal_desk.cli.exit_codes import BUG, INTERRUPTED
from portal_desk.cli.parser import parse
from portal_desk.config import Paths
from portal_desk.errors import DeskError
from portal_desk.log import set_up

if TYPE_CHECKING:
    from argparse import Namespace

_log = logging.getLogger(__name__)


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the command line says and return the exit code; `portal-desk --help` lists them."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:1] == ["sandbox"]:
        from portal_desk.sandbox.__main__ import main as sandbox  # noqa: PLC0415 - a program apart

        return sandbox(arguments[1:])
    try:
        options = parse(arguments)
    except SystemExit as ended:  # after --help, or after saying what is wrong with the arguments
        return ended.code if isinstance(ended.code, int) else 0
    if options.command == "desk":
        from portal_desk.app import main as open_window  # noqa: PLC0415 - brings Qt

        return open_window(demo=options.demo, account=options.account)
    return _guarded(options)


def _guarded(options: Namespace) -> int:
    """Run a command; a known problem is said in two sentences, a bug goes to the log."""
    try:
        log_file = set_up(Paths.default().log, verbose=options.verbose)
    except OSError as error:
        sys.stderr.write(f"Can't write the log: {error}\n")
        return DeskError.exit_code
    try:
        _speak_utf8()
        code = _run(options)
        sys.stdout.flush()  # here, where a broken pipe is expected
    except DeskError as error:
        sys.stderr.write(f"{error.title}: {error}\n")
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # whoever read the output went away, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for Python's last flush
        return 0
    except Exception:  # noqa: BLE001 - the last resort: a person sees no traceback, the log does
        _log.exception("Bug in %s", options.command)
        sys.stderr.write(f"Something went wrong that should not. What happened is in {log_file}\n")
        return BUG
    return code


def _speak_utf8() -> None:
    """Files and pipes get UTF-8 whatever the system's habit; a terminal gets what it can show."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            encoding = stream.encoding if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="replace")


def _run(options: Namespace) -> int:
    command = import_module(f"portal_desk.cli.{options.command}")
    code: int = command.run(options)
    return code


if __name__ == "__main__":
    sys.exit(main())
