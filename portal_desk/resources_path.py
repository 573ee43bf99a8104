"""Where the files beside the code are: icons, styles, locales."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _root() -> Path:
    """The resources inside an installed wheel, else those beside the package in a checkout."""
    installed = _PACKAGE / "resources"
    return installed if installed.is_dir() else _PACKAGE.parent / "resources"


def resource(*parts: str) -> Path:
    """The path of a resource, such as `resource("styles", "tokens.json")`."""
    return _root().joinpath(*parts)
