"""An API key: pasted, checked against its account, and kept where the user chose."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from portal_desk.errors import DeskError, KeyringUnavailable
from portal_desk.models.account import Account, KeyPlace
from portal_desk.ui.dialogs.fields import Choices, Field
from portal_desk.ui.dialogs.permissions import needed_permissions
from portal_desk.ui.dialogs.spinner import Spinner
from portal_desk.ui.icons import icon
from portal_desk.ui.tasks import Tasks
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import Banner, Button, Text

if TYPE_CHECKING:
    from portal_desk.services.accounts import Accounts

_DASHBOARD = "https://dashboard.stripe.com/apikeys"


class KeyForm(QWidget):
    """Nothing is kept before the check went well.

    Signals:
        connected: the key was checked and kept; its Account.
    """

    connected = Signal(object)

    def __init__(
        self,
        accounts: Accounts,
        tasks: Tasks,
        theme: Theme,
        *,
        api_base: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._accounts = accounts
        self._tasks = tasks
        self._api_base = api_base
        self._checking: asyncio.Task[None] | None = None
        self.key = QLineEdit()
        self.paste = Button(self.tr("Paste"), theme=theme, icon_name="clipboard-text")
        self.place: Choices[KeyPlace] = Choices(self._places())
        self.explain = Button(self.tr("What does the key need?"), "ghost")
        self.dashboard = Button(
            self.tr("Make a key"), "ghost", theme=theme, icon_name="arrow-square-out"
        )
        self.permissions = _permissions()
        self.banner = Banner(theme)
        self.check = Button(self.tr("Check and connect"), "primary")
        self._spinner = Spinner(theme)
        self._reveal = self.key.addAction(
            icon(theme, "eye"), QLineEdit.ActionPosition.TrailingPosition
        )
        self._lay_out()
        self._connect()

    @property
    def is_checking(self) -> bool:
        """Whether Stripe is being asked about the key."""
        return self._checking is not None

    def start(self) -> None:
        """Check the key and connect."""
        if self.is_checking or not self.key.text().strip():
            return
        self.banner.clear()
        self._checking = self._tasks.start(
            self._check(self.key.text(), self.place.value),
            name="connect an account",
            on_error=self._on_refused,
        )
        self._checking.add_done_callback(self._on_over)
        self._show_state()

    async def _check(self, key: str, place: KeyPlace) -> None:
        account: Account = await self._accounts.connect(
            key, api_base=self._api_base, key_place=place
        )
        self.key.clear()
        self.connected.emit(account)

    def _on_over(self, _task: asyncio.Task[None]) -> None:
        self._checking = None
        self._show_state()
        if self.key.text():  # it was refused: it may have been mistyped
            self.key.setFocus(Qt.FocusReason.OtherFocusReason)
            self.key.selectAll()

    def _on_refused(self, error: DeskError) -> None:
        self.banner.say_error(error)
        if isinstance(error, KeyringUnavailable):
            self.place.button("keyring").setEnabled(False)
            self.place.choose("session")

    def _show_state(self) -> None:
        self._spinner.setVisible(self.is_checking)
        for widget in (self.key, self.paste, self.place):
            widget.setEnabled(not self.is_checking)
        self.check.setEnabled(not self.is_checking and bool(self.key.text().strip()))
        self.check.setText(
            self.tr("Asking Stripe…") if self.is_checking else self.tr("Check and connect")
        )

    def _places(self) -> list[tuple[KeyPlace, str, str]]:
        return [
            ("keyring", self.tr("In this computer’s keyring"), ""),
            ("session", self.tr("For this session only"), ""),
            (
                "file",
                self.tr("In a file that only your user account can read"),
                self.tr("Not encrypted: whoever can read your files, a backup too, has the key."),
            ),
        ]

    def _lay_out(self) -> None:
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.key.setPlaceholderText("rk_…")
        self.key.setAccessibleName(self.tr("API key"))
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.key, 1)
        line.addWidget(self.paste)
        links = QHBoxLayout()
        links.addWidget(self._spinner)
        links.addStretch(1)
        links.addWidget(self.explain)
        links.addWidget(self.dashboard)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(
            Text(
                self.tr("Paste a restricted key. It is checked before anything is kept."),
                "muted",
                wrap=True,
            )
        )
        column.addLayout(line)
        column.addWidget(self.banner)
        column.addLayout(links)
        column.addWidget(self.permissions)
        column.addWidget(Field(self.tr("Keep the key"), self.place))
        self.permissions.hide()
        self._spinner.hide()
        self.check.setEnabled(False)

    def _connect(self) -> None:
        self.key.textChanged.connect(self._show_state)
        self.key.returnPressed.connect(self.start)
        self.check.clicked.connect(self.start)
        self.paste.clicked.connect(self._on_paste)
        self.explain.clicked.connect(self._on_explain)
        self.dashboard.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(_DASHBOARD)))
        self._reveal.triggered.connect(self._on_reveal)

    def _on_paste(self) -> None:
        self.key.setText(QGuiApplication.clipboard().text().strip())
        self.key.setFocus()

    def _on_explain(self) -> None:
        self.permissions.setVisible(self.permissions.isHidden())

    def _on_reveal(self) -> None:
        hidden = self.key.echoMode() == QLineEdit.EchoMode.Password
        mode = QLineEdit.EchoMode.Normal if hidden else QLineEdit.EchoMode.Password
        self.key.setEchoMode(mode)


def _permissions() -> QWidget:
    box = QWidget()
    grid = QGridLayout(box)
    grid.setContentsMargins(0, 0, 0, 4)
    grid.setHorizontalSpacing(18)
    grid.setVerticalSpacing(3)
    grid.setColumnStretch(2, 1)
    for number, (what, access, why) in enumerate(needed_permissions()):
        grid.addWidget(Text(what), number, 0)
        grid.addWidget(Text(access, "strong"), number, 1, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(Text(why, "small"), number, 2)
    return box
