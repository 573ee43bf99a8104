"""The slim rail on the left that leads from panel to panel."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QToolButton, QVBoxLayout, QWidget

from portal_desk.ui.icons import icon
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets.style import set_style

_STYLES = {
    False: Qt.ToolButtonStyle.ToolButtonTextUnderIcon,
    True: Qt.ToolButtonStyle.ToolButtonIconOnly,
}
"""How a button looks, by whether the rail is compact."""


class NavigationRail(QFrame):
    """One button a panel; the last one stands at the foot.

    Signals:
        chosen: a panel's name.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self.setAccessibleName(self.tr("Navigation"))
        self._theme = theme
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QToolButton] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(6, 8, 6, 8)
        self._column.setSpacing(4)
        self._column.addStretch(1)

    def add(
        self, name: str, text: str, icon_name: str, shortcut: str, *, foot: bool = False
    ) -> None:
        """Add a panel's button."""
        button = QToolButton()
        button.setText(text)
        button.setAccessibleName(text)
        button.setToolTip(f"{text} ({shortcut})")
        button.setIcon(icon(self._theme, icon_name))
        button.setToolButtonStyle(_STYLES[False])
        button.setCheckable(True)
        button.clicked.connect(lambda: self.chosen.emit(name))
        self._group.addButton(button)
        self._buttons[name] = button
        at = self._column.count() if foot else self._column.count() - 1
        self._column.insertWidget(at, button, 0, Qt.AlignmentFlag.AlignHCenter)

    def set_compact(self, compact: bool) -> None:
        """Show icons alone where the window is small; their words are in the tooltips."""
        if self.property("compact") == str(compact).lower():
            return
        set_style(self, compact=str(compact).lower())
        for button in self._buttons.values():
            button.setToolButtonStyle(_STYLES[compact])
            set_style(button)

    def mark(self, name: str) -> None:
        """Show which panel is open."""
        self._buttons[name].setChecked(True)
