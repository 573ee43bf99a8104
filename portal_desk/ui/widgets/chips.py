"""Filter chips: switches, and menus in which several values can be ticked."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from portal_desk.ui.icons import icon
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets.style import set_style

_CLEAR_ZONE = 24
_NAMED_AT_MOST = 1
_CLEARING = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


class ToggleChip(QToolButton):
    """A filter that is on or off."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        set_style(self, kind="chip")


class ChipButton(QToolButton):
    """A quiet button in a row of chips."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setAccessibleName(text)
        set_style(self, kind="chip", quiet="true")


class MenuChip(QToolButton):
    """A filter with several values; what is ticked shows on the chip, and its cross removes all.

    Signals:
        changed: other values are ticked.
    """

    changed = Signal()

    def __init__(self, theme: Theme, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._title = title
        self._menu = _TickMenu(self)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self._menu.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.clicked.connect(self.open_menu)
        set_style(self, kind="chip", on="false")
        self._describe()

    @property
    def values(self) -> frozenset[str]:
        """The ticked values."""
        return frozenset(str(one.data()) for one in self._menu.actions() if one.isChecked())

    def set_choices(self, choices: Iterable[tuple[str, str]]) -> None:
        """Offer these values, each with its words; what was ticked stays ticked if it is still there."""
        ticked = self.values
        self._menu.clear()
        for value, words in choices:
            action = QAction(words.replace("&", "&&"), self._menu, checkable=True)
            action.setData(value)
            action.setChecked(value in ticked)
            action.toggled.connect(self._on_toggled)
            self._menu.addAction(action)
        self._describe()
        if self.values != ticked:
            self.changed.emit()

    def clear(self) -> None:
        """Untick everything."""
        if not self.values:
            return
        for action in self._menu.actions():
            action.blockSignals(True)
            action.setChecked(False)
            action.blockSignals(False)
        self._on_toggled()

    def open_menu(self) -> None:
        """Show the values below the chip."""
        self._menu.popup(self.mapToGlobal(QPoint(0, self.height() + 2)))
        if self._menu.actions():
            self._menu.setActiveAction(self._menu.actions()[0])

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.values and event.position().x() > self.width() - _CLEAR_ZONE:
            self.setDown(False)
            self.clear()
        else:
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _CLEARING:
            self.clear()
        elif event.key() == Qt.Key.Key_Down:
            self.open_menu()
        else:
            super().keyPressEvent(event)

    def _on_toggled(self) -> None:
        self._describe()
        self.changed.emit()

    def _describe(self) -> None:
        words = [a.text().replace("&&", "&") for a in self._menu.actions() if a.isChecked()]
        shown = ", ".join(words[:_NAMED_AT_MOST])
        if len(words) > _NAMED_AT_MOST:
            shown += f" +{len(words) - _NAMED_AT_MOST}"
        text = f"{self._title}: {shown}" if words else self._title
        self.setText(text.replace("&", "&&"))
        self.setAccessibleName(text)
        name, color = ("x", "link") if words else ("caret-down", "text_muted")
        self.setIcon(icon(self._theme, name, color))
        self.setToolTip(", ".join(words))
        set_style(self, on="true" if words else "false")


class _TickMenu(QMenu):
    """A menu that stays open while values are ticked."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        action: QAction | None = self.actionAt(event.position().toPoint())
        if action is None:
            super().mouseReleaseEvent(event)
        else:
            action.toggle()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        active: QAction | None = self.activeAction()
        if event.key() == Qt.Key.Key_Space and active is not None:
            active.toggle()
        else:
            super().keyPressEvent(event)
