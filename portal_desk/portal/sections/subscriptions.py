"""The subscriptions that a customer has now."""

from __future__ import annotations

from portal_desk.models.json import ENDED, Json, ends_at, period_end
from portal_desk.models.loose import as_count, as_object, as_objects, as_text
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.portal.document import (
    Badge,
    Button,
    Capability,
    Row,
    Section,
    Verdict,
    Verdicts,
)
from portal_desk.portal.flows.document import Fact
from portal_desk.portal.method_names import title_of
from portal_desk.portal.prices import discounts, item_price, total_price
from portal_desk.portal.sections.buttons import button, joint_button
from portal_desk.portal.words import Words


def subscriptions_section(words: Words, snapshot: CustomerSnapshot, verdicts: Verdicts) -> Section:
    """Every subscription that hasn't ended, newest first."""
    current = [entry for entry in snapshot.subscriptions if entry.get("status") not in ENDED]
    title = (
        words.gettext("Current subscriptions")
        if len(current) > 1
        else words.gettext("Current subscription")
    )
    return Section(
        key="subscriptions",
        title=title,
        rows=tuple(_row(words, entry, snapshot, verdicts) for entry in current),
        empty=words.gettext("You have no active subscription."),
    )


def _row(words: Words, subscription: Json, snapshot: CustomerSnapshot, verdicts: Verdicts) -> Row:
    judged = verdicts.subscriptions.get(as_text(subscription.get("id")), {})
    return Row(
        id=as_text(subscription.get("id")),
        title=plan_name(words, subscription, snapshot),
        lines=tuple(_lines(words, subscription, snapshot)),
        badges=tuple(_badges(words, subscription)),
        buttons=tuple(_buttons(words, subscription, judged)),
    )


def plan_name(words: Words, subscription: Json, snapshot: CustomerSnapshot) -> str:
    """What is subscribed to: its products' names."""
    names = [_product_name(item, snapshot) for item in as_objects(subscription.get("items"))]
    known = [name for name in names if name]
    return words.join(known) if known else as_text(subscription.get("description"))


def _product_name(item: Json, snapshot: CustomerSnapshot) -> str:
    product = as_object(item.get("price")).get("product")
    return snapshot.product_name(product) if isinstance(product, str | dict) else ""


def _lines(words: Words, subscription: Json, snapshot: CustomerSnapshot) -> list[str]:
    items = as_objects(subscription.get("items"))
    lines = price_lines(words, items, snapshot)
    lines += discounts(words, subscription, snapshot.coupons)
    lines += discounts(words, {"discount": snapshot.customer.get("discount")}, snapshot.coupons)
    lines += _what_comes(words, subscription)
    method = snapshot.payment_method_of(subscription)
    if method is not None and subscription.get("collection_method") != "send_invoice":
        lines.append(title_of(words, method))
    return lines


def plan_fact(words: Words, subscription: Json, snapshot: CustomerSnapshot) -> Fact:
    """What is subscribed to, and its price, as a line of a summary."""
    lines = price_lines(words, as_objects(subscription.get("items")), snapshot)
    return Fact(
        plan_name(words, subscription, snapshot), lines[0] if lines else "", " · ".join(lines[1:])
    )


def price_lines(words: Words, items: list[Json], snapshot: CustomerSnapshot) -> list[str]:
    """What is paid for items each time, the sum first where there are several."""
    if len(items) == 1:
        quantity = as_count(items[0].get("quantity"))
        price = item_price(words, items[0])
        if quantity is None or quantity == 1:
            return [price]
        return [
            price,
            words.gettext("Quantity: {number}").replace("{number}", words.number(quantity)),
        ]
    total = total_price(words, items)
    return [*([total] if total else []), *(_item_line(words, item, snapshot) for item in items)]


def _item_line(words: Words, item: Json, snapshot: CustomerSnapshot) -> str:
    quantity = as_count(item.get("quantity"))
    times = f" × {words.number(quantity)}" if quantity is not None and quantity != 1 else ""
    return f"{_product_name(item, snapshot)}{times}: {item_price(words, item)}"


def _what_comes(words: Words, subscription: Json) -> list[str]:
    """The one sentence about what happens next, if anything does."""
    status = subscription.get("status")
    if (end := ends_at(subscription)) is not None:
        text, at = words.gettext("Your subscription will be canceled on {date}."), end
    elif status == "trialing" and (trial_end := as_count(subscription.get("trial_end"))):
        text, at = words.gettext("Your free trial ends on {date}."), trial_end
    elif status == "paused":
        return [words.gettext("Your subscription is paused.")]
    elif status == "incomplete":
        return [words.gettext("Your first payment hasn’t been completed.")]
    elif (next_at := period_end(subscription)) is not None:
        text, at = words.gettext("Your next billing date is {date}."), next_at
    else:
        return []
    return [text.replace("{date}", words.date(at))]


def _badges(words: Words, subscription: Json) -> list[Badge]:
    status = subscription.get("status")
    badges = []
    if status == "past_due":
        badges.append(Badge(words.gettext("Past due"), "critical"))
    elif status == "unpaid":
        badges.append(Badge(words.gettext("Unpaid"), "critical"))
    elif status == "incomplete":
        badges.append(Badge(words.gettext("Incomplete"), "warning"))
    elif status == "paused":
        badges.append(Badge(words.gettext("Paused"), "neutral"))
    elif status == "trialing":
        badges.append(Badge(words.gettext("Trial"), "info"))
    if (end := ends_at(subscription)) is not None:
        text = words.gettext("Cancels {date}").replace("{date}", words.date(end, "medium"))
        badges.append(Badge(text, "warning"))
    return badges


def _buttons(words: Words, subscription: Json, judged: dict[Capability, Verdict]) -> list[Button]:
    """What the portal offers for a subscription, in its order; the verdicts say what is there."""
    shown: list[tuple[Capability, str]] = []
    if ends_at(subscription) is not None:
        shown.append(("renew", words.gettext("Don’t cancel subscription")))
    if subscription.get("status") == "paused":
        shown.append(("resume", words.gettext("Resume subscription")))
    else:
        shown.append(("pause", words.gettext("Pause subscription")))
    shown.append(("cancel", words.gettext("Cancel subscription")))
    kinds: tuple[Capability, ...] = ("update_plan", "update_quantity", "apply_promotion_code")
    update = joint_button(kinds, words.gettext("Update subscription"), judged, "primary")
    return [update, *(button(capability, label, judged) for capability, label in shown)]
