"""Someone else changed the configuration meanwhile: what they changed, and what to keep where both did."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from portal_desk.models.account import Account
from portal_desk.models.json import Json
from portal_desk.services.configurations.comparing import Conflict, Merged
from portal_desk.services.configurations.fields import with_value
from portal_desk.ui.configurations.words import Catalogue, field_name, value_words
from portal_desk.ui.dialogs.fields import Choices
from portal_desk.ui.dialogs.frame import DialogFrame
from portal_desk.ui.widgets import Button, SectionTitle, Text


class ConflictDialog(DialogFrame):
    """For each field that both changed: mine or theirs. What only they changed is kept in any case.

    Signals:
        resolved: the draft with what was chosen.
        theirs_chosen: all of theirs is wanted, and nothing of mine.
    """

    resolved = Signal(object)
    theirs_chosen = Signal()

    def __init__(
        self, account: Account, merged: Merged, catalogue: Catalogue, parent: QWidget | None = None
    ) -> None:
        super().__init__(
            self.tr("Someone changed this configuration meanwhile"),
            self.tr("Nothing was sent. Choose what to keep, then save again."),
            account=account,
            parent=parent,
        )
        self._merged = merged
        self.choices = {one.path: self._choices(one, catalogue) for one in merged.conflicts}
        self.keep = Button(self.tr("Keep these"), "primary")
        self.discard = Button(self.tr("Discard all of mine"), "danger")
        self.dismiss = Button(self.tr("Back to the form"))
        self._fill(catalogue)
        self.keep.clicked.connect(self._on_keep)
        self.discard.clicked.connect(self._on_discard)
        self.dismiss.clicked.connect(self.reject)
        self.press_with_ctrl_return(self.keep)

    def draft(self) -> Json:
        """Theirs, with all of mine that is to be kept."""
        draft = self._merged.draft
        for one in self._merged.conflicts:
            if self.choices[one.path].value == "theirs":
                draft = with_value(draft, one.path, one.theirs)
        return draft

    def _choices(self, one: Conflict, catalogue: Catalogue) -> Choices[str]:
        def words(value: object) -> str:
            values = (
                value if one.path.endswith(".products") and isinstance(value, list) else [value]
            )
            return "; ".join(value_words(one.path, inner, catalogue) for inner in values)

        return Choices(
            [
                ("mine", self.tr("Mine"), words(one.mine)),
                ("theirs", self.tr("Theirs"), words(one.theirs)),
            ]
        )

    def _on_keep(self) -> None:
        self.resolved.emit(self.draft())
        self.accept()

    def _on_discard(self) -> None:
        self.theirs_chosen.emit()
        self.accept()

    def _fill(self, catalogue: Catalogue) -> None:
        if self._merged.taken:
            taken = ", ".join(field_name(path, catalogue) for path in self._merged.taken)
            self.body.addWidget(
                Text(
                    self.tr("They changed, and you didn’t: {fields}.").format(fields=taken),
                    wrap=True,
                )
            )
        for path, choices in self.choices.items():
            name = field_name(path, catalogue)
            choices.setAccessibleName(name)
            self.body.addWidget(SectionTitle(name))
            self.body.addWidget(choices)
        self.body.addStretch(1)
        self.footer.addWidget(self.discard)
        self.footer.addStretch(1)
        self.footer.addWidget(self.dismiss)
        self.footer.addWidget(self.keep)
        self.keep.setDefault(True)
