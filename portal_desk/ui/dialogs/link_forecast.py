"""What stands in the way of a portal link, before it is issued."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from portal_desk.errors import DeskError
from portal_desk.portal.document import Reason, Tone
from portal_desk.ui.icons import pixmap
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import Card, Pill, Text, clear_layout

_ICON = 16


class Forecast(Card):
    """Says what Stripe would refuse, or the customer would not see; or that nothing stands in the way."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._draw: Callable[[], None] = self._draw_nothing
        theme.changed.connect(self._on_theme_changed)

    def show_reasons(self, reasons: Sequence[Reason], *, is_flow: bool) -> None:
        """Show what was foreseen for a link to a flow, or to the home page."""
        self._show(lambda: self._draw_reasons(reasons, is_flow=is_flow))

    def show_error(self, error: DeskError) -> None:
        """Say why the link can't be issued as it is."""
        self._show(lambda: self._add("warning-circle", "critical", str(error)))

    @property
    def text(self) -> str:
        """All that is shown."""
        return "\n".join(
            label.text() for label in self.findChildren(QLabel) if not label.isHidden()
        )

    def _show(self, draw: Callable[[], None]) -> None:
        self._draw = draw
        self._on_theme_changed()
        self.setAccessibleName(self.text)

    def _on_theme_changed(self) -> None:
        clear_layout(self.column)
        self._draw()

    def _draw_nothing(self) -> None:
        self._add("info", "neutral", self.tr("Looking at the portal’s rules…"))

    def _draw_reasons(self, reasons: Sequence[Reason], *, is_flow: bool) -> None:
        if not reasons:
            fine = self.tr("Nothing stands in the way, as far as the portal’s rules tell.")
            self._add("check-circle", "positive", fine)
            return
        # What has no rule is no matter of the portal's page: the key, or what the link names.
        refusals = [one for one in reasons if is_flow or not one.rule]
        others = [one for one in reasons if one not in refusals]
        self._draw_group(self.tr("Stripe may refuse this link"), refusals)
        self._draw_group(self.tr("What the customer will not find, or should know"), others)

    def _draw_group(self, title: str, reasons: Sequence[Reason]) -> None:
        if reasons:
            self.column.addWidget(Text(title, "strong", wrap=True))
        for reason in reasons:
            text = reason.text[:1].upper() + reason.text[1:]
            sentence = f"{text}. {reason.way_out}".strip()
            self._add("warning", "warning", sentence, rule=reason.rule)

    def _add(self, icon: str, tone: Tone, text: str, *, rule: str = "") -> None:
        mark = QLabel()
        mark.setPixmap(pixmap(self._theme, icon, _ICON, tone))
        line = QWidget()
        layout = QHBoxLayout(line)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(Text(text, wrap=True, selectable=True), 1)
        if rule:
            layout.addWidget(Pill(rule), 0, Qt.AlignmentFlag.AlignTop)
        self.column.addWidget(line)
