"""One subscription, with what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from portal_desk.models.json import Json, ends_at, items_of
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.ui import format as fmt
from portal_desk.ui.panels import customer_words as words
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import (
    Button,
    Card,
    CopyButton,
    ElidedText,
    KeyValueGrid,
    Pill,
    StatusBadge,
    Text,
    row,
)
from portal_desk.ui.widgets.flow import FlowLayout

_OVER = {"canceled", "incomplete_expired"}
_SWITCHABLE = {"active", "trialing", "past_due"}


def can_cancel(subscription: Json) -> bool:
    """Whether there is anything left to cancel."""
    return subscription["status"] not in _OVER


def can_resume(subscription: Json) -> bool:
    """Whether a cancellation is scheduled that can still be undone."""
    return can_cancel(subscription) and ends_at(subscription) is not None


def can_switch(subscription: Json) -> bool:
    """Whether the plan or the quantity can be changed."""
    return subscription["status"] in _SWITCHABLE


class SubscriptionCard(Card):
    """A subscription's items, terms and buttons.

    Args:
        pending: what is on its way to Stripe.
        refused: that the key lacked the permission to change subscriptions.

    Signals:
        cancel_requested, resume_requested, switch_requested: a button was pressed; the subscription's id.
    """

    cancel_requested = Signal(str)
    resume_requested = Signal(str)
    switch_requested = Signal(str)

    def __init__(
        self,
        snapshot: CustomerSnapshot,
        subscription: Json,
        theme: Theme,
        *,
        pending: str = "",
        refused: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._snapshot = snapshot
        self._subscription = subscription
        self._theme = theme
        self.setAccessibleName(words.subscription_title(snapshot, subscription))
        self.column.addLayout(self._head(pending))
        self.column.addWidget(self._items())
        self.column.addWidget(self._terms())
        buttons = self._buttons()
        for button in buttons:
            button.warn(refused)
        if buttons:
            self.column.addLayout(self._in_line(buttons))

    def _in_line(self, buttons: list[Button]) -> FlowLayout:
        line = FlowLayout(spacing=6)
        for button in buttons:
            line.addWidget(button)
        return line

    def _head(self, pending: str) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(6)
        title = words.subscription_title(self._snapshot, self._subscription)
        line.addWidget(ElidedText(title, "strong"), 1)
        if pending:
            pill = Pill(self.tr("Change pending"), "info")
            pill.setToolTip(pending)
            line.addWidget(pill)
        ending = words.cancellation_text(self._subscription)
        if ending:
            pill = Pill(ending, "warning" if can_cancel(self._subscription) else "neutral")
            pill.setToolTip(fmt.exact(self._end()))
            line.addWidget(pill)
        line.addWidget(StatusBadge(str(self._subscription["status"])))
        return line

    def _end(self) -> int | None:
        return ends_at(self._subscription) or self._subscription.get("ended_at")

    def _items(self) -> QWidget:
        items = list(items_of(self._subscription))
        grid = KeyValueGrid(self._theme)
        for item in items:
            cost = words.price_text(item["price"], item.get("quantity"))
            name = self._snapshot.product_name(item["price"]["product"])
            grid.add(name if len(items) > 1 else self.tr("Price"), cost)
        for key, value in words.subscription_notes(self._snapshot, self._subscription):
            grid.add(key, value)
        return grid

    def _terms(self) -> QWidget:
        subscription_id = str(self._subscription["id"])
        text = Text(subscription_id, "faint", selectable=True)
        copy = CopyButton(self._theme, subscription_id, self.tr("Copy the subscription's id"))
        return row(text, copy, spacing=2, stretch_after=True)

    def _buttons(self) -> list[Button]:
        buttons: list[Button] = []
        subscription_id = str(self._subscription["id"])
        if can_switch(self._subscription):
            switch = Button(self.tr("Switch plan…"), theme=self._theme, icon_name="swap")
            switch.clicked.connect(lambda: self.switch_requested.emit(subscription_id))
            buttons.append(switch)
        if can_resume(self._subscription):
            resume = Button(
                self.tr("Undo cancellation…"),
                theme=self._theme,
                icon_name="arrow-counter-clockwise",
            )
            resume.clicked.connect(lambda: self.resume_requested.emit(subscription_id))
            buttons.append(resume)
        if can_cancel(self._subscription):
            cancel = Button(self.tr("Cancel…"), theme=self._theme, icon_name="x-circle")
            cancel.clicked.connect(lambda: self.cancel_requested.emit(subscription_id))
            buttons.append(cancel)
        return buttons
