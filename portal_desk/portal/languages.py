"""The portal's languages by name, in English and in their own words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from portal_desk.portal.locales import LOCALES, babel_locale


@dataclass(frozen=True, slots=True)
class Language:
    """One language of the portal.

    Attributes:
        tag: Stripe's tag.
        english: its name in English.
        own: its name in itself.
    """

    tag: str
    english: str
    own: str

    @property
    def label(self) -> str:
        """Both names, or the one where they are the same: `German · Deutsch`."""
        return self.english if self.own == self.english else f"{self.english} · {self.own}"


@cache
def languages() -> tuple[Language, ...]:
    """Every language that a portal session takes, sorted by English name; the first time takes 100 ms and more."""
    named = (_language(tag) for tag in LOCALES)
    return tuple(sorted(named, key=lambda language: language.english))


@cache
def language_name(tag: str) -> str:
    """One language's name in English."""
    return babel_locale(tag).get_display_name("en") or tag


def _language(tag: str) -> Language:
    locale = babel_locale(tag)
    own = locale.get_display_name() or tag
    return Language(tag, language_name(tag), own[:1].upper() + own[1:])
