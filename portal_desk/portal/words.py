"""The portal's words in the customer's language, and how that language writes numbers and dates."""

from __future__ import annotations

import gettext
import io
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal

from babel import Locale, dates, lists, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from portal_desk.models.money import Money
from portal_desk.portal.locales import babel_locale, cldr_name
from portal_desk.resources_path import resource

_BRITISH = ("en-AU", "en-CA", "en-IE", "en-IN", "en-NZ", "en-SG")
_RELATIVES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_BRITISH, ("en-GB",)),
    "zh-HK": ("zh-TW",),
    "zh-TW": (),
}
"""Whose words a language reads where it has none of its own, other than its bare language's:
Hong Kong reads Traditional Chinese, and nobody reads the wrong script."""


def catalogue_path(tag: str) -> Path:
    """Where a language's catalogue is, whether or not it exists."""
    return resource("locales", cldr_name(tag), "LC_MESSAGES", "portal.po")


def _sources(tag: str) -> list[str]:
    """The languages whose catalogues serve `tag`, closest first."""
    chain = (tag, *_RELATIVES.get(tag, (tag.partition("-")[0],)))
    return [source for source in dict.fromkeys(chain) if catalogue_path(source).is_file()]


def _read(path: Path, tag: str) -> gettext.GNUTranslations:
    """A catalogue, compiled in memory."""
    with path.open("rb") as source:
        catalogue = read_po(source, locale=cldr_name(tag), abort_invalid=True)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@cache
def _translations(tag: str) -> gettext.NullTranslations:
    """The catalogues of a language, each falling back to the next, and in the end to English."""
    chain: gettext.NullTranslations = gettext.NullTranslations()
    for source in reversed(_sources(tag)):
        catalogue = _read(catalogue_path(source), source)
        catalogue.add_fallback(chain)
        chain = catalogue
    return chain


class Words:
    """What one language says, and how it writes.

    Args:
        locale: one of `LOCALES`.

    Attributes:
        locale: its tag.
        babel: its CLDR data.
    """

    def __init__(self, locale: str) -> None:
        self.locale = locale
        self.babel: Locale = babel_locale(locale)
        self._translations = _translations(locale)

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        """How the language is written."""
        return "rtl" if self.babel.text_direction == "rtl" else "ltr"

    def gettext(self, message: str) -> str:
        """A message in this language."""
        return self._translations.gettext(message)

    def pgettext(self, context: str, message: str) -> str:
        """A message whose English is ambiguous, told apart by its context."""
        return self._translations.pgettext(context, message)

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        """A message in the form that goes with `count`, which is filled in for `{count}`."""
        chosen = self._translations.ngettext(singular, plural, count)
        return chosen.replace("{count}", self.number(count))

    def number(self, value: int | Decimal) -> str:
        """A number."""
        return numbers.format_decimal(value, locale=self.babel)

    def percent(self, value: Decimal) -> str:
        """A share given in percent: `Decimal("12.5")` is 12.5%."""
        return numbers.format_percent(value / 100, locale=self.babel, decimal_quantization=False)

    def money(self, amount: int, currency: str) -> str:
        """An amount in the currency's minor unit."""
        return Money(amount, currency).format(cldr_name(self.locale).replace("_", "-"))

    def date(self, at: int, length: Literal["long", "medium"] = "long") -> str:
        """The day of a moment (seconds UTC), in UTC."""
        return dates.format_date(datetime.fromtimestamp(at, UTC), length, locale=self.babel)

    def territory(self, code: str) -> str:
        """A country's name; its code where it is not known."""
        return str(self.babel.territories.get(code.upper(), code))

    def join(self, parts: Iterable[str]) -> str:
        """A list in a sentence: "Team and Storage"."""
        return lists.format_list(list(parts), locale=self.babel)
