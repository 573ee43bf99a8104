"""Qt objects die on the window's thread."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import current_thread, main_thread

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from portal_desk.ui import garbage
from portal_desk.ui.garbage import GarbageCollector


class Knot:
    """Part of a cycle, so that only the collector can end it; notes where it ended."""

    ended: list[str] = []  # noqa: RUF012 - shared on purpose

    def __init__(self) -> None:
        self.itself = self

    def __del__(self) -> None:
        self.ended.append(current_thread().name)


@pytest.fixture
def collector(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[GarbageCollector]:
    monkeypatch.setattr(garbage, "INTERVAL", 5)
    Knot.ended = []
    collector = GarbageCollector()
    collector.start()
    yield collector
    collector.stop()


def _make_garbage() -> None:
    for _ in range(5_000):
        Knot()


def test_what_a_worker_leaves_behind_ends_on_the_windows_thread(
    collector: GarbageCollector, qtbot: QtBot
) -> None:
    with ThreadPoolExecutor(1) as worker:
        worker.submit(_make_garbage).result()
    assert Knot.ended == []
    qtbot.waitUntil(lambda: len(Knot.ended) == 5_000)
    assert set(Knot.ended) == {main_thread().name}


def test_stopping_gives_collecting_back_to_python(collector: GarbageCollector) -> None:
    assert not gc.isenabled()
    collector.stop()
    assert gc.isenabled()
