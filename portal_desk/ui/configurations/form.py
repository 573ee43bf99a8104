"""The form with every field of a portal configuration."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from portal_desk.models.json import Json
from portal_desk.services.configurations.checks import Problem
from portal_desk.services.configurations.fields import (
    METADATA,
    PRODUCTS,
    WRITABLE,
    normal,
    unknown_fields,
    value_at,
    with_value,
    without_unknown,
)
from portal_desk.ui.configurations import words
from portal_desk.ui.configurations.inputs import (
    ChecksInput,
    ChoiceInput,
    ConditionsInput,
    IdsInput,
    Input,
    SwitchInput,
    TextInput,
    set_silently,
)
from portal_desk.ui.configurations.inputs_products import ProductsInput
from portal_desk.ui.configurations.inputs_rows import DurationsInput, MetadataInput
from portal_desk.ui.configurations.words import (
    Catalogue,
    field_name,
    problem_sentence,
    sections,
    tr,
)
from portal_desk.ui.dialogs.fields import Field
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import Card, KeyValueGrid, SectionTitle, Text, set_style

_LISTS = ("allowed_updates", "default_allowed_updates", "options")


class ConfigurationForm(QWidget):
    """Shows a draft and gives it back; what it doesn't know is shown, and kept.

    Signals:
        changed: somebody changed a field (its path).
    """

    changed = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._catalogue = Catalogue()
        self._draft: Json = {}
        self._shown: dict[str, Any] = {}
        self.inputs: dict[str, Input] = {path: self._input(path) for path in WRITABLE}
        self.fields = {path: self._field(path) for path in WRITABLE}
        self._unknown = KeyValueGrid(theme)
        self._unknown_card = Card()
        self.leave_out = QCheckBox(tr("Leave them out of the new one"))
        self._lay_out()
        for path, inside in self.inputs.items():
            inside.changed.connect(lambda path=path: self._on_changed(path))
        self.leave_out.toggled.connect(lambda _on: self.changed.emit(""))

    def set_catalogue(self, catalogue: Catalogue) -> None:
        """Offer what the account sells."""
        self._catalogue = catalogue
        products = self.inputs[PRODUCTS]
        assert isinstance(products, ProductsInput)  # noqa: S101 - made below
        products.set_catalogue(catalogue)

    def show_draft(self, draft: Json, *, is_new: bool) -> None:
        """Show a draft; what isn't known of it can be left out of a new configuration."""
        self.leave_out.setVisible(is_new)
        self.leave_out.setChecked(False)
        self._draft = copy.deepcopy(draft)
        for path, inside in self.inputs.items():
            value = value_at(draft, path)
            set_silently(inside, normal(path, value) if isinstance(inside, ChoiceInput) else value)
        self._shown = {path: inside.value() for path, inside in self.inputs.items()}
        self._show_unknown()
        self._show_needed()

    def draft(self) -> Json:
        """The draft as it is now: fields that nobody touched have exactly what they had."""
        draft = self._draft
        for path, inside in self.inputs.items():
            value = inside.value()
            if value != self._shown[path]:
                draft = with_value(draft, path, value)
        return without_unknown(draft) if self.leave_out.isChecked() else draft

    def show_problems(self, problems: Sequence[Problem]) -> list[Problem]:
        """Say what is wrong at the fields; returns what belongs to none of them."""
        left = list(problems)
        for path, field in self.fields.items():
            own = [one for one in left if _belongs(one.path, path)]
            left = [one for one in left if one not in own]
            wrong = [problem_sentence(one, self._catalogue) for one in own if one.blocks]
            field.setVisible(bool(own) or not field.isHidden())
            field.set_error(
                "\n".join(wrong or [problem_sentence(one, self._catalogue) for one in own])
            )
            if own and not wrong:
                set_style(field.note, error="false", warning="true")
            else:
                set_style(field.note, warning="false")
        return left

    def field_of(self, path: str) -> str | None:
        """The field that a path is in, such as one that Stripe names."""
        return next((one for one in self.inputs if _belongs(path, one)), None) if path else None

    def _on_changed(self, path: str) -> None:
        self._show_needed()
        self.changed.emit(path)

    def _show_needed(self) -> None:
        """The details of a feature only matter while it is on; those of a pause's durations, where they are offered."""
        for path, field in self.fields.items():
            switch = _switch_of(path)
            field.setVisible(switch is None or self.inputs[switch].value() is True)
        reason = self.fields[f"{words.REASON}.enabled"].isVisibleTo(self)
        if not reason:
            for name in ("options", "feedback_options"):
                self.fields[f"{words.REASON}.{name}"].hide()
        preset = self.inputs[f"{words.DURATION}.type"].value() == "interval_options"
        options = self.fields[f"{words.DURATION}.interval_options"]
        options.setVisible(preset and options.isVisibleTo(self))

    def _show_unknown(self) -> None:
        unknown = unknown_fields(self._draft)
        self._unknown.clear()
        for path, value in unknown.items():
            self._unknown.add(path, str(value))
        self._unknown_card.setVisible(bool(unknown))

    def _input(self, path: str) -> Input:
        choices = words.choices().get(path, ())
        special: dict[str, Callable[[], Input]] = {
            PRODUCTS: lambda: ProductsInput(self._theme),
            METADATA: lambda: MetadataInput(self._theme),
            f"{words.DURATION}.interval_options": lambda: DurationsInput(self._theme),
            f"{words.UPDATE}.schedule_at_period_end.conditions": lambda: ConditionsInput(choices),
            f"{words.REASON}.feedback_options": IdsInput,
        }
        if path in special:
            return special[path]()
        if path.endswith(".enabled"):
            return SwitchInput(field_name(path))
        if not choices:
            return TextInput(_placeholder(path))
        return ChecksInput(choices) if path.endswith(_LISTS) else ChoiceInput(choices)

    def _field(self, path: str) -> Field:
        label = "" if path.endswith(".enabled") or path == METADATA else field_name(path)
        field = Field(label, self.inputs[path], _hint(path))
        target = self.inputs[path].focusProxy()
        if target is not None:
            target.setAccessibleName(target.accessibleName() or field_name(path))
        self.inputs[path].setAccessibleName(field_name(path))
        return field

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for title, begins in sections():
            card = Card()
            card.column.setSpacing(10)
            card.column.addWidget(SectionTitle(title))
            for path in WRITABLE:
                if path.startswith(begins):
                    card.column.addWidget(self.fields[path])
            column.addWidget(card)
        self._unknown_card.column.addWidget(
            SectionTitle(tr("Not known to this version of Portal Desk"))
        )
        note = tr("These fields come from a later version of Stripe. They are kept as they are.")
        self._unknown_card.column.addWidget(Text(note, "muted", wrap=True))
        self._unknown_card.column.addWidget(self._unknown)
        self._unknown_card.column.addWidget(self.leave_out)
        column.addWidget(self._unknown_card)
        column.addStretch(1)


def _switch_of(path: str) -> str | None:
    """The switch that a field is a detail of, if it is one."""
    above = path.rsplit(".", 1)[0]
    for own in (above, ".".join(path.split(".")[:2])):
        switch = f"{own}.enabled"
        if own.startswith("features.") and switch in WRITABLE and switch != path:
            return switch
    return None


def _belongs(path: str, field: str) -> bool:
    return f"{path}.".startswith(f"{field}.")


def _placeholder(path: str) -> str:
    if path.endswith("_url"):
        return "https://…"
    return "pmc_…" if path.endswith("payment_method_configuration") else ""


def _hint(path: str) -> str:
    return {
        "name": tr("For you and your colleagues; customers don’t see it."),
        "default_return_url": tr(
            "Where the portal’s link back leads, unless a link says otherwise."
        ),
        "business_profile.headline": tr("Shown to customers as it is, in every language."),
        "login_page.enabled": tr(
            "A link for everyone, by which customers sign in with a code from an email."
        ),
        f"{words.METHODS}.payment_method_configuration": tr(
            "Which kinds of payment customers can add; empty for the account’s default."
        ),
        f"{words.REASON}.feedback_options": tr(
            "Ids of billing feedback options, with commas between them."
        ),
        f"{words.UPDATE}.default_allowed_updates": tr("Of the products on offer below."),
        PRODUCTS: tr("Ten at most, with one price for each interval."),
    }.get(path, "")


def blocking(problems: Iterable[Problem]) -> list[Problem]:
    """Those that Stripe would refuse."""
    return [one for one in problems if one.blocks]
