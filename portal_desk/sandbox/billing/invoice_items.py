"""What is billed besides subscriptions: items that wait for an invoice, or are put on a draft."""

from __future__ import annotations

from decimal import Decimal

from portal_desk.models.json import Json
from portal_desk.sandbox import objects
from portal_desk.sandbox.billing.amounts import cost, rounded
from portal_desk.sandbox.billing.discounts import redeem, requested
from portal_desk.sandbox.billing.drafts import Draft, product_name, waiting_line
from portal_desk.sandbox.billing.editing import put_on, take_off
from portal_desk.sandbox.billing.items import merged, tax_rates
from portal_desk.sandbox.billing.pricing import described_price, keep_prices, price_for
from portal_desk.sandbox.problems import invalid, missing
from portal_desk.sandbox.state import State

_LOCKED = (
    "This invoice item is on an invoice that has been finalized, and can no longer be changed."
)


def create_invoice_item(state: State, params: Json) -> Json:
    """Make an invoice item: it waits for the next invoice, or goes on a draft at once.

    Raises:
        StripeProblem: no customer, no amount, another currency, or an invoice that is no draft.
    """
    invoice = _draft_invoice(state, params)
    subscription = state.get("subscription", params.get("subscription") or "")
    if params.get("subscription") and not subscription:
        raise missing("subscription", params["subscription"], "subscription")
    owner = params.get("customer") or (invoice or subscription or {}).get("customer")
    customer = state.get("customer", owner or "")
    if not customer:
        raise missing("customer", owner or "", "customer")
    draft = item_draft(state, params, customer)
    keep_prices(state, [draft.price])
    item = _item(state, params, customer, draft)
    _keep_discounts(state, draft, item)
    state.create(item, "invoiceitem.created")
    if not customer["currency"]:
        state.update(customer, {"currency": item["currency"]}, "customer.updated")
    if invoice:
        put_on(state, invoice, waiting_line(state, item))
        state.update(item, {"invoice": invoice["id"]}, "invoiceitem.updated")
    return item


def _keep_discounts(state: State, draft: Draft, item: Json) -> None:
    for each in draft.discounts:
        redeem(state, each | {"invoice_item": item["id"]})


def _draft_invoice(state: State, params: Json) -> Json | None:
    if not params.get("invoice"):
        return None
    invoice = state.get("invoice", params["invoice"])
    if not invoice:
        raise missing("invoice", params["invoice"], "invoice")
    if invoice["status"] != "draft":
        raise invalid(
            "Invoice items can only be added to invoices that are drafts.",
            "invoice",
            "invoice_not_editable",
        )
    return invoice


def _item(state: State, params: Json, customer: Json, draft: Draft) -> Json:
    subscription = params.get("subscription")
    parent = {
        "subscription_details": {"subscription": subscription, "subscription_item": None},
        "type": "subscription_details",
    }
    return objects.new_invoice_item(
        state,
        customer=customer["id"],
        amount=draft.amount,
        currency=_currency(state, params, customer),
        description=draft.description or None,
        discountable=draft.discountable,
        discounts=[each["id"] for each in draft.discounts],
        metadata=params.get("metadata") or {},
        parent=parent if subscription else None,
        period={"end": draft.end, "start": draft.start},
        pricing=draft.price and objects.line_pricing(draft.price),
        quantity=draft.quantity,
        quantity_decimal=str(draft.quantity),
        tax_rates=list(draft.tax_rates),
        test_clock=customer["test_clock"],
    )


def item_draft(state: State, wish: Json, customer: Json, param: str = "") -> Draft:
    """The line that an invoice item would be, as a request describes it.

    Raises:
        StripeProblem: there is no amount, or two, or it is in another currency.
    """
    currency = _currency(state, wish, customer, param)
    price = _price(state, wish, currency, param)
    quantity = wish.get("quantity", 1)
    now = state.now()
    period = wish.get("period") or {"start": now, "end": now}
    discounts = requested(
        state,
        wish.get("discounts") or [],
        customer["id"],
        at=now,
        param=_named(param, "discounts"),
    )
    return Draft(
        item="",
        price=price,
        quantity=quantity,
        amount=_amount(wish, price, quantity, param),
        start=period["start"],
        end=period["end"],
        description=wish.get("description") or (product_name(state, price) if price else ""),
        tax_rates=tuple(tax_rates(state, wish.get("tax_rates") or [], _named(param, "tax_rates"))),
        discountable=wish.get("discountable", True),
        discounts=tuple(discounts),
        metadata=wish.get("metadata") or {},
    )


def _named(param: str, name: str) -> str:
    return f"{param}[{name}]" if param else name


def _price(state: State, wish: Json, currency: str, param: str) -> Json | None:
    if data := wish.get("price_data"):
        return described_price(state, data, currency, _named(param, "price_data"))
    price_id = (wish.get("pricing") or {}).get("price") or wish.get("price")
    if not price_id:
        return None
    name = _named(param, "price" if param else "pricing[price]")
    return price_for(state, price_id, currency, name, "one_time")


def _amount(wish: Json, price: Json | None, quantity: int, param: str) -> int:
    each = wish.get("unit_amount_decimal", wish.get("unit_amount"))
    given = [wish.get("amount"), each, price]
    if sum(value is not None for value in given) != 1:
        raise invalid(
            "You must specify exactly one of `amount`, `unit_amount_decimal` or `pricing[price]`.",
            _named(param, "amount"),
            "parameter_missing",
        )
    if price:
        return cost(price, quantity)
    if each is not None:
        return rounded(Decimal(each) * quantity)
    return int(wish["amount"])


def _currency(state: State, wish: Json, customer: Json, param: str = "") -> str:
    price_id = (wish.get("pricing") or {}).get("price") or wish.get("price") or ""
    price = state.get("price", price_id)
    described = (wish.get("price_data") or {}).get("currency")
    own = price["currency"] if price else described
    currency = str(wish.get("currency") or own or customer["currency"] or "usd").lower()
    if customer["currency"] not in (None, currency):
        raise invalid(
            "You cannot combine currencies on a single customer. This customer has an active "
            f"subscription, subscription schedule, discount, quote, or invoice item with currency "
            f"{customer['currency']}",
            _named(param, "currency"),
        )
    return currency


def update_invoice_item(state: State, item: Json, params: Json) -> Json:
    """Change an invoice item, on the draft that it is on as well."""
    invoice = _editable(state, item)
    changes: Json = {
        name: params[name] for name in ("description", "discountable", "period") if name in params
    }
    if "metadata" in params:
        changes["metadata"] = merged(item["metadata"], params["metadata"])
    if "tax_rates" in params:
        changes["tax_rates"] = tax_rates(state, params["tax_rates"], "tax_rates")
    if "discounts" in params:
        changes["discounts"] = _rediscounted(state, item, params["discounts"] or [])
    if params.keys() & {"amount", "price_data", "pricing", "quantity", "unit_amount_decimal"}:
        changes |= _repriced(state, item, params)
    state.update(item, changes, "invoiceitem.updated")
    if invoice:
        put_on(state, invoice, waiting_line(state, item))
    return item


def _rediscounted(state: State, item: Json, wanted: list[Json]) -> list[str]:
    found = requested(state, wanted, item["customer"], at=state.now())
    for each in found:
        redeem(state, each | {"invoice_item": item["id"]})
    return [each["id"] for each in found]


def _repriced(state: State, item: Json, params: Json) -> Json:
    customer = state.kind("customer")[item["customer"]]
    kept = (item["pricing"] or {}).get("price_details")
    wish: Json = {"quantity": item["quantity"], "currency": item["currency"]} | params
    if not params.keys() & {"amount", "price_data", "pricing", "unit_amount_decimal"}:
        each = Decimal(item["amount"]) / (item["quantity"] or 1)
        priced = kept and (state.get("price", kept["price"]) or {}).get("active")
        wish |= {"pricing": kept} if priced else {"unit_amount_decimal": each}
    draft = item_draft(state, wish, customer)
    keep_prices(state, [draft.price])
    return {
        "amount": draft.amount,
        "net_amount": draft.amount,
        "quantity": draft.quantity,
        "quantity_decimal": str(draft.quantity),
        "pricing": draft.price and objects.line_pricing(draft.price),
    }


def delete_invoice_item(state: State, item: Json) -> None:
    """Delete an invoice item that was not billed yet; it goes from its draft as well."""
    if invoice := _editable(state, item):
        take_off(state, invoice, item["id"])
    state.delete(item, "invoiceitem.deleted")


def _editable(state: State, item: Json) -> Json | None:
    """The draft that an item is on, if it is on any."""
    if item["invoice"] is None:
        return None
    invoice = state.get("invoice", item["invoice"])
    if not invoice or invoice["status"] != "draft":
        raise invalid(_LOCKED, code="invoice_not_editable")
    return invoice
