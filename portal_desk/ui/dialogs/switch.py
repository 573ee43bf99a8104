"""Moving a subscription to another price or quantity on the customer's behalf."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox

from portal_desk.models.actions import ProrationBehavior, SwitchRequest
from portal_desk.models.json import Json, items_of
from portal_desk.models.prices import in_currency, interval_of
from portal_desk.ui.dialogs.base import ActionDialog, Preparation
from portal_desk.ui.dialogs.fields import Field, QuantityBox, side_by_side
from portal_desk.ui.dialogs.price_list import PriceList
from portal_desk.ui.dialogs.prices import for_switch, price_choices
from portal_desk.ui.dialogs.subjects import item_line, plan_line
from portal_desk.ui.dialogs.words import proration_choices

_SENTENCE = int(Qt.ItemDataRole.UserRole) + 1


class SwitchDialog(ActionDialog):
    """Changes the price and the quantity of one item of a subscription."""

    is_wide = True

    def title(self) -> str:
        return self.tr("Change {plan}").format(plan=plan_line(self._snapshot, self._subscription))

    def dismiss_text(self) -> str:
        return self.tr("Leave as it is")

    def fill_inputs(self) -> None:
        self._prices: list[Json] = []
        self._products: list[Json] = []
        self.item = QComboBox()
        self.price = PriceList(self._theme)
        self.quantity = QuantityBox(self._theme)
        self.proration = QComboBox()
        self._lay_out_inputs()
        self._fill()
        self._listen()
        self._forget_plan()
        self._run(self._load(), "load prices", self.consequences.show_error)

    def prepare(self) -> Preparation | None:
        request = self.request()
        return None if request is None else partial(self._desk.actions.prepare_switch, request)

    def request(self) -> SwitchRequest | None:
        """The inputs as they are now; None while nothing is different."""
        chosen = self.price.chosen
        if chosen is None or not self._is_change(chosen.price):
            return None
        return SwitchRequest(
            subscription=self._subscription["id"],
            item=self._item["id"],
            price=chosen.id,
            quantity=self.quantity.value(),
            proration_behavior=self._behavior,
        )

    def confirm_text(self) -> str:
        return self.tr("Change and bill now") if self._bills_now else self.tr("Change subscription")

    def missing_text(self) -> str:
        return self.tr("Choose another price or quantity to see what it would cost.")

    @property
    def _item(self) -> Json:
        return list(items_of(self._subscription))[max(self.item.currentIndex(), 0)]

    @property
    def _behavior(self) -> ProrationBehavior:
        behavior: ProrationBehavior = self.proration.currentData()
        return behavior

    @property
    def _bills_now(self) -> bool:
        return self._behavior == "always_invoice" or self._begins_period

    @property
    def _begins_period(self) -> bool:
        """Whether the chosen price begins a new period at once: it has another interval, and no trial runs."""
        chosen = self.price.chosen
        if chosen is None or self._subscription["status"] == "trialing":
            return False
        return interval_of(chosen.price) != interval_of(self._item["price"])

    def _is_change(self, price: Json) -> bool:
        same_quantity = _is_metered(price) or self.quantity.value() == self._item.get("quantity")
        return not (price["id"] == self._item["price"]["id"] and same_quantity)

    def _lay_out_inputs(self) -> None:
        self._price_field = Field(self.tr("Price"), self.price)
        self._item_field = Field(self.tr("Item"), self.item)
        self._quantity_field = Field(self.tr("Quantity"), self.quantity)
        self._proration_field = Field(self.tr("Difference for the current period"), self.proration)
        self.input_column.addWidget(self._item_field)
        self.input_column.addWidget(self._price_field)
        self.input_column.addLayout(
            side_by_side((self._quantity_field, 0), (self._proration_field, 1))
        )

    def _fill(self) -> None:
        items = list(items_of(self._subscription))
        for item in items:
            self.item.addItem(item_line(self._snapshot, item), item["id"])
        self._item_field.setVisible(len(items) > 1)
        self._show_quantity()
        self._offer_prorations()

    def _listen(self) -> None:
        self.item.currentIndexChanged.connect(self._on_item_changed)
        self.price.changed.connect(self._on_price_changed)
        self.quantity.valueChanged.connect(self.on_input_changed)
        self.proration.currentIndexChanged.connect(self._on_proration_changed)

    async def _load(self) -> None:
        store = self._desk.store
        self._products = await self._desk.read(store.products)
        self._prices = await self._desk.read(store.prices)
        self._show_prices()
        self.start()

    def _show_prices(self) -> None:
        current = self._item["price"]
        currency = self._subscription["currency"]
        prices = (in_currency(price, currency) for price in self._prices)
        fitting = [price for price in prices if price["currency"] == currency]
        choices = price_choices(fitting, self._products, for_switch(current), current=current)
        self.price.set_choices(choices, chosen=current["id"])
        self._price_field.set_hint(self._left_out(currency, len(self._prices) - len(fitting)))

    def _left_out(self, currency: str, number: int) -> str:
        if not number:
            return ""
        told = self.tr("Prices in {currency} alone: a subscription can’t change its currency.")
        return told.format(currency=currency.upper())

    def _on_item_changed(self) -> None:
        self._show_prices()
        self._offer_prorations()
        self._show_quantity()
        self.on_input_changed()

    def _offer_prorations(self) -> None:
        """The ways to settle that the chosen price leaves; what was chosen stays, if it is still there."""
        before = self.proration.currentData()
        self.proration.blockSignals(True)
        self.proration.clear()
        for value, name, sentence in proration_choices(new_period=self._begins_period):
            self.proration.addItem(name, value)
            self.proration.setItemData(self.proration.count() - 1, sentence, _SENTENCE)
        self.proration.setCurrentIndex(max(self.proration.findData(before), 0))
        self.proration.blockSignals(False)
        self._describe()

    def _on_price_changed(self) -> None:
        self._offer_prorations()
        chosen = self.price.chosen
        self._quantity_field.setVisible(chosen is None or not _is_metered(chosen.price))
        self.on_input_changed()

    def _on_proration_changed(self) -> None:
        self._describe()
        self.on_input_changed()

    def _show_quantity(self) -> None:
        self.quantity.setValue(self._item.get("quantity") or 1)
        self._quantity_field.setVisible(not _is_metered(self._item["price"]))

    def _describe(self) -> None:
        self._proration_field.set_hint(self.proration.currentData(_SENTENCE))


def _is_metered(price: Json) -> bool:
    return bool((price.get("recurring") or {}).get("usage_type") == "metered")
