"""The head of the customer pane: who this is, and the two things most often wanted."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.ui import format as fmt
from portal_desk.ui.panels import customer_words as words
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import Button, CopyButton, ElidedText, IconButton, Pill, Text


class CustomerHeader(QWidget):
    """Name, email, id, country, since when, balance; and how fresh all that is.

    Signals:
        preview_requested, link_requested, refresh_requested: a button was pressed.
    """

    preview_requested = Signal()
    link_requested = Signal()
    refresh_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._as_of = 0
        self.name = ElidedText("", "heading")
        self.email = ElidedText("", "muted", hugging=True)
        self.customer_id = Text("", "faint", selectable=True)
        self.copy_email = CopyButton(theme, "", self.tr("Copy the email address"))
        self.copy_id = CopyButton(theme, "", self.tr("Copy the customer's id"))
        self.facts = Text("", "small")
        self.delinquent = Pill(self.tr("Delinquent"), "critical")
        self.freshness = Text("", "faint")
        self.preview = Button(self.tr("Preview portal"), theme=theme, icon_name="eye")
        self.link = Button(self.tr("Issue link…"), "primary", theme=theme, icon_name="link-simple")
        self.refresh = IconButton(theme, "arrows-clockwise", self.tr("Refresh from Stripe"))
        self.preview.clicked.connect(self.preview_requested)
        self.link.clicked.connect(self.link_requested)
        self.refresh.clicked.connect(self.refresh_requested)
        self._lay_out()

    def show_snapshot(self, snapshot: CustomerSnapshot) -> None:
        """Show who this is."""
        customer = snapshot.customer
        email, customer_id = str(customer.get("email") or ""), str(customer["id"])
        self.name.set_full_text(str(customer.get("name") or email or customer_id))
        self.email.set_full_text(email or self.tr("No email address"))
        self.copy_email.setVisible(bool(email))
        self.copy_email.set_value(email)
        self.customer_id.setText(customer_id)
        self.copy_id.set_value(customer_id)
        self.facts.setText("  ·  ".join(self._facts(snapshot)))
        self.delinquent.setVisible(bool(customer.get("delinquent")))
        self._as_of = snapshot.as_of
        self.tick()

    def warn_of_links(self, refused: str) -> None:
        """Say beside the button that the key was refused a link last time; it can be tried all the same."""
        self.link.warn(refused)

    def set_usable(self, usable: bool) -> None:
        """Whether anything can be done for this customer."""
        self.link.setEnabled(usable)
        self.preview.setEnabled(usable)

    def set_refreshing(self, refreshing: bool) -> None:
        """Say quietly that Stripe is being asked."""
        self.refresh.setEnabled(not refreshing)
        if refreshing:
            self.freshness.setText(self.tr("refreshing…"))
        else:
            self.tick()

    def tick(self) -> None:
        """Say how old this is by now."""
        if self.refresh.isEnabled() and self._as_of:
            self.freshness.setText(self.tr("read {when}").format(when=fmt.relative(self._as_of)))
            self.freshness.setToolTip(fmt.exact(self._as_of))

    def _facts(self, snapshot: CustomerSnapshot) -> list[str]:
        customer = snapshot.customer
        balance, currency = int(customer.get("balance") or 0), str(customer.get("currency") or "")
        country = (customer.get("address") or {}).get("country")
        facts = [str(country)] if country else []
        facts.append(self.tr("since {day}").format(day=fmt.date(customer["created"])))
        return facts + ([words.balance_text(balance, currency)] if balance else [])

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 14, 20, 8)
        column.setSpacing(3)
        top = _line(8)
        top.addWidget(self.name, 1)
        for button in (self.preview, self.link):
            top.addWidget(button)
        who = _line(2)
        for widget in (self.email, self.copy_email, self.customer_id, self.copy_id):
            who.addWidget(widget)
        who.insertSpacing(2, 10)
        who.addStretch(1)
        state = _line(8)
        state.addWidget(self.facts)
        state.addWidget(self.delinquent)
        state.addStretch(1)
        state.addWidget(self.freshness)
        state.addWidget(self.refresh)
        for line in (top, who, state):
            column.addLayout(line)


def _line(spacing: int) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(spacing)
    return line
