"""The Qt binding is one that keeps its references."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject


def test_void_calls_keep_the_reference_to_none(qapp: object) -> None:
    holder = QObject()
    before = sys.getrefcount(None)
    for _ in range(10_000):
        holder.setObjectName("name")
    assert abs(sys.getrefcount(None) - before) < 1000
