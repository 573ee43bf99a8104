"""The slim rail on the left that leads from panel to panel."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QToolButton, QVBoxLayout, QWidget

from portal_desk.ui.icons import icon
from portal_desk.ui.theme import Theme

_WIDTH = 78


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
        self.setMinimumWidth(_WIDTH)
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
        button.setIconSize(QSize(20, 20))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setCheckable(True)
        button.clicked.connect(lambda: self.chosen.emit(name))
        self._group.addButton(button)
        self._buttons[name] = button
        at = self._column.count() if foot else self._column.count() - 1
        self._column.insertWidget(at, button, 0, Qt.AlignmentFlag.AlignHCenter)

    def mark(self, name: str) -> None:
        """Show which panel is open."""
        self._buttons[name].setChecked(True)
