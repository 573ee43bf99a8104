"""Which prices there are to choose from, product by product, and why some can't be chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from portal_desk.models.json import Json, id_of
from portal_desk.portal.document import Reason
from portal_desk.ui.dialogs.subjects import price_line
from portal_desk.ui.dialogs.words import tr

_INTERVALS = ("day", "week", "month", "year")


@dataclass(frozen=True)
class PriceChoice:
    """One price.

    Attributes:
        product: its product's name.
        label: what it costs and how often.
        note: what else to know about it, or why it can't be chosen.
        enabled: whether it can be chosen.
    """

    price: Json
    product: str
    label: str
    note: str = ""
    enabled: bool = True

    @property
    def id(self) -> str:
        """The price's id."""
        return str(self.price["id"])


Judge = Callable[[Json], tuple[str, bool]]
"""What is to be said about a price, and whether it can be chosen."""


def price_choices(
    prices: Iterable[Json], products: Iterable[Json], judge: Judge, *, current: Json
) -> list[PriceChoice]:
    """The recurring prices that are sold, and the current one: its product first, short intervals first."""
    by_id = {product["id"]: product for product in products}
    found = [
        _choice(price, by_id.get(id_of(price["product"]) or "", {}), judge)
        for price in {price["id"]: price for price in [current, *prices]}.values()
        if price["id"] == current["id"] or _is_sold(price, by_id)
    ]
    own = id_of(current["product"])
    return sorted(found, key=lambda one: (id_of(one.price["product"]) != own, *_order(one)))


def for_switch(current: Json) -> Judge:
    """Judges prices in the subscription's currency for a switch that the desk makes: all of them will do."""

    def judge(price: Json) -> tuple[str, bool]:
        return (tr("Present price"), True) if price["id"] == current["id"] else ("", True)

    return judge


def from_reasons(reasons: Mapping[str, Sequence[Reason]], current: Json) -> Judge:
    """Judges prices for a change that the customer confirms in the portal, by what its rules say."""

    def judge(price: Json) -> tuple[str, bool]:
        if price["id"] == current["id"]:
            return tr("Present price"), True
        if price["id"] not in reasons:
            return tr("Not offered by this configuration"), False
        said = "; ".join(_in_words(reason) for reason in reasons[price["id"]])
        return said[:1].upper() + said[1:], not said

    return judge


def _in_words(reason: Reason) -> str:
    return f"{reason.text} ({reason.rule})" if reason.rule else reason.text


def _is_sold(price: Json, products: dict[str, Json]) -> bool:
    product = products.get(id_of(price["product"]) or "", {})
    return bool(price.get("recurring") and price.get("active") and product.get("active", True))


def _choice(price: Json, product: Json, judge: Judge) -> PriceChoice:
    note, enabled = judge(price)
    name = str(product.get("name") or id_of(price["product"]))
    label = price_line(price)
    if nickname := price.get("nickname"):
        label = f"{label} · {nickname}"
    return PriceChoice(price, name, label, note, enabled)


def _order(choice: PriceChoice) -> tuple[str, str, int, int]:
    recurring = choice.price.get("recurring") or {}
    interval = _INTERVALS.index(recurring["interval"]) if recurring else 0
    return choice.product, choice.price["currency"], interval, choice.price.get("unit_amount") or 0
