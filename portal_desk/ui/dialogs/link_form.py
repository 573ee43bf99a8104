"""The fields of a portal link's request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QVBoxLayout, QWidget

from portal_desk.errors import InvalidInput
from portal_desk.models.actions import LinkRequest
from portal_desk.models.json import Json, default_configuration
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.portal.languages import languages
from portal_desk.services.link_params import params_of
from portal_desk.ui.configuration_titles import configuration_title
from portal_desk.ui.dialogs.fields import Field, side_by_side
from portal_desk.ui.dialogs.link_flow import Catalogue, FlowForm
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import Button
from portal_desk.ui.widgets.flow import FlowLayout


class LinkForm(QWidget):
    """Everything that a portal session can be made with.

    Signals:
        changed: something else is wished for.
    """

    changed = Signal()

    def __init__(
        self,
        snapshot: CustomerSnapshot,
        subscription_id: str | None,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._customer = snapshot.customer["id"]
        self._configurations: list[Json] = []
        self.flow = FlowForm(snapshot, subscription_id, theme)
        self.setFocusProxy(self.flow.flow)
        self.configuration = QComboBox()
        self.language = QComboBox()
        self.return_url = QLineEdit()
        self.after = QComboBox()
        self.after_value = QLineEdit()
        self.recoverable = QCheckBox(self.tr("Sign-in by email once it has expired"))
        self.advanced = Button(self.tr("Advanced…"), "ghost")
        self.on_behalf_of = QLineEdit()
        self._lay_out()
        self._fill(snapshot)
        self._listen()
        self._show_needed()

    def set_account(self, configurations: Sequence[Json], catalogue: Catalogue) -> None:
        """Offer what the account has."""
        self._configurations = list(configurations)
        self.configuration.clear()
        for one in configurations:
            if one.get("active", True):
                default = bool(one.get("is_default"))
                self.configuration.addItem(configuration_title(one), None if default else one["id"])
        if self.configuration.findData(None) < 0:
            self.configuration.insertItem(0, self.tr("The account’s default"), None)
            self.configuration.setCurrentIndex(0)
        self.flow.set_catalogue(catalogue)
        self._on_configuration_changed()

    def request(self) -> LinkRequest:
        """What is wished for now."""
        fields: dict[str, Any] = {
            "customer": self._customer,
            "configuration": self.configuration.currentData(),
            "locale": self.language.currentData(),
            "return_url": self.return_url.text().strip() or None,
            "recoverable": self.recoverable.isChecked(),
            "on_behalf_of": self.on_behalf_of.text().strip() or None,
        }
        self.flow.apply_to(fields)
        if fields["flow"]:
            fields["after_completion"] = self.after.currentData()
            if not self._after_field.isHidden():
                fields["after_completion_value"] = self.after_value.text().strip() or None
        return LinkRequest(**fields)

    def check(self) -> InvalidInput | None:
        """What can't be right about the fields, if anything; the return address says so itself."""
        wrong = self._wrong(LinkRequest(self._customer, return_url=self.request().return_url))
        self._return_field.set_error(str(wrong) if wrong else "")
        return self._wrong(self.request())

    def take(self, request: LinkRequest) -> None:
        """Wish for what an earlier request wished for."""
        for combo, value in (
            (self.configuration, request.configuration),
            (self.language, request.locale),
            (self.after, request.after_completion),
        ):
            if value is not None and (number := combo.findData(value)) >= 0:
                combo.setCurrentIndex(number)
        self.recoverable.setChecked(request.recoverable)
        self.after_value.setText(request.after_completion_value or "")
        if request.on_behalf_of:
            self.on_behalf_of.setText(request.on_behalf_of)
            self._on_advanced()
        self.flow.take(request)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self._after_chooser = Field(self.tr("Afterwards"), self.after)
        self._after_field = Field("", self.after_value)
        self._return_field = Field(
            self.tr("Return address"),
            self.return_url,
            self.tr("Where the portal’s link back leads; empty for the configuration’s own."),
        )
        self._behalf_field = Field(
            self.tr("On behalf of"),
            self.on_behalf_of,
            self.tr("Shows only this account’s subscriptions, under its brand."),
        )
        column.addWidget(self.flow)
        column.addWidget(self._after_chooser)
        column.addWidget(self._after_field)
        configuration = Field(self.tr("Portal configuration"), self.configuration)
        language = Field(self.tr("Language"), self.language)
        column.addLayout(side_by_side((configuration, 1), (language, 1)))
        column.addWidget(self._return_field)
        column.addWidget(self._behalf_field)
        self.recoverable.setMinimumHeight(self.advanced.sizeHint().height())
        last = FlowLayout(spacing=8)
        last.addWidget(self.recoverable)
        last.addWidget(self.advanced)
        column.addLayout(last)

    def _fill(self, snapshot: CustomerSnapshot) -> None:
        preferred = snapshot.customer.get("preferred_locales") or []
        note = f" ({', '.join(preferred)})" if preferred else ""
        self.language.addItem(self.tr("The customer’s own{note}").format(note=note), None)
        for language in languages():
            self.language.addItem(language.label, language.tag)
        self.after.addItem(self.tr("Stripe’s confirmation page"), None)
        self.after.addItem(self.tr("A confirmation page with a message"), "hosted_confirmation")
        self.after.addItem(self.tr("The portal’s home page"), "portal_homepage")
        self.after.addItem(self.tr("Another address"), "redirect")
        self.on_behalf_of.setPlaceholderText("acct_…")
        self._behalf_field.hide()
        self.set_account([], Catalogue())

    def _listen(self) -> None:
        self.flow.changed.connect(self._on_changed)
        self.configuration.currentIndexChanged.connect(self._on_configuration_changed)
        self.after.currentIndexChanged.connect(self._on_changed)
        self.language.currentIndexChanged.connect(self.changed)
        self.recoverable.toggled.connect(self.changed)
        for edit in (self.return_url, self.after_value, self.on_behalf_of):
            edit.textChanged.connect(self.changed)
        self.advanced.clicked.connect(self._on_advanced)

    def _on_configuration_changed(self) -> None:
        chosen = self._chosen_configuration()
        self.flow.set_configuration(chosen)
        self.return_url.setPlaceholderText(str(chosen.get("default_return_url") or "https://…"))
        self.changed.emit()

    def _chosen_configuration(self) -> Json:
        wanted = self.configuration.currentData()
        if wanted is None:
            return default_configuration(self._configurations) or {}
        return next(one for one in self._configurations if one["id"] == wanted)

    def _on_changed(self) -> None:
        self._show_needed()
        self.changed.emit()

    def _show_needed(self) -> None:
        after = self.after.currentData()
        has_flow = self.flow.current_flow is not None
        self._after_chooser.setVisible(has_flow)
        self._after_field.setVisible(has_flow and after in ("hosted_confirmation", "redirect"))
        self.after_value.setPlaceholderText(
            "https://…" if after == "redirect" else self.tr("Message, such as “Thank you”")
        )
        self.after_value.setAccessibleName(self.tr("Address or message afterwards"))

    def _on_advanced(self) -> None:
        self.advanced.hide()
        self._behalf_field.show()
        self.on_behalf_of.setFocus()

    def _wrong(self, request: LinkRequest) -> InvalidInput | None:
        try:
            params_of(request)
        except InvalidInput as error:
            return error
        return None
