"""Where API keys are kept: the OS keyring, this session's memory, or a private file, as the user chose."""

from __future__ import annotations

import contextlib
import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from portal_desk.errors import DiskFull, KeyringUnavailable, NotFound
from portal_desk.services.files import write_private

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portal_desk.models.account import KeyPlace

SERVICE = "portal-desk"
_CHOICES = (
    "Keep the key for this session only, or in a file that only you can read (`--keep file`); "
    "or set up a keyring (on Linux: gnome-keyring or KWallet) and connect again."
)


class Place(Protocol):
    """A place for keys, by a name such as `acct_1…-test`."""

    def save(self, name: str, key: str) -> None:
        """Keep `key`."""

    def load(self, name: str) -> str:
        """The key; raises NotFound where there is none."""

    def forget(self, name: str) -> None:
        """Forget the key, if there is one."""


class Secrets:
    """All the places.

    Args:
        folder: where the private files are.
    """

    def __init__(self, folder: Path) -> None:
        self._places: dict[KeyPlace, Place] = {
            "keyring": KeyringPlace(),
            "session": SessionPlace(),
            "file": FilePlace(folder),
        }

    def at(self, place: KeyPlace) -> Place:
        """One of the places."""
        return self._places[place]


class SessionPlace:
    """Memory: gone when the program ends."""

    def __init__(self) -> None:
        self._keys: dict[str, str] = {}

    def save(self, name: str, key: str) -> None:
        """Keep `key` until the program ends."""
        self._keys[name] = key

    def load(self, name: str) -> str:
        """The key; raises NotFound where there is none."""
        if name not in self._keys:
            raise _missing(name, "was kept for an earlier session only")
        return self._keys[name]

    def forget(self, name: str) -> None:
        """Forget the key, if there is one."""
        self._keys.pop(name, None)


class FilePlace:
    """A file per key, readable by its owner alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(self, name: str, key: str) -> None:
        """Write the key; raises DiskFull where there is no room or no permission."""
        write_private(self._path(name), key.encode())

    def load(self, name: str) -> str:
        """The key; raises NotFound where there is none, DiskFull where its file can't be read."""
        try:
            return self._path(name).read_text("utf-8").strip()
        except FileNotFoundError:
            raise _missing(name, "is no longer in its file") from None
        except PermissionError as error:
            raise DiskFull(
                f"The key's file can't be read: {error}.", "Check who owns it."
            ) from error

    def forget(self, name: str) -> None:
        """Remove the file, if there is one."""
        self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.key"


class KeyringPlace:
    """The operating system's own place for secrets. It may ask the user to unlock it: call it off the UI's thread."""

    def save(self, name: str, key: str) -> None:
        """Keep `key`; raises KeyringUnavailable where there is no keyring or it refuses."""
        import keyring  # noqa: PLC0415 - looks for backends when it is imported

        with _translated():
            keyring.set_password(SERVICE, name, key)
            kept = keyring.get_password(SERVICE, name)
        if kept != key:  # a `null` backend says yes and keeps nothing
            raise KeyringUnavailable("The keyring did not keep the key.", _CHOICES)

    def load(self, name: str) -> str:
        """The key; raises NotFound where there is none, KeyringUnavailable where the keyring refuses."""
        import keyring  # noqa: PLC0415 - looks for backends when it is imported

        with _translated():
            key = keyring.get_password(SERVICE, name)
        if key is None:
            raise _missing(name, "is no longer in the keyring")
        return key

    def forget(self, name: str) -> None:
        """Remove the key, if there is one; raises KeyringUnavailable where the keyring refuses."""
        import keyring  # noqa: PLC0415 - looks for backends when it is imported
        from keyring.errors import PasswordDeleteError  # noqa: PLC0415

        with _translated(), contextlib.suppress(PasswordDeleteError):
            keyring.delete_password(SERVICE, name)


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    """Turn what a keyring's backend raises into KeyringUnavailable with the choices that are left."""
    try:
        yield
    except _backend_errors() as error:
        why = str(error).split("\n", 1)[0].rstrip(".") or type(error).__name__
        raise KeyringUnavailable(f"The keyring can't be used: {why}.", _CHOICES) from error


def _backend_errors() -> tuple[type[Exception], ...]:
    """What backends raise: not all of them keep to keyring's own errors."""
    from keyring.errors import KeyringError  # noqa: PLC0415 - see above

    found: list[type[Exception]] = [KeyringError, RuntimeError, OSError]
    with contextlib.suppress(ImportError):  # Linux alone has these
        from secretstorage.exceptions import SecretStorageException  # noqa: PLC0415

        dbus_error = importlib.import_module("jeepney").DBusErrorResponse  # has no types
        found += [dbus_error, SecretStorageException]
    return tuple(found)


def _missing(name: str, why: str) -> NotFound:
    return NotFound(f"The key of {name} {why}.", "Connect the account again.")
