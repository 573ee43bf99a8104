"""A portal link that was just made: to copy or open, for as long as it works."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from portal_desk.models.actions import PortalLink
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import Button, Card, Text

LIFETIME = 300
_TICK_MS = 250
_SHOWN_OF_TOKEN = 5


class IssuedLink(QWidget):
    """Holds the link in memory alone, shows it without its secret part, and forgets it when it expires.

    Args:
        clock: the time by Stripe's clock, seconds UTC.

    Signals:
        expired: the link no longer works.
    """

    expired = Signal()

    def __init__(
        self, theme: Theme, clock: Callable[[], float], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._link: PortalLink | None = None
        self.title = Text("", "section")
        self.address = Text("")
        self.countdown = Text("", "display")
        self.explanation = Text("", "muted", wrap=True)
        self.bar = QProgressBar()
        self.copy = Button(self.tr("Copy link"), "primary", theme=theme, icon_name="copy")
        self.open = Button(self.tr("Open in browser"), theme=theme, icon_name="arrow-square-out")
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self._on_tick)
        self.copy.clicked.connect(self._on_copy)
        self.open.clicked.connect(self._on_open)
        self._lay_out()

    def show_link(self, link: PortalLink) -> None:
        """Offer a new link, and count down to its end."""
        self._link = link
        self.title.setText(self.tr("The link is ready"))
        self.address.setText(masked(link.url))
        self.explanation.setText(self._explained(link))
        self.copy.setText(self.tr("Copy link"))
        self._set_usable(usable=True)
        self._timer.start()
        self._on_tick()

    def forget(self) -> None:
        """Drop the link from memory."""
        self._link = None
        self._timer.stop()

    @property
    def seconds_left(self) -> int:
        """How long the link still works if nobody opens it."""
        return max(0, self._link.expires - int(self._clock())) if self._link else 0

    def _explained(self, link: PortalLink) -> str:
        text = self.tr(
            "It has to be opened before then. Once it is open, it works until an hour after "
            "the customer’s last click."
        )
        if link.recorded:
            return text
        unrecorded = self.tr("The journal could not be written: it doesn’t say that this was made.")
        return f"{text} {unrecorded}"

    def _lay_out(self) -> None:
        self.bar.setRange(0, LIFETIME)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Time left"))
        card = Card()
        head = QHBoxLayout()
        head.addWidget(self.title, 1, Qt.AlignmentFlag.AlignBottom)
        head.addWidget(self.countdown, 0, Qt.AlignmentFlag.AlignBottom)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.copy)
        buttons.addWidget(self.open)
        buttons.addStretch(1)
        card.column.addLayout(head)
        card.column.addWidget(self.bar)
        card.column.addWidget(self.explanation)
        card.column.addSpacing(4)
        card.column.addWidget(self.address)
        card.column.addLayout(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card)

    def _on_tick(self) -> None:
        left = self.seconds_left
        self.bar.setValue(left)
        self.countdown.setText(f"{left // 60}:{left % 60:02d}")
        self.countdown.setAccessibleName(
            self.tr("{minutes} minutes {seconds} seconds left").format(
                minutes=left // 60, seconds=left % 60
            )
        )
        if left == 0:
            self._expire()

    def _expire(self) -> None:
        self.forget()
        self.title.setText(self.tr("The link has expired"))
        self.explanation.setText(
            self.tr("A link that was not opened stops working after 5 minutes. Issue a new one.")
        )
        self._set_usable(usable=False)
        self.expired.emit()

    def _set_usable(self, *, usable: bool) -> None:
        for widget in (self.address, self.copy, self.open, self.bar, self.countdown):
            widget.setVisible(usable)

    def _on_copy(self) -> None:
        if self._link is not None:
            QGuiApplication.clipboard().setText(self._link.url)
            self.copy.setText(self.tr("Copied"))

    def _on_open(self) -> None:
        if self._link is not None:
            QDesktopServices.openUrl(QUrl(self._link.url))


def masked(url: str) -> str:
    """The link as it may be seen over a shoulder: where it leads, without the part that lets one in."""
    where, slash, token = url.rpartition("/")
    return f"{where}{slash}{token[:_SHOWN_OF_TOKEN]}{'•' * 12}"
