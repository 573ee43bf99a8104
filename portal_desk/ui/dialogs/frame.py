"""The frame of every dialog: whose account, what it is about, a body that scrolls, buttons."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import (
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

WIDTH = 540
_SHARE_OF_SCREEN = 0.88


class DialogFrame(QDialog):
    """A dialog as high as what it shows, and no higher than the screen.

    Args:
        account: whose band stands at the top; None for a dialog that is about no account yet.
        title: what the dialog does.
        subtitle: for whom, or to what.
    """

    def __init__(
        self,
        title: str,
        subtitle: str = "",
        *,
        account: Account | None = None,
        width: int = WIDTH,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        self.heading = Heading(title)
        self.subtitle = Text(breakable(subtitle), "muted", wrap=True)
        self.subtitle.setVisible(bool(subtitle))
        self.band = LiveTestBand(account) if account else None
        self._scroll = ScrolledColumn()
        self.body = self._scroll.column
        self.head = QHBoxLayout()
        self.footer = QHBoxLayout()
        self._fitting = QTimer(self, singleShot=True, interval=0)
        self._fitting.timeout.connect(self._fit_now)
        self._lay_out()
        self.setFixedWidth(width)
        if (inside := self._scroll.widget()) is not None:
            inside.installEventFilter(self)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit_now()

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

    def _fit_now(self) -> None:
        room = QGuiApplication.primaryScreen().availableGeometry().height() * _SHARE_OF_SCREEN
        self.setFixedHeight(min(self._wanted_height(), int(room)))

    def _wanted_height(self) -> int:
        self.body.activate()
        around = self._column.totalMinimumSize().height() - self._scroll.minimumSizeHint().height()
        return self.body.totalHeightForWidth(self.width()) + around
