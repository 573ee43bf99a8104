"""Messages on pages of their own: an expired link, the login."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from portal_desk.portal.words import Words

NoticeKind = Literal["expired", "login", "link_sent", "not_found"]


@dataclass(frozen=True, slots=True)
class Notice:
    """A message on a page of its own.

    Attributes:
        title, text: what it says.
        field: the label of an email field, where the page asks for one.
        button: what sends it.
    """

    title: str
    text: str
    field: str = ""
    button: str = ""


def notice(kind: NoticeKind, words: Words, *, business: str, email: str = "") -> Notice:
    """A message in one language."""
    makers = {
        "expired": _expired,
        "login": _login,
        "link_sent": _link_sent,
        "not_found": _not_found,
    }
    found = makers[kind](words)
    return Notice(
        found.title,
        found.text.replace("{business}", business).replace("{email}", email),
        found.field,
        found.button,
    )


def _expired(words: Words) -> Notice:
    return Notice(
        words.gettext("This link has expired"),
        words.gettext(
            "For your security, links to this page work only for a short time. "
            "Return to {business} to open it again."
        ),
    )


def _login(words: Words) -> Notice:
    return Notice(
        words.gettext("Log in to manage your billing"),
        words.gettext(
            "Enter your email, and we’ll send you a link that signs you in to your customer portal."
        ),
        field=words.gettext("Email"),
        button=words.gettext("Send"),
    )


def _link_sent(words: Words) -> Notice:
    return Notice(
        words.gettext("Check your email"),
        words.gettext(
            "If {email} matches the email address we have on file, you’ll receive a link to your "
            "customer portal."
        ),
    )


def _not_found(words: Words) -> Notice:
    return Notice(
        words.gettext("Page not found"),
        words.gettext("Check that the whole link was copied, or return to {business}."),
    )
