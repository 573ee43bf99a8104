"""Asking Stripe itself what an invoice would be (`POST /v1/invoices/create_preview`): nothing is computed here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal_desk.errors import OutcomeUnknown, ResourceMissing, StripeError, StripeUnavailable
from portal_desk.models.actions import PreviewLine
from portal_desk.models.json import Json, data_of
from portal_desk.models.money import Money

if TYPE_CHECKING:
    from portal_desk.services.stripe_gateway import StripeGateway

# Stripe's answer where nothing would be invoiced (https://docs.stripe.com/error-codes#invoice-upcoming-none).
_NOTHING = "invoice_upcoming_none"


@dataclass(frozen=True, slots=True)
class InvoicePreview:
    """What Stripe says an invoice would be.

    Attributes:
        lines: all of them, and what leads from their sum to what is charged or credited: discounts, taxes on top, the
            customer's balance.
        total: before the customer's balance; negative is a credit.
        due: what would be charged: the total less the customer's credit, never negative.
        credited: what would go to the customer's balance instead of being charged (minor units, positive).
        created: when the invoice would be made (seconds UTC).
        period_end: when the longest whole period that it bills ends (seconds UTC), where it bills one.
    """

    lines: tuple[PreviewLine, ...]
    total: Money
    due: Money
    credited: Money
    created: int
    period_end: int | None

    @property
    def charge(self) -> Money:
        """What is charged, or, where it is negative, credited."""
        return -self.credited if self.credited.amount else self.due

    @property
    def prorations(self) -> Money:
        """The sum of the lines for part of a period."""
        amount = sum(line.amount.amount for line in self.lines if line.proration)
        return Money(amount, self.total.currency)


async def ask(gateway: StripeGateway, params: dict[str, Any]) -> InvoicePreview | None:
    """Stripe's preview for `params`, or None where Stripe says that nothing would be invoiced.

    Raises:
        StripeError, Offline: as the gateway raises them. A preview changes nothing, so a lost answer is no harm.
    """
    invoice = await fetch(gateway, params)
    if invoice is None:
        return None
    lines = data_of(invoice.get("lines"))
    if (invoice.get("lines") or {}).get("has_more"):
        lines = await _all_lines(gateway, invoice) or lines
    return read(invoice, lines)


async def fetch(gateway: StripeGateway, params: dict[str, Any]) -> Json | None:
    """The invoice of Stripe's preview, as `ask` has it read; its lines may be only the first ones."""
    try:
        return await gateway.post("/v1/invoices/create_preview", params)
    except OutcomeUnknown as error:
        raise StripeUnavailable(
            "Stripe did not answer when it was asked for the preview.",
            "Nothing was changed; try again in a minute.",
        ) from error
    except StripeError as error:
        if error.code == _NOTHING:
            return None
        raise


async def _all_lines(gateway: StripeGateway, invoice: Json) -> list[Json]:
    """Every line of a preview with more of them than come with it."""
    try:
        return [
            line
            async for page in gateway.pages(f"/v1/invoices/{invoice['id']}/lines")
            for line in page
        ]
    except ResourceMissing:
        return []


def read(invoice: Json, lines: list[Json]) -> InvoicePreview:
    """The preview in Stripe's invoice. Amounts stay in minor units."""
    currency = invoice["currency"]
    total, due = int(invoice["total"]), int(invoice["amount_due"])
    credited = max(-total, 0)
    ends = [line["period"]["end"] for line in lines if _is_whole_period(line)]
    return InvoicePreview(
        lines=(
            *(_line(line) for line in lines),
            *_line_of("Discounts", -_sum(invoice, "total_discount_amounts"), currency),
            *_line_of("Taxes", _sum(invoice, "total_taxes", tax_behavior="exclusive"), currency),
            *_line_of("Customer’s balance", due - total - credited, currency),
        ),
        total=Money(total, currency),
        due=Money(due, currency),
        credited=Money(credited, currency),
        created=int(invoice["created"]),
        period_end=max(ends, default=None),
    )


def _is_whole_period(line: Json) -> bool:
    of_subscription = (line.get("parent") or {}).get("type") == "subscription_item_details"
    return of_subscription and not _is_proration(line)


def _line(line: Json) -> PreviewLine:
    amount = Money(int(line["amount"]), line["currency"])
    return PreviewLine(str(line.get("description") or ""), amount, _is_proration(line))


def _sum(invoice: Json, field: str, **like: str) -> int:
    """What the amounts in a list of the invoice come to (minor units), of those entries that are `like` this."""
    found = invoice.get(field) or []
    return sum(int(one["amount"]) for one in found if like.items() <= one.items())


def _line_of(description: str, amount: int, currency: str) -> tuple[PreviewLine, ...]:
    """A line, unless it is over nothing."""
    line = PreviewLine(description, Money(amount, currency), proration=False)
    return (line,) if amount else ()


def _is_proration(line: Json) -> bool:
    """Since API version basil the flag is below `parent`, under the kind of thing that made the line."""
    parent = line.get("parent") or {}
    details = parent.get(parent.get("type") or "") or {}
    return bool(details.get("proration"))
