"""The frame of every dialog: whose account, what it is about, a body that scrolls, buttons."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QBoxLayout,
    QDialog,
    QFrame,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from portal_desk.models.account import Account
from portal_desk.ui.widgets import Heading, HSeparator, LiveTestBand, ScrolledColumn, Text
from portal_desk.ui.widgets.labels import breakable

WIDTH, WIDE = 540, 880
"""Device-independent pixels where a line of text is `_LINE` high; more where it is higher."""

_LINE = 16
_SHARE_OF_SCREEN = 0.9
_RING = 1
"""The frame around the body that shows when the keyboard is there."""

_ENOUGH_FOR_TWO = 0.85
"""The share of its width that a dialog needs to have two columns."""


class DialogFrame(QDialog):
    """A dialog as high as what it shows, and no larger than the screen.

    Args:
        account: whose band stands at the top; None for a dialog that is about no account yet.
        title: what the dialog does.
        subtitle: for whom, or to what.
        width: `WIDTH` or `WIDE`.
    """

    def __init__(
        self,
        title: str = "",
        subtitle: str = "",
        *,
        account: Account | None = None,
        width: int = WIDTH,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setModal(True)
        self.heading = Heading()
        self.subtitle = Text(breakable(subtitle), "muted", wrap=True)
        self.subtitle.setVisible(bool(subtitle))
        self.band = LiveTestBand(account) if account else None
        self._scroll = ScrolledColumn()
        self._scroll.setAccessibleName(self.tr("What the dialog says"))
        self.body = self._scroll.column
        self.head = QHBoxLayout()
        self.footer = QHBoxLayout()
        self._fitting = QTimer(self, singleShot=True, interval=0)
        self._fitting.timeout.connect(self._fit_now)
        self._columns: QBoxLayout | None = None
        self._wanted_width = width
        self._lay_out()
        self.set_title(title)
        self.set_width(width)
        self._scroll.verticalScrollBar().rangeChanged.connect(self._follow_overflow)
        self._follow_overflow()
        if (inside := self._scroll.widget()) is not None:
            inside.installEventFilter(self)

    def set_title(self, title: str) -> None:
        """Say what the dialog does."""
        self.setWindowTitle(title)
        self.heading.setText(breakable(title))

    def set_width(self, width: int) -> None:
        """Become as wide as this, or as the screen allows."""
        self._wanted_width = width
        wanted = width * max(self.fontMetrics().height() / _LINE, 1)
        given = min(wanted, self.screen().availableGeometry().width() * _SHARE_OF_SCREEN)
        self.setFixedWidth(int(given))
        if self._columns is not None:
            beside = width > WIDTH and given >= wanted * _ENOUGH_FOR_TWO
            down, right = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
            self._columns.setDirection(right if beside else down)
            self._columns.setSpacing(20 if beside else 14)

    def add_columns(self, left: QWidget, right: QWidget) -> None:
        """Add two parts: side by side where the dialog is wide enough, else one below the other."""
        self._columns = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._columns.addWidget(left, 1)
        self._columns.addWidget(right, 1, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(self._columns)
        self.set_width(self._wanted_width)

    def press_with_ctrl_return(self, button: QAbstractButton) -> None:
        """Let Ctrl+Return press a button from wherever the keyboard is."""
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(keys, self, button.click)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.focusWidget() is None:
            self.focusNextChild()
        self._fit_now()
        self._follow_overflow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Become as high as the contents need whenever they need another height."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fitting.start()
        return super().eventFilter(watched, event)

    def _lay_out(self) -> None:
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        if self.band is not None:
            column.addWidget(self.band)
        column.addWidget(self._scroll, 1)
        column.addWidget(HSeparator())
        column.addWidget(self._footer_frame())
        self.body.setContentsMargins(24, 20, 24, 20)
        self.body.setSpacing(14)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.heading)
        words.addWidget(self.subtitle)
        self.head.setSpacing(16)
        self.head.addLayout(words, 1)
        self.body.addLayout(self.head)

    def _footer_frame(self) -> QFrame:
        frame = QFrame()
        frame.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        frame.setLayout(self.footer)
        self.footer.setContentsMargins(24, 12, 24, 14)
        self.footer.setSpacing(8)
        return frame

    def _follow_overflow(self) -> None:
        """The keyboard comes to the body itself only where there is something to scroll to."""
        overflows = self._scroll.verticalScrollBar().maximum() > 0
        tab, never = Qt.FocusPolicy.TabFocus, Qt.FocusPolicy.NoFocus
        self._scroll.setFocusPolicy(tab if overflows and self.isVisible() else never)
        if not overflows and self._scroll.hasFocus():
            self.focusNextChild()

    def _fit_now(self) -> None:
        room = int(self.screen().availableGeometry().height() * _SHARE_OF_SCREEN)
        wanted = self._wanted_height()
        # A bar that comes while the dialog grows would break lines anew, and so stay for good.
        never, if_needed = (
            Qt.ScrollBarPolicy.ScrollBarAlwaysOff,
            Qt.ScrollBarPolicy.ScrollBarAsNeeded,
        )
        self._scroll.setVerticalScrollBarPolicy(never if wanted <= room else if_needed)
        self.setFixedHeight(min(wanted, room))
        if self.isVisible():
            self._keep_on_screen()

    def _keep_on_screen(self) -> None:
        """A dialog that grew, or was moved, never leaves its buttons below the screen."""
        screen, frame = self.screen().availableGeometry(), self.frameGeometry()
        left = min(frame.x(), screen.right() + 1 - frame.width())
        top = min(frame.y(), screen.bottom() + 1 - frame.height())
        self.move(max(left, screen.left()), max(top, screen.top()))

    def _wanted_height(self) -> int:
        self.body.activate()
        around = self._column.totalMinimumSize().height() - self._scroll.minimumSizeHint().height()
        return self.body.totalHeightForWidth(self.width() - 2 * _RING) + around + 2 * _RING
