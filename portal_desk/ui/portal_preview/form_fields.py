"""What a customer fills in or chooses on a portal page, as Qt's own fields."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from portal_desk.portal.flows.document import Choice, Field, Group
from portal_desk.ui.widgets.labels import breakable
from portal_desk.ui.widgets.style import set_style

_LONGEST = 500
_TEXT_ROWS = 3


def label(text: str, name: str) -> QLabel:
    """Words that wrap, looked up in the page's style by `name`."""
    made = QLabel(breakable(text))
    made.setObjectName(name)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(True)
    made.setIndent(0)
    made.setMinimumWidth(40)
    return made


class FieldBox(QWidget):
    """A field with its label, its hint and what is wrong with it.

    Signals:
        entered: Enter was pressed in it.
    """

    entered = Signal()

    def __init__(self, field: Field) -> None:
        super().__init__()
        self.name = field.name
        self.is_wrong = bool(field.problem)
        self._choices = field.choices
        self._control: QWidget | None = None
        self._options: list[_Option] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(5)
        if field.kind == "checkbox":
            self._add_option(Choice("on", field.label), QCheckBox(), checked=field.value == "on")
        elif field.kind in {"radio", "plan"}:
            self._add_choices(field)
        else:
            self._add_control(field)

    @property
    def control(self) -> QWidget:
        """What the keyboard comes to."""
        chosen = [one.button for one in self._options if one.button.isChecked()]
        return self._control or [*chosen, *(one.button for one in self._options), self][0]

    @property
    def value(self) -> str | None:
        """What is filled in; None where nothing is chosen."""
        control = self._control
        if isinstance(control, QLineEdit):
            return control.text()
        if isinstance(control, QPlainTextEdit):
            return control.toPlainText()
        if isinstance(control, QComboBox):
            return self._choices[control.currentIndex()].value if self._choices else ""
        return next((one.value for one in self._options if one.button.isChecked()), None)

    def _add_control(self, field: Field) -> None:
        caption = label(field.label, "fieldLabel")
        control = _control(field)
        caption.setBuddy(control)
        control.setAccessibleName(field.label)
        told = "\n".join(text for text in (field.problem, field.hint) if text)
        control.setAccessibleDescription(told)
        set_style(control, invalid="true" if field.problem else "false")
        self._control = control
        self._column.addWidget(caption)
        self._column.addWidget(control)
        self._add_remarks(field)
        if isinstance(control, QLineEdit):
            control.returnPressed.connect(self.entered)

    def _add_choices(self, field: Field) -> None:
        self._column.addWidget(label(field.label, "fieldLabel"))
        self._add_remarks(field)
        group = QButtonGroup(self)
        for choice in field.choices:
            radio = QRadioButton()
            group.addButton(radio)
            chosen = choice.value == field.value
            self._add_option(choice, radio, checked=chosen, card=field.kind == "plan")

    def _add_option(
        self, choice: Choice, button: QAbstractButton, *, checked: bool, card: bool = False
    ) -> None:
        option = _Option(choice, button, card=card)
        button.setChecked(checked)
        self._options.append(option)
        self._column.addWidget(option)

    def _add_remarks(self, field: Field) -> None:
        if field.problem:
            self._column.addWidget(label(field.problem, "fieldProblem"))
        if field.hint:
            self._column.addWidget(label(field.hint, "hint"))


def _control(field: Field) -> QLineEdit | QPlainTextEdit | QComboBox:
    if field.kind == "select":
        combo = QComboBox()
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        # All at once: there are 250 countries.
        combo.addItems([choice.label for choice in field.choices])
        values = [choice.value for choice in field.choices]
        combo.setCurrentIndex(values.index(field.value) if field.value in values else 0)
        return combo
    if field.kind == "textarea":
        area = QPlainTextEdit(field.value)
        area.setTabChangesFocus(True)
        area.setFixedHeight(area.fontMetrics().lineSpacing() * _TEXT_ROWS + 20)
        return area
    line = QLineEdit(field.value)
    line.setMaxLength(_LONGEST)
    return line


class _Option(QFrame):
    """One of several to choose from; pressing its words chooses it too."""

    def __init__(self, choice: Choice, button: QAbstractButton, *, card: bool) -> None:
        super().__init__()
        self.setObjectName("planCard" if card else "option")
        self.value = choice.value
        self.button = button
        spoken = (choice.label, choice.badge, choice.detail)
        button.setAccessibleName(", ".join(text for text in spoken if text))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(label(choice.label, "optionName" if card else "optionText"))
        if choice.detail:
            words.addWidget(label(choice.detail, "muted"))
        line = QHBoxLayout(self)
        line.setContentsMargins(*((14, 12, 14, 12) if card else (0, 4, 0, 4)))
        line.setSpacing(10)
        line.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
        if choice.badge:
            badge = QLabel(choice.badge)
            badge.setObjectName("neutralBadge")
            line.addWidget(badge, 0, Qt.AlignmentFlag.AlignTop)
        button.toggled.connect(lambda on: set_style(self, chosen="true" if on else "false"))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.rect().contains(event.position().toPoint()):
            self.button.setFocus(Qt.FocusReason.MouseFocusReason)
            self.button.click()


class GroupBox(QWidget):
    """Fields that belong together, short ones two on a line."""

    def __init__(self, group: Group, *, narrow: bool) -> None:
        super().__init__()
        self.boxes = [FieldBox(field) for field in group.fields]
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(14)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        row = 0
        if group.title:
            grid.addWidget(label(group.title, "groupTitle"), row, 0, 1, 2)
            row += 1
        column = 0
        for field, box in zip(group.fields, self.boxes, strict=True):
            short = field.short and not narrow
            if column and not short:
                row, column = row + 1, 0
            grid.addWidget(box, row, column, 1, 1 if short else 2, Qt.AlignmentFlag.AlignTop)
            column = (column + 1) % 2 if short else 0
            row += column == 0


def values_of(boxes: Sequence[FieldBox]) -> dict[str, str]:
    """What is filled in, by the fields' names, as a browser would send it."""
    return {box.name: value for box in boxes if (value := box.value) is not None}
