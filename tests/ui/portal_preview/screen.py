"""What is on a preview, and pressing it as a person would."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.portal.explain import drawn
from portal_desk.sandbox.state import State
from portal_desk.services.desk import Desk
from portal_desk.ui.portal_preview.preview_panel import PortalPreviewPanel
from portal_desk.ui.portal_preview.writing import unbroken

from ..conftest import Until


def customer(desk: Desk, world: State, scenario: str) -> CustomerSnapshot:
    """The first customer of a scenario."""
    found = next(
        one
        for one in world.kind("customer").values()
        if (one["metadata"] or {}).get("scenario") == scenario
    )
    snapshot = desk.store.snapshot(found["id"])
    assert snapshot is not None
    return snapshot


def texts(panel: PortalPreviewPanel) -> str:
    """All that is written on the page."""
    labels = [label.text() for label in panel.page.findChildren(QLabel)]
    return "\n".join([*labels, panel.page.sheet.toPlainText()])


def button_labels(panel: PortalPreviewPanel) -> list[str]:
    """The labels of the buttons that are drawn."""
    assert panel.view is not None
    holders = [one for section in panel.view.sections for one in (section, *section.rows)]
    return [button.label for holder in holders for button in drawn(holder.buttons, explained=True)]


def is_broken(panel: PortalPreviewPanel, label: str) -> bool:
    """Whether a button's label doesn't fit on one line."""
    found = panel.page.sheet.document().find(unbroken(label).replace("\u00a0", " "))
    assert not found.isNull(), label
    block = found.block()
    ends = (found.selectionStart(), found.selectionEnd())
    lines = [block.layout().lineForTextPosition(at - block.position()) for at in ends]
    return lines[0].lineNumber() != lines[1].lineNumber()


def can_be_pressed(panel: PortalPreviewPanel, button: str) -> bool:
    """Whether the button is on the page, and is not said to be dead."""
    return button in texts(panel) and button not in panel.page.sheet.accessibleDescription()


def press(widget: QWidget, key: Qt.Key) -> None:
    event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, event)


async def shown(
    panel: PortalPreviewPanel, snapshot: CustomerSnapshot, until: Until
) -> PortalPreviewPanel:
    panel.show_customer(snapshot)
    await until(lambda: panel.view is not None)
    panel.language.setCurrentIndex(panel.language.findData("en"))
    return panel
