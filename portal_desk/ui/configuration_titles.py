"""What portal configurations are called where one is chosen."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from portal_desk.models.json import Json
from portal_desk.services.configurations.selecting import name_of


def configuration_title(configuration: Json) -> str:
    """Its name, and whether it is the default one, or inactive."""
    name = name_of(configuration)
    if configuration.get("is_default"):
        return _tr("{name} (default)").format(name=name)
    if configuration.get("active") is False:
        return _tr("{name} (inactive)").format(name=name)
    return name


def _tr(text: str) -> str:
    return QCoreApplication.translate("Configurations", text)
