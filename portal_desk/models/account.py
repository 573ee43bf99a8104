"""A Stripe account that this desk is connected to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from portal_desk.models.json import Json
from portal_desk.models.loose import as_object, as_text

KeyPlace = Literal["keyring", "session", "file"]
"""Where the key is: the OS keyring, this session's memory alone, or a 0600 file that the user asked for."""


FileKey = str | None
"""What an account's files are encrypted with: 32 random bytes in hexadecimal. None for plain files."""


def business_name(stripe_account: Json) -> str:
    """What the business behind Stripe's account object is called; empty where it has no name."""
    profile = as_object(stripe_account.get("business_profile"))
    dashboard = as_object(as_object(stripe_account.get("settings")).get("dashboard"))
    return as_text(profile.get("name")) or as_text(dashboard.get("display_name"))


@dataclass(frozen=True, slots=True)
class Account:
    """An account as the desk knows it; its key is elsewhere (`services.accounts`).

    Attributes:
        id: Stripe's `acct_…`.
        name: the business's name, for people.
        livemode: True where real customers are charged.
        key_place: where the key is kept.
        api_base: another address than Stripe's own (`http://127.0.0.1:12111`): the sandbox.
        encrypted: whether its cache and its journal are.
    """

    id: str
    name: str
    livemode: bool
    key_place: KeyPlace = "keyring"
    api_base: str | None = None
    encrypted: bool = True

    @property
    def key(self) -> str:
        """A name for files and for the keyring that keeps an account's live and test data apart."""
        return f"{self.id}-{'live' if self.livemode else 'test'}"

    def is_same(self, other: Account) -> bool:
        """Whether both are one account at one address; a sandbox's may have another sandbox's id."""
        return (self.key, self.api_base) == (other.key, other.api_base)

    @property
    def is_demo(self) -> bool:
        """Whether this is the embedded sandbox rather than Stripe."""
        return self.api_base is not None
