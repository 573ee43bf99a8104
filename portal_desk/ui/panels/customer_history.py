"""The timeline: what Stripe's events and the desk's journal say happened, in plain words, newest first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from portal_desk.models.actions import JournalEntry
from portal_desk.models.json import Json, items_of, period_end
from portal_desk.portal.document import Tone
from portal_desk.ui import format as fmt
from portal_desk.ui.panels.customer_words import payment_method_text, tr
from portal_desk.ui.widgets.pill import tone_of, words_of


@dataclass(frozen=True)
class Happening:
    """One line of the timeline.

    Attributes:
        at: seconds UTC.
        title: what happened.
        detail: more about it; may be empty.
        icon: a Phosphor icon's name.
        tone: what its colour says.
        state: a journal entry's state in words where it isn't done; empty otherwise.
    """

    at: int
    title: str
    detail: str = ""
    icon: str = "circle"
    tone: Tone = "neutral"
    state: str = ""
    state_tone: Tone = "neutral"


def timeline(events: Iterable[Json], journal: Iterable[JournalEntry]) -> list[Happening]:
    """Events and journal in one, newest first; what is still pending stands on top."""
    lines = [of_event(event) for event in events] + [of_journal(entry) for entry in journal]
    return sorted(lines, key=lambda line: (line.state in _pending_words(), line.at), reverse=True)


def of_journal(entry: JournalEntry) -> Happening:
    """A line about what was done from this desk."""
    by = tr("From this desk, by {who}").format(who=entry.operator) if entry.operator else ""
    settled = entry.state == "done"
    return Happening(
        at=entry.started,
        title=entry.summary,
        detail=entry.error or by or tr("From this desk"),
        icon="desktop",
        tone="neutral" if settled else tone_of(entry.state),
        state="" if settled else _STATES[entry.state](),
        state_tone=tone_of(entry.state),
    )


def of_event(event: Json) -> Happening:
    """A line about an event of Stripe's."""
    kind, about = str(event["type"]), event["data"]["object"]
    before = event["data"].get("previous_attributes") or {}
    if kind == "customer.subscription.updated":
        title, detail = _subscription_updated(about, before)
        return Happening(event["created"], title, detail, "arrows-clockwise", "info")
    known = _EVENTS.get(kind)
    if known is None:
        return Happening(event["created"], words_of(kind.replace(".", " ")))
    title, icon, tone = known
    return Happening(event["created"], tr(title), _detail(kind, about, before), icon, tone)


def _subscription_updated(about: Json, before: Json) -> tuple[str, str]:
    if "cancel_at_period_end" in before or "cancel_at" in before:
        end = about.get("cancel_at")
        if end or about.get("cancel_at_period_end"):
            when = tr("Takes effect {day}").format(day=fmt.date(end)) if end else ""
            return tr("Cancellation scheduled"), when
        return tr("Scheduled cancellation undone"), ""
    if "status" in before:
        change = tr("From {old} to {new}").format(
            old=words_of(str(before["status"])), new=words_of(str(about["status"]))
        )
        return tr("Subscription status changed"), change
    if "items" in before and not _plan_changed(about, before):
        end = period_end(about)
        return tr("New period"), tr("Until {day}").format(day=fmt.date(end)) if end else ""
    if "items" in before or "plan" in before or "quantity" in before:
        return tr("Plan changed"), ""
    return tr("Subscription changed"), _changed(before)


def _plan_changed(about: Json, before: Json) -> bool:
    """Whether prices or quantities differ; a renewal changes the items' periods alone.

    What an item had before may be told whole, or as far as it changed.
    """
    now, earlier = list(items_of(about)), list(items_of(before))
    same = len(now) == len(earlier) and all(
        was.get("price", item.get("price")) == item.get("price")
        and was.get("quantity", item.get("quantity")) == item.get("quantity")
        for item, was in zip(now, earlier, strict=True)
    )
    return not same or "plan" in before or "quantity" in before


def _detail(kind: str, about: Json, before: Json) -> str:
    if kind.startswith("invoice."):
        number = about.get("number") or about.get("id") or ""
        return f"{number} · {fmt.money(int(about.get('total') or 0), about.get('currency', ''))}"
    if kind.startswith("payment_method."):
        return payment_method_text(about)
    if kind.startswith("customer.tax_id."):
        return str(about.get("value", ""))
    if kind.startswith("invoiceitem."):
        amount = fmt.money(int(about.get("amount") or 0), str(about.get("currency", "")))
        return " · ".join(part for part in (about.get("description") or "", amount) if part)
    if kind.startswith(("charge.", "payment_intent.")):
        return fmt.money(int(about.get("amount") or 0), str(about.get("currency", "")))
    return _changed(before)


def _changed(before: Json) -> str:
    names = [name.replace("_", " ") for name in before if name != "metadata"]
    return tr("Changed: {what}").format(what=", ".join(names)) if names else ""


_STATES: dict[str, Callable[[], str]] = {
    "sending": lambda: tr("Pending"),
    "failed": lambda: tr("Refused"),
    "unknown": lambda: tr("Outcome unknown"),
}


def _pending_words() -> set[str]:
    return {_STATES["sending"](), _STATES["unknown"]()}


_EVENTS: dict[str, tuple[str, str, Tone]] = {
    "customer.created": ("Customer created", "user-plus", "neutral"),
    "customer.updated": ("Customer details changed", "pencil-simple", "neutral"),
    "customer.deleted": ("Customer deleted", "trash", "critical"),
    "customer.discount.created": ("Discount added", "tag", "neutral"),
    "customer.discount.deleted": ("Discount removed", "tag", "neutral"),
    "customer.subscription.created": ("Subscription started", "play-circle", "positive"),
    "customer.subscription.deleted": ("Subscription ended", "stop-circle", "critical"),
    "customer.subscription.paused": ("Subscription paused", "pause-circle", "warning"),
    "customer.subscription.resumed": ("Subscription resumed", "play-circle", "positive"),
    "customer.subscription.trial_will_end": ("Trial ends soon", "hourglass", "info"),
    "customer.subscription.pending_update_applied": ("Pending change applied", "check", "positive"),
    "customer.subscription.pending_update_expired": ("Pending change expired", "x", "warning"),
    "customer.tax_id.created": ("Tax ID added", "identification-card", "neutral"),
    "customer.tax_id.updated": ("Tax ID checked", "identification-card", "neutral"),
    "customer.tax_id.deleted": ("Tax ID removed", "identification-card", "neutral"),
    "payment_method.attached": ("Payment method added", "credit-card", "neutral"),
    "payment_method.detached": ("Payment method removed", "credit-card", "neutral"),
    "payment_method.updated": ("Payment method changed", "credit-card", "neutral"),
    "payment_method.automatically_updated": ("Card renewed by its bank", "credit-card", "neutral"),
    "invoice.created": ("Invoice drafted", "receipt", "neutral"),
    "invoice.finalized": ("Invoice finalized", "receipt", "info"),
    "invoice.sent": ("Invoice sent", "envelope-simple", "info"),
    "invoice.paid": ("Invoice paid", "check-circle", "positive"),
    "invoice.payment_succeeded": ("Payment succeeded", "check-circle", "positive"),
    "invoice.payment_failed": ("Payment failed", "warning-circle", "critical"),
    "invoice.payment_action_required": ("Customer must confirm a payment", "warning", "warning"),
    "invoice.voided": ("Invoice voided", "prohibit", "neutral"),
    "invoice.marked_uncollectible": ("Invoice written off", "prohibit", "critical"),
    "invoice.upcoming": ("Invoice coming up", "calendar-blank", "neutral"),
    "invoice.updated": ("Invoice changed", "receipt", "neutral"),
    "invoice.deleted": ("Draft invoice deleted", "trash", "neutral"),
    "invoiceitem.created": ("Item waits for the next invoice", "plus-circle", "neutral"),
    "invoiceitem.deleted": ("Waiting item removed", "minus-circle", "neutral"),
    "billing_portal.session.created": ("Portal link issued", "link", "info"),
    "charge.succeeded": ("Charged", "check-circle", "positive"),
    "charge.failed": ("Charge failed", "warning-circle", "critical"),
    "charge.refunded": ("Refunded", "arrow-counter-clockwise", "neutral"),
    "payment_intent.succeeded": ("Payment succeeded", "check-circle", "positive"),
    "payment_intent.payment_failed": ("Payment failed", "warning-circle", "critical"),
    "credit_note.created": ("Credit note issued", "receipt", "neutral"),
    "subscription_schedule.created": ("Schedule created", "calendar-plus", "neutral"),
    "subscription_schedule.updated": ("Schedule changed", "calendar-blank", "neutral"),
    "subscription_schedule.released": ("Schedule released", "calendar-x", "neutral"),
    "subscription_schedule.canceled": ("Schedule cancelled", "calendar-x", "neutral"),
}
