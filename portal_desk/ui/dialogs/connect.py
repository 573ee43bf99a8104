"""The first window: try the demo, or connect a Stripe account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from portal_desk.models.account import Account
from portal_desk.resources_path import resource
from portal_desk.ui.dialogs.connect_form import KeyForm
from portal_desk.ui.dialogs.frame import DialogFrame
from portal_desk.ui.dialogs.words import tr
from portal_desk.ui.tasks import Tasks
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import Button, Card, LiveTestBand, SectionTitle, Text

if TYPE_CHECKING:
    from portal_desk.services.accounts import Accounts

_WIDTH = 620
_LOGO = 44


class ConnectDialog(DialogFrame):
    """Welcomes, and offers two ways in.

    Signals:
        demo_requested: the demo should be opened.
        connected: a key was checked and kept; its Account.
    """

    demo_requested = Signal()
    connected = Signal(object)

    def __init__(
        self,
        accounts: Accounts,
        tasks: Tasks,
        theme: Theme,
        parent: QWidget | None = None,
        *,
        api_base: str | None = None,
    ) -> None:
        promise = tr(
            "Find any customer, see what they see in Stripe’s portal, and help them there."
        )
        super().__init__(tr("Portal Desk"), promise, width=_WIDTH, parent=parent)
        self._account: Account | None = None
        self.demo = Button(self.tr("Try the demo"), theme=theme, icon_name="play")
        self.form = KeyForm(accounts, tasks, theme, api_base=api_base)
        self.start = Button(self.tr("Open Portal Desk"), "primary")
        self.dismiss = Button(self.tr("Not now"))
        self._result = QWidget()
        self._result_column = QVBoxLayout(self._result)
        self._ways = QWidget()
        self._arrange()
        self.demo.clicked.connect(self._on_demo)
        self.dismiss.clicked.connect(self.reject)
        self.start.clicked.connect(self._on_start)
        self.form.connected.connect(self._on_connected)
        self.form.key.setFocus()

    def reject(self) -> None:
        if self._account is not None:
            self._on_start()
        elif not self.form.is_checking:
            super().reject()

    def _arrange(self) -> None:
        self._add_logo()
        ways = QVBoxLayout(self._ways)
        ways.setContentsMargins(0, 0, 0, 0)
        ways.setSpacing(14)
        ways.addWidget(self._demo_card())
        ways.addWidget(self._connect_card())
        self.body.addWidget(self._ways)
        self._result_column.setContentsMargins(0, 0, 0, 0)
        self._result.hide()
        self.body.addWidget(self._result)
        self.body.addStretch(1)
        self.footer.addStretch(1)
        self.footer.addWidget(self.dismiss)
        self.footer.addWidget(self.form.check)
        self.footer.addWidget(self.start)
        self.start.hide()

    def _add_logo(self) -> None:
        logo = QLabel()
        icon = QIcon(str(resource("icons", "portal-desk.svg")))
        logo.setPixmap(icon.pixmap(QSize(_LOGO, _LOGO), self.devicePixelRatioF()))
        self.heading.set_role("display")
        self.head.insertWidget(0, logo, 0, Qt.AlignmentFlag.AlignVCenter)

    def _demo_card(self) -> Card:
        card = Card()
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(SectionTitle(self.tr("Look around first")))
        words.addWidget(
            Text(
                self.tr("A made-up business with all its customers, on this computer alone."),
                "muted",
                wrap=True,
            )
        )
        line = QHBoxLayout()
        line.setSpacing(16)
        line.addLayout(words, 1)
        line.addWidget(self.demo)
        card.column.addLayout(line)
        return card

    def _connect_card(self) -> Card:
        card = Card()
        card.column.addWidget(SectionTitle(self.tr("Connect your Stripe account")))
        card.column.addWidget(self.form)
        return card

    def _on_demo(self) -> None:
        self.demo_requested.emit()
        self.accept()

    def _on_connected(self, account: Account) -> None:
        self._account = account
        self._ways.hide()
        self.dismiss.hide()
        self.form.check.hide()
        self.start.show()
        self.start.setDefault(True)
        self.start.setFocus()
        self._show_account(account)
        self._result.show()

    def _show_account(self, account: Account) -> None:
        card = Card()
        card.column.setContentsMargins(0, 0, 0, 14)
        card.column.addWidget(LiveTestBand(account))
        for text in (SectionTitle(self._connected_text(account)), self._meaning(account)):
            text.setContentsMargins(14, 2, 14, 0)
            card.column.addWidget(text)
        self._result_column.addWidget(card)

    def _connected_text(self, account: Account) -> str:
        return self.tr("Connected to {name}").format(name=account.name)

    def _meaning(self, account: Account) -> Text:
        text = (
            self.tr("This is live: what you do here reaches real customers and moves real money.")
            if account.livemode
            else self.tr("This is test data: nothing you do here moves real money.")
        )
        return Text(text, "muted", wrap=True)

    def _on_start(self) -> None:
        self.connected.emit(self._account)
        self.accept()
