"""Where a portal link leads: the flow, and the fields that it needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from portal_desk.models.actions import FlowType, LinkRequest
from portal_desk.models.json import Json, items_of
from portal_desk.models.prices import in_currency
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.services.portal.rules import TargetPrice, target_prices
from portal_desk.ui.dialogs.fields import Field, QuantityBox, side_by_side
from portal_desk.ui.dialogs.price_list import PriceList
from portal_desk.ui.dialogs.prices import from_reasons, price_choices
from portal_desk.ui.dialogs.subjects import item_line, plan_line
from portal_desk.ui.dialogs.words import flow_choices
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import words_of

_SENTENCE = int(Qt.ItemDataRole.UserRole) + 1
_ENDED = frozenset({"canceled", "incomplete_expired"})
_ABOUT_A_SUBSCRIPTION = frozenset(
    {
        "subscription_cancel",
        "subscription_update",
        "subscription_update_confirm",
        "subscription_pause",
    }
)


@dataclass(frozen=True)
class Catalogue:
    """What there is to choose from in the account.

    Attributes:
        coupons, promotion_codes: also those that no longer apply.
    """

    products: Sequence[Json] = ()
    prices: Sequence[Json] = ()
    coupons: Sequence[Json] = ()
    promotion_codes: Sequence[Json] = ()


class FlowForm(QWidget):
    """The flow and its fields; only those that the chosen flow needs are shown.

    Signals:
        changed: the flow is another one, or leads elsewhere.
    """

    changed = Signal()

    def __init__(
        self,
        snapshot: CustomerSnapshot,
        subscription_id: str | None,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._snapshot = snapshot
        self._catalogue = Catalogue()
        self._configuration: Json = {}
        self.flow = QComboBox()
        self.subscription = QComboBox()
        self.item = QComboBox()
        self.price = PriceList(theme)
        self.quantity = QuantityBox(theme)
        self.discount = QComboBox()
        self.retention = QComboBox()
        self._lay_out()
        self._fill(subscription_id)
        self._listen()
        self._show_needed()

    def set_catalogue(self, catalogue: Catalogue) -> None:
        """Offer what the account sells."""
        self._catalogue = catalogue
        coupons = [
            (str(one.get("name") or one["id"]), one["id"])
            for one in catalogue.coupons
            if one.get("valid", True)
        ]
        codes = [
            (self.tr("Code {code}").format(code=one["code"]), one["id"])
            for one in catalogue.promotion_codes
            if one.get("active", True)
        ]
        # A code can be part of a prepared change (R19); an offer to stay is a coupon (R20).
        _offer(self.discount, self.tr("No discount"), coupons + codes)
        _offer(self.retention, self.tr("No offer"), coupons)
        self._show_prices()

    def set_configuration(self, configuration: Json) -> None:
        """Offer the prices that this portal configuration offers."""
        self._configuration = configuration
        self._show_prices()

    def apply_to(self, request: dict[str, object]) -> None:
        """Put what is chosen into the fields of a LinkRequest."""
        flow = self.current_flow
        request["flow"] = flow
        if flow in _ABOUT_A_SUBSCRIPTION:
            request["flow_subscription"] = self.subscription.currentData()
        if flow == "subscription_cancel":
            request["retention_coupon"] = self.retention.currentData()
        if flow == "subscription_update_confirm":
            chosen = self.price.chosen
            request["flow_item"] = self.item.currentData()
            request["flow_price"] = chosen.id if chosen else None
            request["flow_quantity"] = None if self.quantity.isHidden() else self.quantity.value()
            request["flow_discount"] = self.discount.currentData()

    def take(self, request: LinkRequest) -> None:
        """Choose what an earlier request chose."""
        _choose(self.flow, request.flow)
        _choose(self.subscription, request.flow_subscription)
        _choose(self.item, request.flow_item)
        _choose(self.retention, request.retention_coupon)
        _choose(self.discount, request.flow_discount)
        if request.flow_price:
            self.price.choose(request.flow_price)
        if request.flow_quantity:
            self.quantity.setValue(request.flow_quantity)

    @property
    def current_flow(self) -> FlowType | None:
        """The flow; None for the portal's home page."""
        flow: FlowType | None = self.flow.currentData()
        return flow

    @property
    def _current_subscription(self) -> Json | None:
        wanted = self.subscription.currentData()
        return next((one for one in self._snapshot.subscriptions if one["id"] == wanted), None)

    @property
    def _current_item(self) -> Json | None:
        subscription = self._current_subscription or {}
        wanted = self.item.currentData()
        return next((one for one in items_of(subscription) if one["id"] == wanted), None)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self._flow = Field(self.tr("Opens"), self.flow)
        self._fields = {
            "subscription": Field(self.tr("Subscription"), self.subscription),
            "item": Field(self.tr("Item"), self.item),
            "price": Field(self.tr("New price"), self.price),
            "quantity": Field(self.tr("New quantity"), self.quantity),
            "discount": Field(self.tr("Discount"), self.discount),
            "retention": Field(
                self.tr("Offer to stay"),
                self.retention,
                self.tr("The customer sees this coupon before they confirm the cancellation."),
            ),
        }
        column.addWidget(self._flow)
        for name in ("subscription", "item", "price"):
            column.addWidget(self._fields[name])
        last = (self._fields["quantity"], 0), (self._fields["discount"], 1)
        column.addLayout(side_by_side(*last))
        column.addWidget(self._fields["retention"])

    def _fill(self, subscription_id: str | None) -> None:
        for value, name, sentence in flow_choices():
            self.flow.addItem(name, value)
            self.flow.setItemData(self.flow.count() - 1, sentence, _SENTENCE)
        for subscription in self._snapshot.subscriptions:
            if subscription["status"] not in _ENDED:
                status = words_of(subscription["status"])
                line = f"{plan_line(self._snapshot, subscription)} · {status}"
                self.subscription.addItem(line, subscription["id"])
        _choose(self.subscription, subscription_id)
        self.set_catalogue(self._catalogue)
        self._fill_items()

    def _listen(self) -> None:
        self.flow.currentIndexChanged.connect(self._on_flow_changed)
        self.subscription.currentIndexChanged.connect(self._on_subscription_changed)
        self.item.currentIndexChanged.connect(self._on_item_changed)
        self.price.changed.connect(self._on_price_changed)
        self.quantity.valueChanged.connect(self.changed)
        self.discount.currentIndexChanged.connect(self.changed)
        self.retention.currentIndexChanged.connect(self.changed)

    def _fill_items(self) -> None:
        self.item.clear()
        for item in items_of(self._current_subscription or {}):
            self.item.addItem(item_line(self._snapshot, item), item["id"])
        self._show_item()

    def _show_item(self) -> None:
        item = self._current_item
        if item is not None:
            self.quantity.setValue(item.get("quantity") or 1)
        self._show_prices()

    def _show_prices(self) -> None:
        item, subscription = self._current_item, self._current_subscription
        if item is None or subscription is None:
            self.price.set_choices([], chosen="")
            return
        reasons = {one.price["id"]: one.reasons for one in self._targets(subscription)}
        known = (price for price in self._catalogue.prices if price["id"] in reasons)
        offered = [in_currency(price, subscription["currency"]) for price in known]
        judge = from_reasons(reasons, item["price"])
        choices = price_choices(offered, self._catalogue.products, judge, current=item["price"])
        chosen = self.price.chosen.id if self.price.chosen else item["price"]["id"]
        self.price.set_choices(choices, chosen=chosen)
        self._show_quantities(subscription)

    def _targets(self, subscription: Json) -> tuple[TargetPrice, ...]:
        return target_prices(subscription, self._configuration, self._snapshot)

    def _show_quantities(self, subscription: Json) -> None:
        """R11: how many the customer may choose for themselves; a prepared change is not bound by it."""
        chosen = self.price.chosen.id if self.price.chosen else ""
        allowed = next(
            (one.quantities for one in self._targets(subscription) if one.price["id"] == chosen),
            None,
        )
        hint = ""
        if allowed is not None and allowed.maximum is not None:
            hint = self.tr("In the portal the customer may choose {least} to {most}.").format(
                least=allowed.minimum, most=allowed.maximum
            )
        self._fields["quantity"].set_hint(hint)

    def _show_needed(self) -> None:
        flow = self.current_flow
        confirm = flow == "subscription_update_confirm"
        metered = _is_metered(self.price.chosen.price if self.price.chosen else None)
        needed = {
            "subscription": flow in _ABOUT_A_SUBSCRIPTION,
            "item": confirm and self.item.count() > 1,
            "price": confirm,
            "quantity": confirm and not metered,
            "discount": confirm,
            "retention": flow == "subscription_cancel",
        }
        for name, field in self._fields.items():
            field.setVisible(needed[name])
        self.quantity.setVisible(needed["quantity"])
        self._flow.set_hint(self.flow.currentData(_SENTENCE))

    def _on_flow_changed(self) -> None:
        self._show_needed()
        self.changed.emit()

    def _on_subscription_changed(self) -> None:
        self._fill_items()
        self._show_needed()
        self.changed.emit()

    def _on_item_changed(self) -> None:
        self._show_item()
        self.changed.emit()

    def _on_price_changed(self) -> None:
        if (subscription := self._current_subscription) is not None:
            self._show_quantities(subscription)
        self._show_needed()
        self.changed.emit()


def _offer(combo: QComboBox, nothing: str, choices: Sequence[tuple[str, str]]) -> None:
    combo.clear()
    combo.addItem(nothing, None)
    for words, value in choices:
        combo.addItem(words, value)


def _choose(combo: QComboBox, value: object) -> None:
    if value is not None and (number := combo.findData(value)) >= 0:
        combo.setCurrentIndex(number)


def _is_metered(price: Json | None) -> bool:
    recurring = (price or {}).get("recurring") or {}
    return bool(recurring.get("usage_type") == "metered")
