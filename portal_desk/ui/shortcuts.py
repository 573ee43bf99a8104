"""Every action of the window: one list for the shortcuts, the command palette and the menus."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget


class Shortcuts(QObject):
    """The window's actions, in the order in which they were added."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._actions: dict[str, QAction] = {}

    def add(
        self, name: str, text: str, keys: str | list[str], slot: Callable[[], object]
    ) -> QAction:
        """Add an action under a name.

        Args:
            name: for `get`.
            text: what the palette says.
            keys: the shortcut, or several; the first one is shown.
            slot: what it does.
        """
        action = QAction(text, self._window)
        listed = [keys] if isinstance(keys, str) else keys
        action.setShortcuts([QKeySequence(one) for one in listed if one])
        action.triggered.connect(lambda _checked=False: slot())
        self._window.addAction(action)
        self._actions[name] = action
        return action

    def get(self, name: str) -> QAction:
        """The action of that name."""
        return self._actions[name]

    def all(self) -> Iterator[QAction]:
        """Every action."""
        yield from self._actions.values()


def shortcut_text(action: QAction) -> str:
    """An action's first shortcut as this platform writes it; empty where it has none."""
    return action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
