"""Inputs with a line for each of several entries: metadata, and how long a pause may last."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from portal_desk.models.json import Json
from portal_desk.models.loose import as_count, as_object, as_objects
from portal_desk.ui.configurations.inputs import Combo, Input, Spin, unknown_words
from portal_desk.ui.configurations.words import interval_choices, tr
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import Button, IconButton, clear_layout

_MOST = 1095
"""Days: a pause lasts three years at most."""


class RowsInput(Input):
    """Lines that can be added and taken away."""

    def __init__(self, theme: Theme, add: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: list[tuple[QWidget, Any]] = []
        self._lines = QVBoxLayout()
        self._lines.setSpacing(6)
        self.add = Button(add, "ghost", theme=theme, icon_name="plus")
        self.add.clicked.connect(self._on_add)
        self.column.addLayout(self._lines)
        below = QHBoxLayout()
        below.addWidget(self.add)
        below.addStretch(1)
        self.column.addLayout(below)
        self.setFocusProxy(self.add)

    @abstractmethod
    def make_row(self, line: QHBoxLayout, entry: Any) -> Any:  # noqa: ANN401 - what a subclass keeps of a line
        """Put the widgets of one entry (None for a new one) into a line, and return them."""

    @property
    def rows(self) -> list[Any]:
        """What `make_row` returned for each line."""
        return [kept for _, kept in self._rows]

    def show_entries(self, entries: list[Any]) -> None:
        """Show these lines instead."""
        clear_layout(self._lines)
        self._rows.clear()
        for entry in entries:
            self._append(entry)

    def _append(self, entry: Any) -> Any:  # noqa: ANN401
        around = QWidget()
        line = QHBoxLayout(around)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        kept = self.make_row(line, entry)
        remove = IconButton(self._theme, "x", tr("Take away"), tiny=True)
        remove.clicked.connect(lambda: self._remove(around))
        line.addWidget(remove)
        self._lines.addWidget(around)
        self._rows.append((around, kept))
        return kept

    def _remove(self, around: QWidget) -> None:
        self._rows = [one for one in self._rows if one[0] is not around]
        self._lines.removeWidget(around)
        around.hide()
        around.deleteLater()
        self.add.setFocus()
        self.changed.emit()

    def _on_add(self) -> None:
        first = self._append(None)[0]
        first.setFocus()
        self.changed.emit()


class MetadataInput(RowsInput):
    """Keys and values."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, tr("Add a key"), parent)

    def make_row(self, line: QHBoxLayout, entry: Any) -> tuple[QLineEdit, QLineEdit]:  # noqa: ANN401
        key, value = (QLineEdit(one) for one in entry or ("", ""))
        for edit, name, share in ((key, tr("Key"), 2), (value, tr("Value"), 3)):
            edit.setPlaceholderText(name)
            edit.setAccessibleName(name)
            edit.textChanged.connect(self.changed)
            line.addWidget(edit, share)
        return key, value

    def value(self) -> Any:  # noqa: ANN401
        pairs = ((key.text().strip(), value.text()) for key, value in self.rows)
        return {key: value for key, value in pairs if key}

    def set_value(self, value: Any) -> None:  # noqa: ANN401
        self.show_entries([(key, str(one)) for key, one in as_object(value).items()])


class DurationsInput(RowsInput):
    """How long a pause may last: numbers of days, weeks, months or years."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, tr("Add a duration"), parent)

    def make_row(self, line: QHBoxLayout, entry: Any) -> tuple[Spin, Combo, Json]:  # noqa: ANN401
        option = as_object(entry) or {"interval": "month", "interval_count": 1}
        count, unit = Spin(self._theme), Combo()
        count.setRange(1, _MOST)
        count.setValue(as_count(option.get("interval_count")) or 1)
        count.setAccessibleName(tr("How many"))
        unit.setAccessibleName(tr("Unit"))
        for value, words in interval_choices():
            unit.addItem(words, value)
        if unit.findData(option.get("interval")) < 0:
            unit.addItem(unknown_words(str(option.get("interval"))), option.get("interval"))
        unit.setCurrentIndex(unit.findData(option.get("interval")))
        count.valueChanged.connect(self.changed)
        unit.currentIndexChanged.connect(self.changed)
        line.addWidget(count)
        line.addWidget(unit)
        line.addStretch(1)
        return count, unit, option

    def value(self) -> Any:  # noqa: ANN401
        return [
            whole | {"interval": unit.currentData(), "interval_count": count.value()}
            for count, unit, whole in self.rows
        ]

    def set_value(self, value: Any) -> None:  # noqa: ANN401
        self.show_entries(as_objects(value))
