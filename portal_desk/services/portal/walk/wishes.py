"""What a customer asks a subscription to become: which plan, how many, with which promotion code."""

from __future__ import annotations

from portal_desk.models.json import Json, id_of
from portal_desk.models.loose import as_count, as_object, as_objects, as_text
from portal_desk.services.portal.rules.facts import product_id, subscription_items
from portal_desk.services.portal.rules.targets import (
    Quantities,
    offered_product,
    quantities_of,
    target_prices,
)
from portal_desk.services.portal.walk.costs import Wish
from portal_desk.services.portal.walk.visit import Asked, Visit


class UnfitError(Exception):
    """What the customer chose can't be taken; the field, and the code of the problem."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(field, code)
        self.field, self.code = field, code


def item_of(subscription: Json) -> Json:
    """The item that the portal changes: the first, which is the only one; empty where there is none."""
    items = subscription_items(subscription)
    return items[0] if items else {}


def offered(visit: Visit, subscription: Json) -> list[Json]:
    """The prices to choose from: what the configuration offers and fits, and the present one if it is offered."""
    if not visit.may(subscription, "update_plan"):
        return []
    present = as_text(as_object(item_of(subscription).get("price")).get("id"))
    targets = target_prices(subscription, visit.settings, visit.snapshot)
    return [one.price for one in targets if one.is_allowed or one.price.get("id") == present]


def limits_of(visit: Visit, price: Json) -> Quantities | None:
    """R11: how many there may be of a price."""
    product = offered_product(visit.settings, product_id(price))
    return quantities_of(product) if product is not None else None


def codes_alone(visit: Visit, subscription: Json) -> bool:
    """Whether a promotion code is all that can be entered."""
    prices = offered(visit, subscription)
    return not prices and not visit.may(subscription, "update_quantity")


def _confirm_details(visit: Visit) -> Json:
    return as_object((visit.flow or {}).get("subscription_update_confirm"))


def values_of(visit: Visit, asked: Asked, subscription: Json) -> dict[str, str]:
    """What was asked for, as far as it can be; a flow that only confirms asks for it itself (R19)."""
    items = as_objects(_confirm_details(visit).get("items"))
    if items:
        price, quantity = as_text(items[0].get("price")), as_count(items[0].get("quantity"))
        fixed = {"price": price, "quantity": "" if quantity is None else str(quantity)}
        return {**asked.values, **fixed}
    if codes_alone(visit, subscription):
        return {name: text for name, text in asked.values.items() if name == "code"}
    return dict(asked.values)


def _flow_discounts(visit: Visit) -> tuple[Json, ...]:
    """The discounts that the flow brings along."""
    found = as_objects(_confirm_details(visit).get("discounts"))
    return tuple({name: value for name, value in each.items() if value} for each in found)


def takes_code(visit: Visit, subscription: Json) -> bool:
    """Whether a promotion code can be entered: not where the link brings a discount along."""
    return visit.may(subscription, "apply_promotion_code") and not _flow_discounts(visit)


def found_code(visit: Visit, subscription: Json, text: str) -> Json | None:
    """The promotion code that was typed; None where none was.

    Raises:
        UnfitError: there is none such, or it can't be used here.
    """
    if not text or not takes_code(visit, subscription):
        return None
    codes = visit.catalogue.promotion_codes
    code = next((one for one in codes if as_text(one.get("code")).lower() == text.lower()), None)
    coupon = _coupon_of_code(visit, code or {})
    expires = as_count((code or {}).get("expires_at"))
    late = expires is not None and expires <= visit.now
    if code is None or late or code.get("active") is False or coupon is None:
        raise UnfitError("code", "code_invalid")
    if coupon.get("valid") is False:
        raise UnfitError("code", "code_invalid")
    elsewhere = coupon.get("currency") not in {None, subscription.get("currency")}
    if elsewhere or code.get("customer") not in {None, visit.snapshot.customer.get("id")}:
        raise UnfitError("code", "code_unusable")
    return code


def _coupon_of_code(visit: Visit, code: Json) -> Json | None:
    coupon = as_object(code.get("promotion")).get("coupon")
    if isinstance(coupon, dict):
        return coupon
    return visit.catalogue.coupons.get(as_text(coupon))


def _coupon_of(visit: Visit, discount: Json) -> Json | None:
    if coupon := as_text(discount.get("coupon")):
        return visit.catalogue.coupons.get(coupon)
    wanted = discount.get("promotion_code")
    codes = visit.catalogue.promotion_codes
    code = next((one for one in codes if one.get("id") == wanted), None)
    return _coupon_of_code(visit, code) if code else None


def wish_of(visit: Visit, subscription: Json, values: dict[str, str], code: Json | None) -> Wish:
    """What was asked for.

    Raises:
        UnfitError: it isn't offered, or not in this quantity.
    """
    item = item_of(subscription)
    price = _price(visit, subscription, item, values.get("price", ""))
    quantity = _chosen_quantity(visit, subscription, price, values.get("quantity", ""))
    added = ({"promotion_code": id_of(code)},) if code else _flow_discounts(visit)
    coupon = _coupon_of(visit, added[0]) if added else None
    return Wish(subscription, item, price, quantity, coupon, added)


def _price(visit: Visit, subscription: Json, item: Json, price_id: str) -> Json:
    current = as_object(item.get("price"))
    if price_id in {"", current.get("id")}:
        return current
    found = {as_text(price.get("id")): price for price in offered(visit, subscription)}
    if price_id not in found:
        raise UnfitError("page", "unknown")
    return found[price_id]


def _chosen_quantity(visit: Visit, subscription: Json, price: Json, text: str) -> int | None:
    current = as_count(item_of(subscription).get("quantity"))
    if not text:
        return current
    limits = limits_of(visit, price) if visit.may(subscription, "update_quantity") else None
    if limits is None and text == str(current):
        return current
    if limits is None or not text.isdecimal():
        raise UnfitError("quantity", "quantity_invalid")
    wanted = int(text)
    if wanted < limits.minimum or (limits.maximum is not None and wanted > limits.maximum):
        raise UnfitError("quantity", "quantity_invalid")
    return wanted
