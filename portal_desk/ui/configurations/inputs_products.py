"""Which products customers can change to: their prices, and how many they may choose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QCompleter, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from portal_desk.models.json import Json, id_of
from portal_desk.models.loose import as_count, as_id, as_list, as_object, as_objects
from portal_desk.ui.configurations.inputs import Combo, Input, Spin
from portal_desk.ui.configurations.words import Catalogue, tr
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import Button, Card, ElidedText, IconButton, Text, clear_layout

_MOST = 999_999
_FEW = 4
"""So many prices that are not on offer are shown at once."""

_INTERVALS = ("day", "week", "month", "year")


class ProductsInput(Input):
    """A card for each product on offer, and a list of all others to add from."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._catalogue = Catalogue()
        self.offers: list[OfferCard] = []
        self._cards = QVBoxLayout()
        self._cards.setSpacing(8)
        self.add = Combo()
        self.column.addLayout(self._cards)
        self.column.addWidget(self.add)
        self.add.activated.connect(self._on_add)
        self._set_up_adding()
        self.setFocusProxy(self.add)

    def set_catalogue(self, catalogue: Catalogue) -> None:
        """Offer what the account sells; what is on offer stays as it is."""
        self._catalogue = catalogue
        self.set_value(self.value())

    def value(self) -> Any:  # noqa: ANN401 - any JSON
        return [offer.value() for offer in self.offers]

    def set_value(self, value: Any) -> None:  # noqa: ANN401 - any JSON
        clear_layout(self._cards)
        self.offers.clear()
        for offer in as_objects(value):
            self._append(offer)
        self._fill_adding()

    def _append(self, offer: Json) -> OfferCard:
        card = OfferCard(self._theme, self._catalogue, offer)
        card.changed.connect(self.changed)
        card.removed.connect(lambda: self._remove(card))
        self._cards.addWidget(card)
        self.offers.append(card)
        return card

    def _remove(self, card: OfferCard) -> None:
        self.offers.remove(card)
        self._cards.removeWidget(card)
        card.hide()
        card.deleteLater()
        self._fill_adding()
        self.add.setFocus()
        self.changed.emit()

    def _on_add(self, number: int) -> None:
        product = self.add.itemData(number)
        if product:
            self._append({"product": product, "prices": self._first_prices(product)})
            self._fill_adding()
            self.offers[-1].setFocus()
            self.changed.emit()

    def _first_prices(self, product: str) -> list[str]:
        """One price of each interval, which is as many as may be offered."""
        found: dict[str, str] = {}
        for price in sold_prices(self._catalogue, product):
            if price.get("active"):
                found.setdefault(price["recurring"]["interval"], price["id"])
        return list(found.values())

    def _set_up_adding(self) -> None:
        """Any product can be found by typing a part of its name."""
        edit = QLineEdit()
        edit.setPlaceholderText(tr("Add a product…"))
        edit.setAccessibleName(tr("Add a product"))
        self.add.setLineEdit(edit)
        self.add.setInsertPolicy(Combo.InsertPolicy.NoInsert)
        self.add.setAccessibleName(tr("Add a product"))
        completer = QCompleter(self.add.model(), self.add)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.add.setCompleter(completer)

    def _fill_adding(self) -> None:
        offered = {card.product for card in self.offers}
        self.add.clear()
        products = self._catalogue.products.values()
        names = sorted(
            (str(one.get("name") or one["id"]), one["id"]) for one in products if one.get("active")
        )
        for name, product in names:
            if product not in offered and any(sold_prices(self._catalogue, product)):
                self.add.addItem(name, product)
        self.add.setCurrentIndex(-1)


class OfferCard(Card):
    """One product: which of its prices, and how many of it.

    Signals:
        changed: it is offered in another way.
        removed: it is not to be offered any more.
    """

    changed = Signal()
    removed = Signal()

    def __init__(
        self, theme: Theme, catalogue: Catalogue, offer: Json, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._offer = offer
        self.product = as_id(offer.get("product"))
        self.prices: dict[str, QCheckBox] = {}
        self.more: Button | None = None
        self._lines = QVBoxLayout()
        self._lines.setSpacing(8)
        self.adjustable = QCheckBox(tr("Quantity from"))
        self.least, self.most = Spin(theme), Spin(theme)
        name = catalogue.product_name(self.product)
        self._add_head(theme, name)
        self._add_prices(theme, catalogue)
        self._add_quantity(name)
        self.setFocusProxy(next(iter(self.prices.values()), self.adjustable))

    def value(self) -> Json:
        """The offer, with whatever this program doesn't know of it."""
        prices = [price for price, box in self.prices.items() if box.isChecked()]
        limits = {"minimum": self.least.value(), "maximum": self.most.value() or None}
        before = as_object(self._offer.get("adjustable_quantity"))
        quantity = before | {"enabled": self.adjustable.isChecked()}
        if self.adjustable.isChecked():
            quantity |= limits
        return self._offer | {
            "product": self.product,
            "prices": prices,
            "adjustable_quantity": quantity,
        }

    def _add_head(self, theme: Theme, name: str) -> None:
        remove = IconButton(theme, "x", tr("Don’t offer {product}").format(product=name), tiny=True)
        remove.clicked.connect(self.removed)
        head = QHBoxLayout()
        head.addWidget(ElidedText(name, "strong"), 1)
        head.addWidget(remove)
        self.column.addLayout(head)

    def _add_prices(self, theme: Theme, catalogue: Catalogue) -> None:
        """The prices on offer first; many others are not even made until they are asked for."""
        chosen = [as_id(one) for one in as_list(self._offer.get("prices"))]
        known = {price["id"]: price for price in sold_prices(catalogue, self.product)}
        others = [one for one in known if known[one].get("active") and one not in chosen]
        labels = {one: catalogue.price_line(one) + _note(known.get(one, {})) for one in chosen}
        self.column.addLayout(self._lines)
        for price, label in labels.items():
            self._add_price(price, label, chosen=True)
        more = [(one, catalogue.price_line(one) + _note(known[one])) for one in others]
        if len(more) > _FEW:
            words = tr("{n} more prices of this product").format(n=len(more))
            self.more = Button(words, "ghost", theme=theme, icon_name="caret-down")
            self.more.clicked.connect(lambda: self._unfold(more))
            self.column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        else:
            self._unfold(more)

    def _add_price(self, price: str, label: str, *, chosen: bool) -> None:
        box = QCheckBox(label.replace("&", "&&"))
        box.setToolTip(price)
        box.setChecked(chosen)
        box.toggled.connect(self.changed)
        self.prices[price] = box
        self._lines.addWidget(box)

    def _unfold(self, more: Sequence[tuple[str, str]]) -> None:
        for price, label in more:
            self._add_price(price, label, chosen=False)
        if self.more is not None:
            self.prices[more[0][0]].setFocus()
            self.more.hide()

    def _add_quantity(self, name: str) -> None:
        quantity = as_object(self._offer.get("adjustable_quantity"))
        self.least.setRange(0, _MOST)
        self.most.setRange(0, _MOST)
        self.most.setSpecialValueText(tr("any number"))
        least = as_count(quantity.get("minimum"))
        self.least.setValue(1 if least is None else least)
        self.most.setValue(as_count(quantity.get("maximum")) or 0)
        self.least.setAccessibleName(tr("Least quantity of {product}").format(product=name))
        self.most.setAccessibleName(tr("Greatest quantity of {product}").format(product=name))
        self.adjustable.setChecked(quantity.get("enabled") is True)
        line = QHBoxLayout()
        for widget in (self.adjustable, self.least, Text(tr("to")), self.most):
            line.addWidget(widget)
        line.addStretch(1)
        self.column.addLayout(line)
        self._show_limits()
        self.adjustable.toggled.connect(self._show_limits)
        self.adjustable.toggled.connect(self.changed)
        for box in (self.least, self.most):
            box.valueChanged.connect(self.changed)

    def _show_limits(self) -> None:
        for box in (self.least, self.most):
            box.setEnabled(self.adjustable.isChecked())


def sold_prices(catalogue: Catalogue, product: str) -> Iterable[Json]:
    """The recurring prices of a product, short intervals first."""
    prices = (one for one in catalogue.prices.values() if id_of(one.get("product")) == product)
    recurring = [one for one in prices if one.get("recurring")]
    return sorted(
        recurring, key=lambda one: (one["currency"], _INTERVALS.index(one["recurring"]["interval"]))
    )


def _note(price: Json) -> str:
    parts = [price.get("nickname"), None if price.get("active", True) else tr("archived")]
    return "".join(f" · {part}" for part in parts if part)
