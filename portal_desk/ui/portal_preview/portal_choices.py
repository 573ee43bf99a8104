"""What a portal preview is of: which configuration, language, width, day and customer, and where it begins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QDate, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QDateEdit, QGridLayout, QVBoxLayout, QWidget

from portal_desk.models.actions import AfterCompletion, FlowType
from portal_desk.models.json import Json
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.portal.languages import languages
from portal_desk.services.portal.as_of import moments
from portal_desk.services.portal.situations import SITUATIONS, Situation
from portal_desk.services.portal.subject import Seen
from portal_desk.ui import format as fmt
from portal_desk.ui.configuration_titles import configuration_title
from portal_desk.ui.dialogs.words import flow_choices
from portal_desk.ui.widgets.labels import Text

AUTO = "auto"
NOW, ANOTHER_DAY = "now", "another"
LOGIN, EXPIRED = "login", "expired"
_DAY = 86_400


class PortalChoices(QWidget):
    """The choices above a preview.

    Attributes:
        more: shows what is seldom chosen; to be put where there is room.

    Signals:
        changed: the same page is to be drawn differently.
        restarted: another walk begins: another customer, or another page to begin with.
    """

    changed = Signal()
    restarted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._configurations: list[Json] | None = None
        self.configuration = _combo(self.tr("Portal configuration"))
        self.language = _combo(self.tr("Language"))
        self.width_choice = _combo(self.tr("Width"))
        self.compared = _combo(self.tr("Compare with another configuration"))
        self.opens = _combo(self.tr("Begins at"))
        self.after = _combo(self.tr("After the flow"))
        self.day = _combo(self.tr("As of"))
        self.another_day = QDateEdit()
        self.another_day.setCalendarPopup(True)
        self.another_day.setAccessibleName(self.tr("As of another day"))
        self.customer = _combo(self.tr("Customer"))
        self._after_pair = QWidget()
        self._seldom = QWidget()
        self.more = QCheckBox(self.tr("More choices"))
        self._fill()
        self._lay_out()
        self._connect()

    @property
    def known(self) -> list[Json] | None:
        """The account's configurations; None before they were read."""
        return self._configurations

    @property
    def chosen(self) -> Json | None:
        """The configuration to show."""
        return self._named(self.configuration.currentData())

    @property
    def second(self) -> Json | None:
        """The configuration to show beside it, if one is."""
        return self._named(self.compared.currentData())

    @property
    def flow(self) -> FlowType | None:
        """The deep link to begin with, if one is."""
        found: FlowType | None = self.opens.currentData()
        return None if found in {LOGIN, EXPIRED} else found

    @property
    def is_real(self) -> bool:
        """Whether the customer is shown as they are now."""
        return self.customer.currentData() is None and self.day.currentData() in {NOW, None}

    @property
    def _is_special(self) -> bool:
        """Whether anything that is seldom chosen is."""
        ordinary = (self.compared, self.customer, self.day, self.opens)
        return any(combo.currentIndex() > 0 for combo in ordinary)

    def seen(self, now: int) -> Seen:
        """How the customer is looked at; `now` is seconds UTC."""
        situation: Situation | None = self.customer.currentData()
        after: AfterCompletion | None = self.after.currentData()
        language = self.language.currentData()
        return Seen(language, now, self._moment(now), situation, self.flow, after)

    def _moment(self, now: int) -> int:
        """The moment to show (seconds UTC): `now`, or later."""
        chosen = self.day.currentData()
        if chosen == ANOTHER_DAY:
            day = self.another_day.date()
            at = datetime(day.year(), day.month(), day.day(), 12, tzinfo=UTC)
            return max(int(at.timestamp()), now)
        return now if chosen in {NOW, None} else int(chosen)

    def offer_configurations(self, configurations: list[Json]) -> None:
        """Offer the account's configurations."""
        self._configurations = configurations
        for combo, none in (
            (self.configuration, "" if configurations else self.tr("No configuration")),
            (self.compared, self.tr("Nothing")),
        ):
            _refill(combo, none, [(configuration_title(one), one["id"]) for one in configurations])

    def offer_moments(self, snapshot: CustomerSnapshot, now: int) -> None:
        """Offer the days on which something about the customer changes by itself."""
        found = [(f"{fmt.date(one.at)} – {one.what}", one.at) for one in moments(snapshot, now=now)]
        later = [*found, (self.tr("Another day…"), ANOTHER_DAY)]
        _refill(self.day, self.tr("Now"), later, NOW)
        today = datetime.fromtimestamp(now, UTC)
        with QSignalBlocker(self.another_day):
            self.another_day.setMinimumDate(QDate(today.year, today.month, today.day))
        self._show_needed()

    def _named(self, wanted: str | None) -> Json | None:
        return next((one for one in self._configurations or [] if one["id"] == wanted), None)

    def _fill(self) -> None:
        self.language.addItem(self.tr("Customer's language"), AUTO)
        for language in languages():
            self.language.addItem(language.label, language.tag)
        self.width_choice.addItem(self.tr("Desktop"), "desktop")
        self.width_choice.addItem(self.tr("Phone"), "phone")
        for flow, name, sentence in flow_choices():
            self.opens.addItem(name, flow)
            self.opens.setItemData(self.opens.count() - 1, sentence, Qt.ItemDataRole.ToolTipRole)
        self.opens.addItem(self.tr("Login page"), LOGIN)
        self.opens.addItem(self.tr("Expired link"), EXPIRED)
        self.after.addItem(self.tr("Confirmation page"), "hosted_confirmation")
        self.after.addItem(self.tr("Portal home page"), "portal_homepage")
        self.after.addItem(self.tr("Redirect"), "redirect")
        self.customer.addItem(self.tr("This customer"), None)
        for situation in SITUATIONS:
            self.customer.addItem(self._situations()[situation], situation)
        self.compared.addItem(self.tr("Nothing"), None)
        self.day.addItem(self.tr("Now"), NOW)

    def _situations(self) -> dict[Situation, str]:
        return {
            "paying": self.tr("Made up: paying"),
            "trial": self.tr("Made up: on trial"),
            "cancelling": self.tr("Made up: set to cancel"),
            "past_due": self.tr("Made up: past due"),
            "paused": self.tr("Made up: paused"),
            "scheduled": self.tr("Made up: a change is scheduled"),
            "emailed": self.tr("Made up: invoiced by email"),
            "bundle": self.tr("Made up: two products"),
            "new": self.tr("Made up: no subscription"),
        }

    def _lay_out(self) -> None:
        always = (
            (self.tr("Configuration"), self.configuration),
            (self.tr("Language"), self.language),
            (self.tr("Width"), self.width_choice),
        )
        seldom = (
            (self.tr("Compare with"), self.compared),
            (self.tr("Customer"), self.customer),
            (self.tr("As of"), self.day),
            (self.tr("Begins at"), self.opens),
        )
        seldom_row = _row(seldom)
        seldom_row.addWidget(self.another_day, 1, 2)
        seldom_row.addWidget(
            _captioned(self._after_pair, self.tr("After the flow"), self.after), 1, 3
        )
        self._seldom.setLayout(seldom_row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(_row(always))
        column.addWidget(self._seldom)
        self._show_needed()

    def _show_needed(self) -> None:
        """What is seldom chosen, another day and what follows a flow, only where they are wanted."""
        self.more.setEnabled(not self._is_special)
        self._seldom.setVisible(self.more.isChecked() or self._is_special)
        self.another_day.setVisible(self.day.currentData() == ANOTHER_DAY)
        begins = self.opens.currentData()
        self._after_pair.setVisible(begins not in {None, LOGIN, EXPIRED})

    def _connect(self) -> None:
        self.more.toggled.connect(self._show_needed)
        for combo in (
            self.configuration,
            self.compared,
            self.language,
            self.width_choice,
            self.day,
        ):
            combo.currentIndexChanged.connect(self._on_changed)
        self.another_day.dateChanged.connect(self._on_changed)
        for combo in (self.customer, self.opens, self.after):
            combo.currentIndexChanged.connect(self._on_restarted)

    def _on_changed(self) -> None:
        self._show_needed()
        self.changed.emit()

    def _on_restarted(self) -> None:
        self._show_needed()
        self.restarted.emit()


def _combo(name: str) -> QComboBox:
    combo = QComboBox()
    combo.setAccessibleName(name)
    # Long names of configurations and languages must not make the pane wider.
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(6)
    return combo


def _row(choices: Sequence[tuple[str, QComboBox]]) -> QGridLayout:
    """Choices of the same width, side by side."""
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(8)
    grid.setVerticalSpacing(6)
    for column, (caption, choice) in enumerate(choices):
        grid.addWidget(_captioned(QWidget(), caption, choice), 0, column)
        grid.setColumnStretch(column, 1)
    return grid


def _captioned(pair: QWidget, text: str, choice: QComboBox) -> QWidget:
    caption = Text(text, "key")
    caption.setBuddy(choice)
    column = QVBoxLayout(pair)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2)
    column.addWidget(caption)
    column.addWidget(choice)
    return pair


def _refill(
    combo: QComboBox,
    first: str,
    choices: Sequence[tuple[str, object]],
    value: str | None = None,
) -> None:
    """Offer other choices, and keep what is chosen if it is still there."""
    chosen = combo.currentData()
    with QSignalBlocker(combo):
        combo.clear()
        if first:
            combo.addItem(first, value)
        for text, data in choices:
            combo.addItem(text, data)
        combo.setCurrentIndex(max(combo.findData(chosen), 0))
