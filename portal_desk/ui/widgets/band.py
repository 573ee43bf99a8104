"""The band that says whether real customers are being charged."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from portal_desk.models.account import Account
from portal_desk.ui.widgets.labels import Text
from portal_desk.ui.widgets.style import set_style


class LiveTestBand(QFrame):
    """LIVE or TEST in words and colour, with the account's name; on the window and on its dialogs."""

    def __init__(self, account: Account | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mode = Text("")
        self.name = Text("")
        self.hint = Text("")
        self.line = QHBoxLayout(self)
        self.line.setContentsMargins(12, 3, 6, 3)
        self.line.setSpacing(10)
        for widget in (self.mode, self.name, self.hint):
            self.line.addWidget(widget)
        self.line.addStretch(1)
        if account is not None:
            self.set_account(account)

    def add_button(self, button: QToolButton) -> None:
        """Put a button at the right end of the band."""
        self.line.addWidget(button)

    def set_account(self, account: Account) -> None:
        """Show which account is open."""
        self.mode.setText(self.tr("LIVE") if account.livemode else self.tr("TEST"))
        self.name.setText(account.name)
        self.hint.setText(self._hint(account))
        self.setAccessibleName(f"{self.mode.text()} {account.name}: {self.hint.text()}")
        set_style(self, band="live" if account.livemode else "test")
        for child in self.findChildren(QWidget):
            set_style(child)

    def _hint(self, account: Account) -> str:
        if account.livemode:
            return self.tr("Real customers, real money")
        if account.is_demo:
            return self.tr("Demo data on this computer")
        return self.tr("Test data, no real money")
