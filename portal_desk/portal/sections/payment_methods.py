"""What a customer can be charged to."""

from __future__ import annotations

from datetime import UTC, datetime

from portal_desk.models.json import Json
from portal_desk.models.loose import as_count, as_object, as_text
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.portal.document import Badge, Row, Section, Verdicts
from portal_desk.portal.method_names import owner_of, title_of
from portal_desk.portal.sections.buttons import button
from portal_desk.portal.words import Words


def payment_methods_section(
    words: Words, snapshot: CustomerSnapshot, verdicts: Verdicts, *, now: int
) -> Section:
    """The attached payment methods, the default first; left out where managing them is disabled."""
    add = button("add_payment_method", words.gettext("Add payment method"), verdicts.portal, "link")
    default = snapshot.default_payment_method()
    ordered = sorted(snapshot.payment_methods, key=lambda method: not _same(method, default))
    return Section(
        key="payment_methods",
        title=words.gettext("Payment methods"),
        rows=tuple(
            _row(words, method, verdicts, is_default=_same(method, default), now=now)
            for method in ordered
        ),
        buttons=(add,),
        availability="hidden" if add.availability == "hidden" else "enabled",
        reasons=add.reasons if add.availability == "hidden" else (),
        empty=words.gettext("No payment method on file."),
    )


def _same(method: Json, default: Json | None) -> bool:
    return default is not None and method.get("id") == default.get("id")


def _row(words: Words, method: Json, verdicts: Verdicts, *, is_default: bool, now: int) -> Row:
    badges = [Badge(words.gettext("Default"), "neutral")] if is_default else []
    if _has_expired(method, now=now):
        badges.append(Badge(words.gettext("Expired"), "critical"))
    make_default = button(
        "update_payment_method", words.gettext("Make default"), verdicts.portal, "link"
    )
    return Row(
        id=as_text(method.get("id")),
        title=title_of(words, method),
        lines=tuple(line for line in (owner_of(method),) if line),
        value=expiry_text(words, method),
        badges=tuple(badges),
        buttons=() if is_default else (make_default,),
    )


def _expiry(method: Json) -> tuple[int, int] | None:
    """A card's last year and month."""
    card = as_object(method.get("card"))
    year, month = as_count(card.get("exp_year")), as_count(card.get("exp_month"))
    return None if year is None or month is None else (year, month)


def expiry_text(words: Words, method: Json) -> str:
    """Until when a card can be used; empty for other payment methods."""
    if (expiry := _expiry(method)) is None:
        return ""
    year, month = expiry
    return words.gettext("Expires {date}").replace("{date}", f"{month:02}/{year}")


def _has_expired(method: Json, *, now: int) -> bool:
    """Whether a card's last month is over."""
    today = datetime.fromtimestamp(now, UTC)
    expiry = _expiry(method)
    return expiry is not None and expiry < (today.year, today.month)
