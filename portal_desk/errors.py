"""Everything that can go wrong in a way a person can do something about.

A `DeskError` is a known problem: it is shown as title, message and what to do next, and never as a traceback.
Anything else that is raised is a bug, and leaves a traceback in the log.
"""

from __future__ import annotations


class DeskError(Exception):
    """A known problem.

    Args:
        message: what happened, one full sentence.
        next_step: what the person can do now, one full sentence; may be empty.
    """

    title = "Something went wrong"
    exit_code = 1

    def __init__(self, message: str, next_step: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step

    def __str__(self) -> str:
        """Both sentences; Stripe's own words often lack the full stop."""
        ended = self.message.endswith((".", "!", "?", "…"))
        stop = "" if ended or not self.message or not self.next_step else "."
        return f"{self.message}{stop} {self.next_step}".strip()


class InvalidInput(DeskError):
    """What was typed can't be used; nothing was sent."""

    title = "That can't be used"
    exit_code = 2


class NotFound(DeskError):
    """Neither the cache nor Stripe knows the object."""

    title = "Not found"
    exit_code = 3


class StripeError(DeskError):
    """Stripe answered, and said no.

    Args:
        message: Stripe's own words.
        next_step: what to do.
        type: Stripe's error type, such as `invalid_request_error`.
        code: Stripe's error code, such as `resource_missing`, if it gave one.
        param: the parameter that Stripe names, if any.
        http_status: the answer's status.
        request_id: Stripe's `Request-Id`, for Stripe's support.
    """

    title = "Stripe said no"
    exit_code = 4

    def __init__(
        self,
        message: str,
        next_step: str = "",
        *,
        type: str = "api_error",  # noqa: A002 - Stripe's own word
        code: str | None = None,
        param: str | None = None,
        http_status: int | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message, next_step)
        self.type = type
        self.code = code
        self.param = param
        self.http_status = http_status
        self.request_id = request_id


class ResourceMissing(StripeError):
    """The object is gone at Stripe, or never was there."""

    title = "No longer at Stripe"
    exit_code = 3


class KeyRejected(StripeError):
    """The key is wrong, revoked or expired (401)."""

    title = "The key was rejected"
    exit_code = 5


class PermissionMissing(StripeError):
    """A restricted key lacks a permission (403).

    Attributes:
        permission: the permission that Stripe names, such as `rak_customer_portal_write`, if it does.
    """

    title = "The key lacks a permission"
    exit_code = 5
    permission: str | None = None


class RateLimited(StripeError):
    """Stripe still answers 429 after all retries."""

    title = "Stripe asks for a pause"
    exit_code = 6


class StripeUnavailable(StripeError):
    """Stripe answers 5xx, or not in a way that can be read, after all retries."""

    title = "Stripe is not answering properly"
    exit_code = 6


class Offline(DeskError):
    """Stripe can't be reached."""

    title = "Stripe can't be reached"
    exit_code = 6


class OutcomeUnknown(DeskError):
    """A change was sent and no answer came: it may or may not have taken effect."""

    title = "Not known whether that happened"
    exit_code = 7


class Stale(DeskError):
    """What was previewed is no longer what would happen; nothing was sent."""

    title = "This has changed meanwhile"
    exit_code = 8


class CacheBusy(DeskError):
    """Another process is already syncing this cache."""

    title = "Already syncing"
    exit_code = 9


class CacheDamaged(DeskError):
    """The cache file can't be read; it can be rebuilt from Stripe."""

    title = "The cache is damaged"
    exit_code = 10


class JournalDamaged(DeskError):
    """The journal can't be read; nothing can rebuild it, so it must not be deleted."""

    title = "The journal is damaged"
    exit_code = 10


class NewerSchema(DeskError):
    """A newer version of Portal Desk wrote a file that must be kept; rebuilding anything would not help."""

    title = "Written by a newer Portal Desk"
    exit_code = 10


class AccountsDamaged(DeskError):
    """The list of accounts can't be read; the accounts have to be connected again."""

    title = "The list of accounts is damaged"
    exit_code = 10


class DiskFull(DeskError):
    """There is no room, or no permission, to write."""

    title = "Can't write to the disk"
    exit_code = 11


class KeyringUnavailable(DeskError):
    """The operating system offers no place for secrets, or refuses it."""

    title = "No keyring"
    exit_code = 12


class NotPossible(DeskError):
    """The object is in a state that rules the action out; nothing was sent."""

    title = "That isn't possible now"
    exit_code = 13
