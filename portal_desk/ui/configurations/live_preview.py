"""The portal under the draft, for a customer of the account or a made-up one, drawn again after each change."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

from PySide6.QtCore import QStringListModel, Qt, QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from portal_desk.models.json import Json
from portal_desk.models.search import SearchQuery
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.portal.languages import languages
from portal_desk.services.desk import Desk
from portal_desk.services.portal.made_up import made_up_customer
from portal_desk.ui.configurations.words import Catalogue
from portal_desk.ui.dialogs.subjects import customer_name
from portal_desk.ui.portal_preview.customer_portal import CustomerPortal
from portal_desk.ui.tasks import Tasks
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import IconButton, ScrolledColumn, Text

_OFFERED = 8
_TYPING_MS, _DRAWING_MS = 150, 30


class LivePreview(QWidget):
    """A bar to choose whose portal in which language, and the page."""

    def __init__(
        self, desk: Desk, tasks: Tasks, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tasks = tasks
        self._draft: Json = {}
        self._account: Json = {}
        self._catalogue = Catalogue()
        self._snapshot: CustomerSnapshot | None = None
        self._picked = ""
        self._found: dict[str, str] = {}
        self._searching: asyncio.Task[None] | None = None
        self.customer = QLineEdit()
        self.made_up = IconButton(theme, "user-focus", self.tr("Show a made-up customer"))
        self.language = QComboBox()
        self.phone = QCheckBox(self.tr("Phone"))
        self.explain = QCheckBox(self.tr("Explain what is missing"))
        self.page = CustomerPortal()
        self._names = QStringListModel(self)
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._drawing = QTimer(self, singleShot=True, interval=_DRAWING_MS)
        self._lay_out()
        self._connect()

    def set_account(self, account: Json, catalogue: Catalogue) -> None:
        """Whose portal it is, and what is sold."""
        self._account, self._catalogue = account, catalogue

    def show_draft(self, draft: Json) -> None:
        """Draw this draft, in a moment."""
        self._draft = draft
        self._drawing.start()

    def show_customer(self, snapshot: CustomerSnapshot | None) -> None:
        """Draw this customer's portal; None for a made-up one."""
        self._snapshot = snapshot
        self._picked = ""
        self.customer.setText(customer_name(snapshot) if snapshot else "")
        self._drawing.start()

    def _draw(self) -> None:
        now = int(time.time())
        self.page.show_portal(
            self._whose(now),
            self._draft,
            locale=self.language.currentData(),
            now=now,
            explain=self.explain.isChecked(),
        )

    def _whose(self, now: int) -> CustomerSnapshot:
        """The customer, with the prices that the draft offers and no configuration does yet."""
        prices, products = self._catalogue.prices, self._catalogue.products
        if self._snapshot is None:
            return made_up_customer(
                self._account, self._draft, list(products.values()), list(prices.values()), now=now
            )
        known = self._snapshot
        return replace(
            known, prices={**prices, **known.prices}, products={**products, **known.products}
        )

    def _on_typed(self) -> None:
        if self._searching is not None:
            self._searching.cancel()
        text = self.customer.text().strip()
        if text:
            self._searching = self._tasks.start(
                self._search(text), name="search a customer to preview"
            )

    async def _search(self, text: str) -> None:
        result = await self._desk.search(SearchQuery(text), _OFFERED)
        rows = await self._desk.rows(result.customers[:_OFFERED])
        self._found = {f"{row.name or row.email} · {row.email or row.id}": row.id for row in rows}
        self._names.setStringList(list(self._found))
        self.customer.completer().complete()

    def _on_picked(self, line: str) -> None:
        customer = self._found.get(line)
        if customer is not None:
            self._picked = customer
            self._tasks.start(self._read(customer), name="read a customer to preview")

    async def _read(self, customer: str) -> None:
        snapshot = await self._desk.read(self._desk.store.snapshot, customer)
        if customer == self._picked:  # nobody else was asked for meanwhile
            self.show_customer(snapshot)

    def _on_width_changed(self) -> None:
        self.page.set_width("phone" if self.phone.isChecked() else "desktop")

    def _connect(self) -> None:
        self._typing.timeout.connect(self._on_typed)
        self._drawing.timeout.connect(self._draw)
        self.customer.textEdited.connect(lambda _text: self._typing.start())
        self.customer.completer().activated.connect(
            self._on_picked, Qt.ConnectionType.QueuedConnection
        )
        self.made_up.clicked.connect(lambda: self.show_customer(None))
        self.language.currentIndexChanged.connect(lambda _number: self._drawing.start())
        self.explain.toggled.connect(self._drawing.start)
        self.phone.toggled.connect(self._on_width_changed)

    def _lay_out(self) -> None:
        completer = QCompleter(self._names, self.customer)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self.customer.setCompleter(completer)
        self.customer.setPlaceholderText(self.tr("A made-up customer; type to find one"))
        self.customer.setAccessibleName(self.tr("Customer in the preview"))
        self.language.setAccessibleName(self.tr("Language of the preview"))
        self.language.addItem(self.tr("Customer's language"), "auto")
        for language in languages():
            self.language.addItem(language.label, language.tag)
        self.language.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.language.setMinimumContentsLength(8)
        whose, how = QHBoxLayout(), QHBoxLayout()
        whose.addWidget(self.customer, 3)
        whose.addWidget(self.made_up)
        whose.addWidget(self.language, 2)
        how.addWidget(Text(self.tr("What customers will see"), "small"), 1)
        how.addWidget(self.explain)
        how.addWidget(self.phone)
        scrolled = ScrolledColumn()
        scrolled.column.setContentsMargins(12, 8, 12, 12)
        stage = QHBoxLayout()
        stage.addStretch(0)
        stage.addWidget(self.page, 1)
        stage.addStretch(0)
        scrolled.column.addLayout(stage)
        scrolled.column.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 10, 0, 0)
        outer.setSpacing(6)
        for line in (whose, how):
            line.setContentsMargins(12, 0, 12, 0)
            line.setSpacing(8)
            outer.addLayout(line)
        outer.addWidget(scrolled, 1)
