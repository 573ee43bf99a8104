"""The inputs of the form: each shows the value of one field, gives it back, and keeps what it doesn't know."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from portal_desk.models.loose import as_id, as_list
from portal_desk.ui.configurations.words import Choice, tr
from portal_desk.ui.dialogs.fields import QuantityBox

_COLUMNS = 2


class Input(QWidget):
    """One value of a configuration.

    Signals:
        changed: somebody changed the value.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(6)

    @abstractmethod
    def value(self) -> Any:  # noqa: ANN401 - any JSON
        """The value as Stripe writes it."""

    @abstractmethod
    def set_value(self, value: Any) -> None:  # noqa: ANN401 - any JSON
        """Show a value."""

    def focus(self) -> None:
        """Take the keyboard to where the value is changed."""
        (self.focusProxy() or self).setFocus()


class TextInput(Input):
    """A line of text; nothing typed is no value."""

    def __init__(self, placeholder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = QLineEdit()
        self.edit.setPlaceholderText(placeholder)
        self.edit.textChanged.connect(self.changed)
        self.column.addWidget(self.edit)
        self.setFocusProxy(self.edit)

    def value(self) -> str | None:
        return self.edit.text().strip() or None

    def set_value(self, value: Any) -> None:  # noqa: ANN401
        self.edit.setText(str(value or ""))


class IdsInput(TextInput):
    """Ids with commas between them."""

    def value(self) -> Any:  # noqa: ANN401
        ids = [one.strip() for one in self.edit.text().split(",")]
        return [one for one in ids if one]

    def set_value(self, value: Any) -> None:  # noqa: ANN401
        super().set_value(", ".join(as_id(one) for one in as_list(value)))


class SwitchInput(Input):
    """On or off."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = QCheckBox(text)
        self.box.toggled.connect(self.changed)
        self.column.addWidget(self.box)
        self.setFocusProxy(self.box)

    def value(self) -> bool:
        return self.box.isChecked()

    def set_value(self, value: Any) -> None:  # noqa: ANN401
        self.box.setChecked(value is True)


class Combo(QComboBox):
    """A choice that the mouse wheel leaves alone: the form scrolls under it."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class Spin(QuantityBox):
    """A number that the mouse wheel leaves alone."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class ChoiceInput(Input):
    """One of a few values; one that this program doesn't know is offered as it is."""

    def __init__(self, choices: Sequence[Choice], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.combo = Combo()
        self.combo.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        for value, words in choices:
            self.combo.addItem(words, value)
        self.combo.currentIndexChanged.connect(self.changed)
        self.column.addWidget(self.combo)
        self.setFocusProxy(self.combo)

    def value(self) -> Any:  # noqa: ANN401
        return self.combo.currentData()

    def set_value(self, value: Any) -> None:  # noqa: ANN401
        if self.combo.findData(value) < 0:
            words = tr("Stripe’s default") if value is None else unknown_words(str(value))
            self.combo.addItem(words, value)
        self.combo.setCurrentIndex(self.combo.findData(value))


class ChecksInput(Input):
    """Any of several values; those that this program doesn't know are kept until they are unticked."""

    def __init__(self, choices: Sequence[Choice], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._boxes: dict[str, QCheckBox] = {}
        self._grid = QGridLayout()
        self._grid.setVerticalSpacing(6)
        self.column.addLayout(self._grid)
        for value, words in choices:
            self._add(value, words)

    def box(self, value: str) -> QCheckBox:
        """The box of one value."""
        return self._boxes[value]

    def value(self) -> Any:  # noqa: ANN401
        return [value for value, box in self._boxes.items() if box.isChecked()]

    def set_value(self, value: Any) -> None:  # noqa: ANN401
        wanted = [str(one) for one in as_list(value)]
        for one in wanted:
            if one not in self._boxes:
                self._add(one, unknown_words(one))
        for one, box in self._boxes.items():
            box.setChecked(one in wanted)

    def focus(self) -> None:
        next(iter(self._boxes.values())).setFocus()

    def _add(self, value: str, words: str) -> None:
        box = QCheckBox(words.replace("&", "&&"))
        box.toggled.connect(self.changed)
        number = len(self._boxes)
        self._grid.addWidget(box, number // _COLUMNS, number % _COLUMNS)
        self._boxes[value] = box


class ConditionsInput(ChecksInput):
    """Conditions, each of which Stripe wraps in an object with its type; whatever else is in one is kept."""

    def __init__(self, choices: Sequence[Choice], parent: QWidget | None = None) -> None:
        super().__init__(choices, parent)
        self._whole: dict[str, Any] = {}

    def value(self) -> Any:  # noqa: ANN401
        return [self._whole.get(one, {"type": one}) for one in super().value()]

    def set_value(self, value: Any) -> None:  # noqa: ANN401
        found = [one for one in as_list(value) if isinstance(one, dict)]
        self._whole = {str(one.get("type")): one for one in found}
        super().set_value(list(self._whole))


def set_silently(inside: Input, value: Any) -> None:  # noqa: ANN401 - any JSON
    """Show a value that nobody typed."""
    blocker = QSignalBlocker(inside)
    inside.set_value(value)
    blocker.unblock()


def unknown_words(value: str) -> str:
    """A value of a later Stripe."""
    return tr("{value} (not known here)").format(value=value)
