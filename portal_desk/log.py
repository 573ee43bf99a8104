"""The log: bugs with their tracebacks, never a key, never a portal link, never a customer's data."""

from __future__ import annotations

import logging
import logging.handlers
import re
from pathlib import Path

from portal_desk.config import private_file

_SECRET = re.compile(
    r"\b(?P<key>(?:sk|rk|pk|whsec)_(?:test_|live_)?)[A-Za-z0-9_]{4,}"
    r"|(?P<session>/p/session/)[^\s\"'?]+"
)


def redact(text: str) -> str:
    """`text` with every Stripe key and portal session URL cut down to its kind."""
    return _SECRET.sub(lambda found: (found["key"] or found["session"]) + "…", text)


class _Redacting(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


def set_up(folder: Path, *, verbose: bool = False) -> Path:
    """Log to `folder`/portal-desk.log (1 MB, three kept, mode 0600) and return that file's path."""
    path = private_file(folder / "portal-desk.log")
    handler = logging.handlers.RotatingFileHandler(
        path, maxBytes=1_000_000, backupCount=3, encoding="utf-8"
    )
    handler.setFormatter(_Redacting("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.DEBUG if verbose else logging.INFO)
    return path
