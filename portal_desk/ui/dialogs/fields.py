"""The pieces of a form: a labelled field, and a choice between a few things that each need a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QPlainTextEdit,
    QRadioButton,
    QSpinBox,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import Text, set_style

T = TypeVar("T")

_LEAST_LETTERS = 8
_QUANTITY_WIDTH, _TEXT_MARGIN = 110, 6
_MOST = 1_000_000


class Field(QWidget):
    """A label, the input below it, and a hint or what is wrong below that."""

    def __init__(
        self, label: str, inside: QWidget, hint: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._inside = inside
        self._hint = hint
        name = Text(label, "small")
        name.setBuddy(inside)
        name.setVisible(bool(label))
        inside.setAccessibleName(label)
        if isinstance(inside, QComboBox):
            # As wide as the dialog gives, however long the longest choice is.
            adjust = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            inside.setSizeAdjustPolicy(adjust)
            inside.setMinimumContentsLength(_LEAST_LETTERS)
        self.note = Text(hint, "faint", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(name)
        column.addWidget(inside)
        column.addWidget(self.note)
        self.set_error("")

    def set_hint(self, hint: str) -> None:
        """Show another hint where nothing is wrong."""
        self._hint = hint
        self.set_error("")

    def set_error(self, error: str) -> None:
        """Say what is wrong with the input; an empty string for nothing."""
        self.note.setText(error or self._hint)
        self.note.setVisible(bool(error or self._hint))
        set_style(self.note, error="true" if error else "false")
        set_style(self._inside, invalid="true" if error else "false")


class Choices(QWidget, Generic[T]):
    """Radio buttons, each with a sentence that says what it means.

    Signals:
        changed: another choice was made.
    """

    changed = Signal()

    def __init__(
        self, options: Sequence[tuple[T, str, str]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._values = [value for value, _, _ in options]
        self.notes = [self._add(number, *option[1:]) for number, option in enumerate(options)]
        self._group.button(0).setChecked(True)
        self._group.idToggled.connect(self._on_toggled)

    @property
    def value(self) -> T:
        """What is chosen."""
        return self._values[self._group.checkedId()]

    def choose(self, value: T) -> None:
        """Choose another."""
        self.button(value).setChecked(True)

    def button(self, value: T) -> QRadioButton:
        """The button of one choice."""
        button = self._group.button(self._values.index(value))
        assert isinstance(button, QRadioButton)  # noqa: S101 - nothing else is ever added
        return button

    def describe(self, value: T, label: str, sentence: str) -> None:
        """Give a choice other words."""
        number = self._values.index(value)
        self.button(value).setText(label)
        self.button(value).setAccessibleDescription(sentence)
        self.notes[number].setText(sentence)
        self.notes[number].setVisible(bool(sentence))

    def set_possible(self, value: T, *, possible: bool) -> None:
        """Whether a choice can be made; its sentence stays readable."""
        self.button(value).setEnabled(possible)

    def _add(self, number: int, label: str, sentence: str) -> Text:
        button = QRadioButton(label)
        button.setAccessibleDescription(sentence)
        self._group.addButton(button, number)
        note = Text(sentence, "small", wrap=True)
        note.setContentsMargins(indent_of(button), 0, 0, 6)
        note.setVisible(bool(sentence))
        self._column.addWidget(button)
        self._column.addWidget(note)
        return note

    def _on_toggled(self, _number: int, checked: bool) -> None:
        if checked:
            self.changed.emit()


def indent_of(button: QRadioButton) -> int:
    """How far what belongs to a radio button stands in, to be below its text."""
    button.ensurePolished()
    metrics = (
        QStyle.PixelMetric.PM_ExclusiveIndicatorWidth,
        QStyle.PixelMetric.PM_RadioButtonLabelSpacing,
    )
    return sum(button.style().pixelMetric(metric, None, button) for metric in metrics)


def lines_high(edit: QPlainTextEdit, lines: int) -> None:
    """Make a text field as high as that many lines."""
    margins = edit.contentsMargins()
    around = margins.top() + margins.bottom() + 2 * int(edit.document().documentMargin()) + 4
    edit.setFixedHeight(edit.fontMetrics().lineSpacing() * lines + around)


def side_by_side(*fields: tuple[QWidget, int]) -> QHBoxLayout:
    """Fields in one line, each with the share of the width that it gets."""
    line = QHBoxLayout()
    line.setSpacing(12)
    for field, share in fields:
        line.addWidget(field, share, Qt.AlignmentFlag.AlignTop)
    return line


class QuantityBox(QSpinBox):
    """How many."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(1, _MOST)
        self.setGroupSeparatorShown(True)
        self.setFixedWidth(max(_QUANTITY_WIDTH, self.sizeHint().width()))
        self.setFixedHeight(
            max(int(theme.size("control_height")), self.fontMetrics().height() + 10)
        )
        # The style sheet's padding does not reach the text inside a spin box.
        self.lineEdit().setTextMargins(_TEXT_MARGIN, 0, 0, 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            # What was typed counts already; Qt would call it a change once more, and the dialog would plan anew.
            event.ignore()
        else:
            super().keyPressEvent(event)
