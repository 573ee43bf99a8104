"""Postal addresses, in the order that their country writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal_desk.models.json import Json
from portal_desk.models.loose import as_text

if TYPE_CHECKING:  # brings Babel, which a line of an address needs not
    from portal_desk.portal.words import Words

_CITY_LINES = {
    "postal_first": "{postal_code} {city} {state}",
    "postal_last": "{city} {state} {postal_code}",
    "us": "{city}, {state} {postal_code}",
}
_US_STYLE = frozenset({"US", "CA", "AU", "IN", "BR", "MX", "NZ", "TH", "PH"})
_POSTAL_LAST = frozenset({"GB", "IE", "SG", "HK", "TW", "ID", "MY", "ZA", "KW", "AE", "SA"})
_LARGEST_FIRST = frozenset({"JP", "CN", "KR", "TW"})


def address_lines(words: Words, address: Json) -> tuple[str, ...]:
    """The lines of an address, its country in the view's language last; none where it is empty."""
    parts = {name: as_text(value).strip() for name, value in address.items()}
    country = parts.get("country", "").upper()
    street = [parts.get("line1", ""), parts.get("line2", "")]
    city = _city_line(parts, country)
    if country in _LARGEST_FIRST and words.babel.language in {"ja", "zh", "ko"}:
        body = [f"〒{parts['postal_code']}" if country == "JP" and parts.get("postal_code") else ""]
        place = "".join(parts.get(name, "") for name in ("state", "city"))
        body += [f"{place}{street[0]}", street[1]]
    else:
        body = [*street, city]
    lines = [*body, words.territory(country) if country else ""]
    return tuple(line for line in lines if line)


def address_line(address: Json) -> str:
    """An address in one line, its country's code last; empty where it is."""
    parts = {name: as_text(value).strip() for name, value in address.items()}
    country = parts.get("country", "").upper()
    lines = (parts.get("line1", ""), parts.get("line2", ""), _city_line(parts, country), country)
    return ", ".join(filter(None, lines))


def _city_line(parts: dict[str, str], country: str) -> str:
    style = (
        "us"
        if country in _US_STYLE
        else "postal_last"
        if country in _POSTAL_LAST
        else "postal_first"
    )
    names = ("city", "state", "postal_code")
    filled = _CITY_LINES[style].format(**{name: parts.get(name, "") for name in names})
    return " ".join(filled.split()).strip(" ,")
