"""An invoice's life: draft, open, paid, void, uncollectible."""

from __future__ import annotations

from typing import Literal

from portal_desk.models.json import Json, id_of, invoice_subscription
from portal_desk.sandbox import objects
from portal_desk.sandbox.billing.charging import Decline, decline, paying_method
from portal_desk.sandbox.billing.discounts import effective, requested
from portal_desk.sandbox.billing.drafts import Draft, waiting_line
from portal_desk.sandbox.billing.items import tax_rates
from portal_desk.sandbox.billing.payments import (
    call_off,
    fail,
    open_payment,
    pay,
    request_less,
)
from portal_desk.sandbox.billing.resumption import called_off, payment_failed, payment_succeeded
from portal_desk.sandbox.billing.totals import Bill, filled_in
from portal_desk.sandbox.problems import invalid, missing
from portal_desk.sandbox.state import State

_DAY = 86_400
_RETRIES = (3 * _DAY, 5 * _DAY, 7 * _DAY)
"""How long after each failure a payment is tried again, in seconds; after the last, never."""


def tax_ids_of(state: State, customer: str) -> list[Json]:
    """A customer's tax IDs, as an invoice shows them."""
    found = state.where("tax_id", customer=customer)
    return [{"type": each["type"], "value": each["value"]} for each in found]


def waiting_items(state: State, customer: str, subscription: str | None) -> list[Json]:
    """Invoice items that the next invoice bills, newest first: the subscription's and loose ones."""
    found = state.where("invoiceitem", customer=customer, invoice=None)
    return [each for each in found if _parent_of(each) in (None, subscription)]


def _parent_of(invoice_item: Json) -> str | None:
    details = (invoice_item["parent"] or {}).get("subscription_details") or {}
    return id_of(details.get("subscription"))


def issue(state: State, bill: Bill, customer: Json, *, reason: str, at: int) -> Json:
    """Store a draft invoice for a bill, and mark what it bills as billed.

    Args:
        state: the sandbox.
        bill: what is billed.
        customer: whom.
        reason: Stripe's `billing_reason`.
        at: when its period ends (seconds UTC), which is when it was due to be made.
    """
    invoice = drafted(state, bill, customer, reason=reason, at=at)
    for each in bill.discounts:
        if state.get("discount", each["id"]) is None:
            state.create(each)
    state.create(invoice, "invoice.created")
    for draft in bill.drafts:
        waiting = state.get("invoiceitem", draft.invoice_item or "")
        if waiting:
            state.update(waiting, {"invoice": invoice["id"]})
    return invoice


def drafted(state: State, bill: Bill, customer: Json, *, reason: str, at: int) -> Json:
    """A draft invoice for a bill, not stored."""
    subscription = bill.subscription
    fields: Json = {}
    if subscription:
        sent = subscription["collection_method"] == "send_invoice"
        fields = {
            "collection_method": subscription["collection_method"],
            "default_payment_method": subscription["default_payment_method"],
            "due_date": state.now() + (subscription["days_until_due"] or 0) * _DAY
            if sent
            else None,
            "parent": objects.subscription_invoice_parent(
                subscription["id"], subscription["metadata"]
            ),
        }
    invoice = objects.new_invoice(
        state,
        customer,
        currency=subscription["currency"] if subscription else customer["currency"] or "usd",
        billing_reason=reason,
        customer_tax_ids=tax_ids_of(state, customer["id"]),
        period_start=_period_start(subscription, at),
        period_end=at,
        metadata=dict(bill.metadata),
        **fields,
    )
    return filled_in(state, invoice, bill)


def _period_start(subscription: Json | None, at: int) -> int:
    items = subscription["items"]["data"] if subscription else []
    return min(at, *(int(item["current_period_start"]) for item in items), at)


def finalize_invoice(state: State, invoice: Json) -> Json:
    """Give an invoice its number and open it; the customer's balance is applied here.

    An invoice with nothing left to pay becomes paid at once.
    """
    _require(invoice, {"draft"}, "This invoice is already finalized, you can't re-finalize it.")
    customer = state.kind("customer")[invoice["customer"]]
    balance = customer["balance"]
    ending = min(0, invoice["total"] + balance)
    now = state.now()
    sequence = customer["next_invoice_sequence"]
    changes = {
        "status": "open",
        "number": f"{customer['invoice_prefix']}-{sequence:04d}",
        "starting_balance": balance,
        "ending_balance": ending,
        "effective_at": now,
        "status_transitions": invoice["status_transitions"] | {"finalized_at": now},
    }
    amount = max(0, invoice["total"] + balance)
    changes |= {"amount_due": amount, "amount_remaining": amount}
    state.update(customer, {"next_invoice_sequence": sequence + 1})
    if not customer["currency"]:
        state.update(customer, {"currency": invoice["currency"]}, "customer.updated")
    state.update(invoice, changes, "invoice.finalized")
    _move_balance(state, customer, invoice, ending)
    if amount == 0:
        return _settled(state, invoice)
    open_payment(state, invoice)
    return invoice


def _move_balance(state: State, customer: Json, invoice: Json, ending: int) -> None:
    _transact(state, customer, invoice, ending - customer["balance"], "applied_to_invoice")


def _transact(state: State, customer: Json, invoice: Json, moved: int, kind: str) -> None:
    if not moved:
        return
    transaction = objects.new_balance_transaction(
        state,
        customer,
        moved,
        type=kind,
        invoice=invoice["id"],
        currency=invoice["currency"],
    )
    state.create(transaction)
    balance = {"balance": transaction["ending_balance"]}
    state.update(customer, balance, "customer.updated")


def _settled(
    state: State, invoice: Json, method: Json | None = None, *, out_of_band: bool = False
) -> Json:
    now, amount = state.now(), invoice["amount_due"]
    changes = {
        "status": "paid",
        "amount_paid": amount,
        "amount_paid_off_stripe": amount if out_of_band else invoice["amount_paid_off_stripe"],
        "amount_remaining": 0,
        "attempted": True,
        "attempt_count": invoice["attempt_count"] + (1 if amount else 0),
        "auto_advance": False,
        "next_payment_attempt": None,
        "status_transitions": invoice["status_transitions"] | {"paid_at": now},
    }
    state.update(invoice, changes, "invoice.paid")
    state.emit("invoice.payment_succeeded", invoice)
    if out_of_band:
        call_off(state, invoice)
    elif amount:
        pay(state, invoice, method, amount)
    return invoice


def lessen(state: State, invoice: Json, amount: int) -> None:
    """A credit note takes `amount` (minor units) off what is due; with nothing left it is paid."""
    due = invoice["amount_due"] - amount
    changes = {
        "amount_due": due,
        "amount_remaining": due,
        "pre_payment_credit_notes_amount": invoice["pre_payment_credit_notes_amount"] + amount,
    }
    state.update(invoice, changes, "invoice.updated")
    if due == 0 and invoice["status"] == "open":
        call_off(state, invoice)
        _settled(state, invoice)
        recovered(state, invoice)
    else:
        request_less(state, invoice)


def credit_balance(state: State, note: Json, amount: int) -> Json:
    """Put `amount` (minor units) of a credit note on the customer's balance."""
    customer = state.kind("customer")[note["customer"]]
    transaction = objects.new_balance_transaction(
        state,
        customer,
        -amount,
        type="credit_note",
        credit_note=note["id"],
        invoice=note["invoice"],
        currency=note["currency"],
    )
    state.create(transaction)
    balance = {"balance": transaction["ending_balance"]}
    state.update(customer, balance, "customer.updated")
    return transaction


def collect(state: State, invoice: Json, method: Json | None) -> Decline | None:
    """Charge an open invoice; where that fails, the invoice stays open, and the reason is given."""
    if invoice["status"] != "open":
        return None
    reason = decline(method, state.now())
    if reason is None:
        _settled(state, invoice, method)
        return None
    changes = {
        "attempted": True,
        "attempt_count": invoice["attempt_count"] + 1,
        "next_payment_attempt": _next_attempt(state, invoice) if method else None,
    }
    state.update(invoice, changes)
    fail(state, invoice, method, reason)
    state.emit("invoice.payment_failed", invoice)
    customer = state.kind("customer")[invoice["customer"]]
    state.update(customer, {"delinquent": True}, "customer.updated")
    payment_failed(state, invoice)
    return reason


def _next_attempt(state: State, invoice: Json) -> int | None:
    failures = invoice["attempt_count"]
    return state.now() + _RETRIES[failures] if failures < len(_RETRIES) else None


def pay_invoice(state: State, invoice: Json, params: Json) -> Json:
    """Pay an open invoice, by the method that is asked for or by default.

    Raises:
        StripeProblem: `card_error` where the charge is declined; or it is not open.
    """
    if invoice["status"] == "draft":
        finalize_invoice(state, invoice)
    if invoice["status"] == "paid":
        raise invalid("Invoice is already paid", code="invoice_already_paid")
    _require(invoice, {"open", "uncollectible"}, "This invoice can no longer be paid.")
    if params.get("paid_out_of_band"):
        _settled(state, invoice, out_of_band=True)
    else:
        _charge(state, invoice, params)
    recovered(state, invoice)
    return invoice


def _charge(state: State, invoice: Json, params: Json) -> None:
    customer = state.kind("customer")[invoice["customer"]]
    subscription = state.get("subscription", invoice_subscription(invoice) or "")
    method = paying_method(state, customer, invoice, subscription)
    if wanted := params.get("payment_method"):
        method = state.get("payment_method", wanted)
        if not method or method["customer"] != invoice["customer"]:
            raise missing("PaymentMethod", wanted, "payment_method")
    if invoice["status"] == "uncollectible":
        state.update(invoice, {"status": "open"})
    reason = collect(state, invoice, method)
    if reason:
        raise reason.problem()


def recovered(state: State, invoice: Json) -> None:
    """After a payment: the subscription and the customer are in good standing again."""
    payment_succeeded(state, invoice)
    subscription = state.get("subscription", invoice_subscription(invoice) or "")
    if (
        subscription
        and subscription["latest_invoice"] == invoice["id"]
        and subscription["status"] in ("past_due", "unpaid", "incomplete")
    ):
        state.update(subscription, {"status": "active"}, "customer.subscription.updated")
    customer = state.kind("customer")[invoice["customer"]]
    owed = any(
        each["attempted"] for each in state.where("invoice", customer=customer["id"], status="open")
    )
    if customer["delinquent"] and not owed:
        state.update(customer, {"delinquent": False}, "customer.updated")


def void_invoice(state: State, invoice: Json) -> Json:
    """Void an open or uncollectible invoice: as if it had never been sent, so that what it took
    from the customer's balance goes back there."""
    _require(
        invoice, {"open", "uncollectible"}, "You can only void open or uncollectible invoices."
    )
    called_off(state, invoice)
    call_off(state, invoice)
    customer = state.get("customer", invoice["customer"])
    if customer:
        moved = (invoice["starting_balance"] or 0) - (invoice["ending_balance"] or 0)
        _transact(state, customer, invoice, moved, "unapplied_from_invoice")
    return _closed(state, invoice, "void", "voided_at", "invoice.voided")


def mark_uncollectible(state: State, invoice: Json) -> Json:
    """Give up on an open invoice."""
    _require(invoice, {"open"}, "You can only mark open invoices as uncollectible.")
    _closed(
        state, invoice, "uncollectible", "marked_uncollectible_at", "invoice.marked_uncollectible"
    )
    payment_succeeded(state, invoice)
    return invoice


def _closed(
    state: State,
    invoice: Json,
    status: Literal["void", "uncollectible"],
    transition: str,
    event: str,
) -> Json:
    changes = {
        "status": status,
        "auto_advance": False,
        "next_payment_attempt": None,
        "status_transitions": invoice["status_transitions"] | {transition: state.now()},
    }
    if status == "void":
        changes |= {"amount_remaining": 0}
    return state.update(invoice, changes, event)


def send_invoice(state: State, invoice: Json) -> Json:
    """Email an invoice to the customer, and open it first if it is a draft."""
    if invoice["collection_method"] != "send_invoice":
        msg = "You can only manually send an invoice if its collection method is 'send_invoice'."
        raise invalid(msg)
    if invoice["status"] == "draft":
        finalize_invoice(state, invoice)
    _require(invoice, {"open"}, "You can only send open invoices.")
    state.emit("invoice.sent", invoice)
    return invoice


def create_invoice(state: State, params: Json) -> Json:
    """Make a draft invoice of what waits to be billed."""
    subscription = state.get("subscription", params.get("subscription") or "")
    if params.get("subscription") and not subscription:
        raise missing("subscription", params["subscription"], "subscription")
    customer_id = params.get("customer") or (subscription or {}).get("customer") or ""
    customer = state.get("customer", customer_id)
    if not customer:
        raise missing("customer", customer_id, "customer")
    include = params.get("pending_invoice_items_behavior", "exclude") == "include"
    waiting = (
        waiting_items(state, customer_id, params.get("subscription"))
        if include or subscription
        else []
    )
    bill = Bill(
        drafts=[waiting_line(state, each) for each in waiting],
        discounts=_discounts(state, params, customer, subscription),
        tax_rates=_tax_rates(state, params, subscription),
        subscription=subscription,
        metadata=params.get("metadata") or {},
    )
    invoice = issue(state, bill, customer, reason="manual", at=state.now())
    return _with_params(state, invoice, params)


def _discounts(state: State, params: Json, customer: Json, subscription: Json | None) -> list[Json]:
    if params.get("discounts"):
        return requested(state, params["discounts"], customer["id"], at=state.now())
    if params.get("discounts") == "":
        return []
    own = subscription["discounts"] if subscription else []
    return effective(state, own, customer, state.now())


def _tax_rates(state: State, params: Json, subscription: Json | None) -> list[Json]:
    if "default_tax_rates" in params:
        return tax_rates(state, params["default_tax_rates"], "default_tax_rates")
    return list(subscription["default_tax_rates"]) if subscription else []


def _with_params(state: State, invoice: Json, params: Json) -> Json:
    names = (
        "auto_advance", "collection_method", "currency", "default_payment_method", "description",
        "due_date", "effective_at", "footer", "number", "statement_descriptor",
    )  # fmt: skip
    changes = {name: params[name] for name in names if name in params}
    if "days_until_due" in params:
        changes["due_date"] = state.now() + params["days_until_due"] * _DAY
    return state.update(invoice, changes)


def _require(invoice: Json, statuses: set[str], message: str) -> None:
    if invoice["status"] not in statuses:
        raise invalid(message, code="invoice_not_editable")


def wait(state: State, draft: Draft, subscription: Json) -> Json:
    """Store a drafted line as an invoice item that the next invoice bills."""
    item = objects.new_invoice_item(
        state,
        customer=subscription["customer"],
        amount=draft.amount,
        currency=subscription["currency"],
        description=draft.description,
        discountable=draft.discountable,
        parent={
            "subscription_details": {
                "subscription": subscription["id"],
                "subscription_item": draft.item,
            },
            "type": "subscription_details",
        },
        period={"end": draft.end, "start": draft.start},
        pricing=draft.price and objects.line_pricing(draft.price),
        proration=draft.proration,
        proration_details={"credited_items": None, "discount_amounts": []},
        quantity=draft.quantity,
        quantity_decimal=str(draft.quantity),
        tax_rates=list(draft.tax_rates),
        test_clock=subscription["test_clock"],
    )
    return state.create(item, "invoiceitem.created")
