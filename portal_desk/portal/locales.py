"""The portal's languages: Stripe's tags, and what the outside world calls them."""

from __future__ import annotations

from collections.abc import Iterable

from babel import Locale

LOCALES = (
    "bg", "cs", "da", "de", "el", "en", "en-AU", "en-CA", "en-GB", "en-IE", "en-IN", "en-NZ",
    "en-SG", "es", "es-419", "et", "fi", "fil", "fr", "fr-CA", "hr", "hu", "id", "it", "ja", "ko",
    "lt", "lv", "ms", "mt", "nb", "nl", "pl", "pt", "pt-BR", "ro", "ru", "sk", "sl", "sv", "th",
    "tr", "vi", "zh", "zh-HK", "zh-TW",
)  # fmt: skip
"""Every tag that a portal session's `locale` takes, apart from `auto`
(https://docs.stripe.com/api/customer_portal/sessions/create#create_portal_session-locale)."""

_CLDR = {"pt": "pt_PT", "zh": "zh_Hans", "zh-HK": "zh_Hant_HK", "zh-TW": "zh_Hant_TW"}

_ALIASES = {
    "zh-hans": "zh",
    "zh-cn": "zh",
    "zh-sg": "zh",
    "zh-hant": "zh-TW",
    "zh-hant-hk": "zh-HK",
    "zh-hant-mo": "zh-HK",
    "zh-mo": "zh-HK",
    "zh-hant-tw": "zh-TW",
    "no": "nb",
    "nn": "nb",
    "tl": "fil",
}

# The countries whose Spanish CLDR derives from es-419; Spain's and the rest's derive from es.
_LATIN_AMERICA = frozenset(
    ("ar", "bo", "br", "bz", "cl", "co", "cr", "cu", "do", "ec", "gt", "hn", "mx", "ni", "pa", "pe",
     "pr", "py", "sv", "us", "uy", "ve")
)  # fmt: skip

_TAGS = {tag.lower(): tag for tag in LOCALES}


def cldr_name(tag: str) -> str:
    """The CLDR name of one of the portal's languages: `zh-HK` is `zh_Hant_HK`."""
    return _CLDR.get(tag) or tag.replace("-", "_")


def babel_locale(tag: str) -> Locale:
    """How numbers, dates and plurals are written in one of the portal's languages."""
    return Locale.parse(cldr_name(tag))


def match(tag: str) -> str | None:
    """The portal's language for any language tag, such as `de-AT` or `zh_Hant_HK`, if it has it."""
    wanted = tag.strip().replace("_", "-").lower()
    language, *rest = wanted.split("-")
    if language == "es" and rest and rest[-1] in _LATIN_AMERICA:
        return "es-419"
    while wanted:
        if found := _TAGS.get(wanted) or _TAGS.get(_ALIASES.get(wanted, "").lower()):
            return found
        wanted = wanted.rpartition("-")[0]
    return None


def resolve(requested: str | None, preferred: Iterable[object] = ()) -> str:
    """The language that the portal shows.

    Args:
        requested: the session's `locale`; None, an empty string and `auto` leave the choice to `preferred`.
        preferred: the customer's `preferred_locales`, then the browser's languages, best first.

    Returns:
        One of `LOCALES`; English where nothing matches.
    """
    asked = [requested] if requested and requested != "auto" else list(preferred)
    matches = (match(tag) for tag in asked if isinstance(tag, str))
    return next((found for found in matches if found), "en")
