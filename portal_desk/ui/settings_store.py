"""What the window remembers: its size, its columns, its look. Nothing of any customer."""

from __future__ import annotations

from pathlib import Path
from typing import cast, get_args

from PySide6.QtCore import QByteArray, QSettings, QStandardPaths

from portal_desk.config import private_folder
from portal_desk.ui.theme import Mode


class SettingsStore:
    """The window's settings in `folder`/window.ini; without a folder, in memory alone."""

    def __init__(self, folder: Path | None = None) -> None:
        self._memory: dict[str, object] = {}
        self._file: QSettings | None = None
        if folder is not None:
            path = private_folder(folder) / "window.ini"
            self._file = QSettings(str(path), QSettings.Format.IniFormat)

    @property
    def mode(self) -> Mode:
        """Light, dark, or as the system has it."""
        value = str(self._get("theme") or "")
        return cast("Mode", value) if value in get_args(Mode) else "system"

    @mode.setter
    def mode(self, mode: Mode) -> None:
        self._set("theme", mode)

    @property
    def text_scale(self) -> float:
        """How much larger than the system's the text is."""
        try:
            return float(str(self._get("text_scale") or 1.0))
        except ValueError:
            return 1.0

    @text_scale.setter
    def text_scale(self, scale: float) -> None:
        self._set("text_scale", scale)

    @property
    def downloads(self) -> Path:
        """Where invoices are saved; at first the system's own folder for downloads, if there is one."""
        usual = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)
        wished = [Path(str(one)) for one in (self._get("downloads"), usual) if one]
        return next((folder for folder in wished if folder.is_dir()), Path.home())

    @downloads.setter
    def downloads(self, folder: Path) -> None:
        self._set("downloads", str(folder))

    def state(self, name: str) -> QByteArray | None:
        """What Qt's `saveGeometry` or `saveState` gave, if it was kept."""
        value = self._get(f"state/{name}")
        return value if isinstance(value, QByteArray) else None

    def set_state(self, name: str, state: QByteArray) -> None:
        """Keep a widget's state."""
        self._set(f"state/{name}", state)

    def columns(self, table: str) -> QByteArray | None:
        """A table's columns as the user left them."""
        return self.state(f"columns/{table}")

    def set_columns(self, table: str, state: QByteArray) -> None:
        """Keep a table's columns."""
        self.set_state(f"columns/{table}", state)

    def _get(self, name: str) -> object:
        return self._memory.get(name) if self._file is None else self._file.value(name)

    def _set(self, name: str, value: object) -> None:
        if self._file is None:
            self._memory[name] = value
        else:
            self._file.setValue(name, value)
