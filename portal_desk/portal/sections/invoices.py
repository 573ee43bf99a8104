"""What a customer was billed."""

from __future__ import annotations

from portal_desk.models.json import Json, invoice_subscription
from portal_desk.models.loose import as_count, as_object, as_objects, as_text
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.portal.document import Badge, Row, Section, Verdict, Verdicts
from portal_desk.portal.sections.buttons import button
from portal_desk.portal.words import Words

_HIDDEN = Verdict("hidden")
SHOWN_INVOICES = 12
"""How many invoices the portal shows at first."""


def invoices_section(
    words: Words, snapshot: CustomerSnapshot, verdicts: Verdicts, *, shown: int = SHOWN_INVOICES
) -> Section:
    """The newest invoices, without drafts; left out where the history is disabled."""
    view = verdicts.portal.get("view_invoices", _HIDDEN)
    final = [invoice for invoice in snapshot.invoices if invoice.get("status") != "draft"]
    rest = len(final) - shown
    return Section(
        key="invoices",
        title=words.gettext("Invoice history"),
        rows=tuple(_row(words, invoice, snapshot, verdicts) for invoice in final[:shown]),
        columns=_columns(words),
        availability=view.availability,
        reasons=view.reasons,
        empty=words.gettext("No invoices yet."),
        more=words.ngettext("View {count} more", "View {count} more", rest) if rest > 0 else "",
    )


def _columns(words: Words) -> tuple[str, ...]:
    return (
        words.gettext("Date"),
        words.gettext("Amount"),
        words.gettext("Status"),
        words.gettext("Description"),
        words.gettext("Pay invoice"),
    )


def _row(words: Words, invoice: Json, snapshot: CustomerSnapshot, verdicts: Verdicts) -> Row:
    pay = button("pay_invoice", words.gettext("Pay invoice"), verdicts.portal, "link")
    return Row(
        id=as_text(invoice.get("id")),
        title=words.date(as_count(invoice.get("created")) or 0, "medium"),
        lines=tuple(line for line in (_about(words, invoice, snapshot),) if line),
        value=words.money(as_count(invoice.get("total")) or 0, as_text(invoice.get("currency"))),
        badges=invoice_status(words, invoice),
        buttons=(pay,) if invoice.get("status") == "open" else (),
        href=as_text(invoice.get("hosted_invoice_url")),
    )


def invoice_status(words: Words, invoice: Json) -> tuple[Badge, ...]:
    """What became of an invoice, in the customer's language; nothing of a draft."""
    badges = {
        "open": Badge(words.pgettext("invoice", "Open"), "warning"),
        "paid": Badge(words.pgettext("invoice", "Paid"), "positive"),
        "void": Badge(words.pgettext("invoice", "Void"), "neutral"),
        "uncollectible": Badge(words.pgettext("invoice", "Uncollectible"), "critical"),
    }
    found = badges.get(as_text(invoice.get("status")))
    return (found,) if found else ()


def _about(words: Words, invoice: Json, snapshot: CustomerSnapshot) -> str:
    """What was billed: the products on the invoice, else the subscription's, else its number."""
    names = dict.fromkeys(
        name for line in as_objects(invoice.get("lines")) if (name := _line_product(line, snapshot))
    )
    if not names and (subscription := _subscription(invoice, snapshot)):
        names = dict.fromkeys(
            snapshot.product_name(product)
            for item in as_objects(subscription.get("items"))
            if isinstance(product := as_object(item.get("price")).get("product"), str | dict)
        )
    return words.join(names) if names else as_text(invoice.get("number"))


def _line_product(line: Json, snapshot: CustomerSnapshot) -> str:
    details = as_object(as_object(line.get("pricing")).get("price_details"))
    product = as_text(details.get("product"))
    return snapshot.product_name(product) if product in snapshot.products else ""


def _subscription(invoice: Json, snapshot: CustomerSnapshot) -> Json | None:
    wanted = invoice_subscription(invoice)
    return next((entry for entry in snapshot.subscriptions if entry.get("id") == wanted), None)
