"""What stands in place of the list where a search finds nobody, and of a customer where none is chosen."""

from __future__ import annotations

from typing import NamedTuple

from portal_desk.models.search import SearchFilters, SearchQuery
from portal_desk.ui.panels.customer_words import tr


class Emptiness(NamedTuple):
    """An icon, and why nobody is there; what to do about it, and the button that does it, if any."""

    icon: str
    title: str
    text: str
    action: str = ""


def nobody_chosen() -> Emptiness:
    """Why no customer is on show."""
    how = tr("Type in the search, press Down, then Enter.")
    return Emptiness("user-circle", tr("No customer chosen"), how)


def emptiness(query: SearchQuery, meant: str) -> Emptiness:
    """Why nobody is found.

    Args:
        query: what was asked.
        meant: a text that finds somebody, where one is known.
    """
    text, filtered = query.text.strip(), query.filters != SearchFilters()
    icon = "magnifying-glass"
    if not text and not filtered:
        when = tr("They appear while the first sync reads them from Stripe.")
        return Emptiness("users", tr("No customers here yet"), when)
    if not text:
        title = tr("No customer matches these filters")
        return Emptiness(icon, title, tr("Nobody fits all of them at once."), tr("Clear filters"))
    alone, among = (
        tr("No customer matches “{text}”"),
        tr("No customer matches “{text}” and the filters"),
    )
    title = (among if filtered else alone).format(text=text)
    if meant:
        question, search = tr("Did you mean “{text}”?"), tr("Search for “{text}”")
        return Emptiness(icon, title, question.format(text=meant), search.format(text=meant))
    hint = tr("Part of a name, an email address, an id or a card’s last four will do.")
    clear = tr("Clear search and filters") if filtered else tr("Clear search")
    return Emptiness(icon, title, hint, clear)
