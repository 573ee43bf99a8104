"""Asking before something that isn't saved is lost."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMessageBox, QWidget


def ask_to_discard(parent: QWidget, what: str, on_discard: Callable[[], object]) -> QMessageBox:
    """Ask, without waiting for the answer; keeping is what Return and Esc choose.

    Args:
        what: what is not saved.
        on_discard: what to do where it may be lost.
    """
    box = QMessageBox(parent.window())
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle(_tr("Not saved"))
    box.setText(_tr("“{what}” is not saved.").format(what=what))
    box.setInformativeText(_tr("What you changed would be lost."))
    discard = box.addButton(_tr("Discard changes"), QMessageBox.ButtonRole.DestructiveRole)
    keep = box.addButton(_tr("Keep editing"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(keep)
    box.setEscapeButton(keep)
    discard.clicked.connect(on_discard)
    box.open()
    return box


def _tr(text: str) -> str:
    return QCoreApplication.translate("Unsaved", text)
