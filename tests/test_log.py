"""The log never tells a secret."""

from __future__ import annotations

import logging
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal_desk import log


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    root = logging.getLogger()
    before = list(root.handlers)
    path = log.set_up(tmp_path)
    yield path
    for handler in set(root.handlers) - set(before):
        root.removeHandler(handler)
        handler.close()


@pytest.mark.parametrize(
    "secret",
    [
        "sk_" + "live_51Habcdefghijklmnop",
        "rk_" + "test_51Habcdefghijklmnop",
        "https://billing.stripe.com/p/session/test_YWNjdF8xSGFiYw",
    ],
)
def test_a_key_or_a_portal_link_is_cut_down_even_in_a_traceback(
    log_file: Path, secret: str
) -> None:
    try:
        raise ValueError(secret)
    except ValueError:
        logging.getLogger("test").exception("while handling %s", secret)
    written = log_file.read_text("utf-8")
    assert "ValueError" in written
    assert secret[-12:] not in written


def test_the_log_is_for_its_owner_alone(log_file: Path) -> None:
    assert stat.S_IMODE(log_file.stat().st_mode) == 0o600
