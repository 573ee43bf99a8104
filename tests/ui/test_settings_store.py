"""What the window remembers."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray

from portal_desk.ui.settings_store import SettingsStore


def test_the_next_window_finds_what_the_last_one_left(tmp_path: Path) -> None:
    first = SettingsStore(tmp_path)
    first.mode = "dark"
    first.text_scale = 1.2
    first.set_columns("customers", QByteArray(b"\x00columns\xff"))
    del first
    again = SettingsStore(tmp_path)
    assert again.mode == "dark"
    assert again.text_scale == 1.2
    assert again.columns("customers") == QByteArray(b"\x00columns\xff")


def test_nonsense_in_the_file_means_the_usual_look(tmp_path: Path) -> None:
    (tmp_path / "window.ini").write_text("[General]\ntheme=mauve\ntext_scale=big\n")
    settings = SettingsStore(tmp_path)
    assert settings.mode == "system"
    assert settings.text_scale == 1.0
    assert settings.columns("customers") is None


def test_invoices_are_saved_to_a_folder_that_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    settings = SettingsStore()
    assert settings.downloads == Path.home()
    settings.downloads = tmp_path / "bills"
    assert settings.downloads == Path.home()
    (tmp_path / "bills").mkdir()
    assert settings.downloads == tmp_path / "bills"
