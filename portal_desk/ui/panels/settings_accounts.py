"""The accounts that this desk is connected to."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from portal_desk.models.account import Account
from portal_desk.ui.panels.settings_section import Section
from portal_desk.ui.tasks import Tasks
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import Banner, Button, Pill

if TYPE_CHECKING:
    from portal_desk.services.accounts import Accounts
    from portal_desk.services.desk import Desk


class AccountsSection(Section):
    """Every account: open it, or remove it from this computer.

    Signals:
        account_requested: the account with this key should be opened.
        connect_requested: another account should be connected.
    """

    account_requested = Signal(str)
    connect_requested = Signal()

    def __init__(
        self,
        desk: Desk,
        accounts: Accounts,
        tasks: Tasks,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._open = desk.account
        self._accounts = accounts
        self._tasks = tasks
        self.banner = Banner(theme)
        self.buttons: dict[str, tuple[Button, Button]] = {}
        self.set_title(self.tr("Accounts"))
        self.column.addWidget(self.banner)
        self.read()

    def read(self) -> None:
        """Read the list of accounts again."""
        self._tasks.start(self._read(), name="read accounts", on_error=self.banner.say_error)

    async def _read(self) -> None:
        accounts = await asyncio.to_thread(self._accounts.all)
        listed = {account.key for account in accounts}
        others = [] if self._open.key in listed else [self._open]
        self._show([*others, *accounts])

    def _show(self, accounts: list[Account]) -> None:
        self.clear_lines()
        self.buttons = {}
        for account in accounts:
            self._add_account(account)
        add = Button(self.tr("Connect another account…"))
        add.clicked.connect(self.connect_requested)
        self.add_line(self.tr("Several accounts, test and live, can be connected."), add)

    def _add_account(self, account: Account) -> None:
        is_open = account.key == self._open.key
        mode = (
            Pill(self.tr("LIVE"), "critical")
            if account.livemode
            else Pill(self.tr("TEST"), "warning")
        )
        switch, remove = Button(self.tr("Open")), Button(self.tr("Remove…"))
        switch.setAccessibleName(self.tr("Open {name}").format(name=account.name))
        remove.setAccessibleName(self.tr("Remove {name}").format(name=account.name))
        switch.clicked.connect(partial(self.account_requested.emit, account.key))
        remove.clicked.connect(partial(self._ask_to_remove, account))
        self.buttons[account.key] = (switch, remove)
        controls = (Pill(self.tr("Open now"), "info"),) if is_open else (switch, remove)
        self.add_line(account.name, mode, *controls, hint=self._hint(account))

    def _hint(self, account: Account) -> str:
        if account.is_demo:
            return self.tr("Demo on this computer")
        place = {
            "keyring": self.tr("key in the keyring"),
            "session": self.tr("key kept for this session only"),
            "file": self.tr("key in a private file"),
        }[account.key_place]
        return f"{account.id} · {place}"

    def _ask_to_remove(self, account: Account) -> None:
        self.banner.say(
            "warning",
            self.tr("Remove {name} from this computer?").format(name=account.name),
            self.tr("Its keys, its cache and the record of what was done from here are deleted."),
            action=self.tr("Remove"),
            on_action=partial(self._remove, account),
        )

    def _remove(self, account: Account) -> None:
        self.banner.clear()
        self._tasks.start(
            self._forget(account), name="remove an account", on_error=self.banner.say_error
        )

    async def _forget(self, account: Account) -> None:
        await asyncio.to_thread(self._accounts.forget, account)
        await self._read()
