"""Issuing a link to the customer's portal."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from portal_desk.errors import DeskError
from portal_desk.models.actions import LinkRequest
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.ui.dialogs.frame import WIDE, WIDTH, DialogFrame
from portal_desk.ui.dialogs.link_flow import Catalogue
from portal_desk.ui.dialogs.link_forecast import Forecast
from portal_desk.ui.dialogs.link_form import LinkForm
from portal_desk.ui.dialogs.link_issued import IssuedLink
from portal_desk.ui.dialogs.subjects import customer_line
from portal_desk.ui.dialogs.words import tr
from portal_desk.ui.tasks import Tasks
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import Banner, Button

if TYPE_CHECKING:
    from portal_desk.services.desk import Desk

_DEBOUNCE_MS = 200


class LinkDialog(DialogFrame):
    """Asks what the link should do, foresees what stands in its way, issues it, and counts down to its end.

    Args:
        clock: the time by Stripe's clock, seconds UTC; the desk's own where not given.

    Signals:
        completed: a link was issued; the customer's id.
        failed: it was asked for in vain; the customer's id.
    """

    completed = Signal(str)
    failed = Signal(str)

    def __init__(
        self,
        desk: Desk,
        tasks: Tasks,
        snapshot: CustomerSnapshot,
        subscription_id: str | None,
        theme: Theme,
        parent: QWidget | None = None,
        *,
        clock: Callable[[], float] | None = None,
    ) -> None:
        title = tr("Portal link")
        super().__init__(
            title, customer_line(snapshot), account=desk.account, width=WIDE, parent=parent
        )
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desk = desk
        self._tasks = tasks
        self._looking: asyncio.Task[None] | None = None
        self._earlier: LinkRequest | None = None
        self._issuing = False
        self.form = LinkForm(snapshot, subscription_id, theme)
        self.forecast = Forecast(theme)
        self.banner = Banner(theme)
        self.issued = IssuedLink(theme, clock or desk.gateway.now)
        self.issue = Button(self.tr("Issue link"), "primary")
        self.again = Button(self.tr("Another link…"))
        self.dismiss = Button(self.tr("Close"))
        self._debounce = QTimer(self, singleShot=True, interval=_DEBOUNCE_MS)
        self._arrange()
        self._listen()
        self._show_form()
        self._loading = tasks.start(
            self._load(), name="load configurations", on_error=self.banner.say_error
        )

    def take(self, request: LinkRequest) -> None:
        """Wish for what an earlier request wished for."""
        self._earlier = request
        self.form.take(request)

    def reject(self) -> None:
        # What was asked for can't be called back, and the link would be lost.
        if not self._issuing:
            super().reject()

    def done(self, result: int) -> None:
        self._debounce.stop()
        self._loading.cancel()
        self._stop_looking()
        self.issued.forget()
        super().done(result)

    def _arrange(self) -> None:
        self.body.addWidget(self.banner)
        self.add_columns(self.form, self.forecast)
        self.body.addWidget(self.issued)
        self.body.addStretch(1)
        self.footer.addWidget(self.again)
        self.footer.addStretch(1)
        self.footer.addWidget(self.dismiss)
        self.footer.addWidget(self.issue)
        self.issue.setEnabled(False)
        self.issue.setDefault(True)

    def _listen(self) -> None:
        self.form.changed.connect(self._on_changed)
        self.issue.clicked.connect(self._on_issue)
        self.again.clicked.connect(self._on_again)
        self.dismiss.clicked.connect(self.reject)
        self.press_with_ctrl_return(self.issue)
        self.issued.expired.connect(self._on_expired)
        self._debounce.timeout.connect(self._look)

    async def _load(self) -> None:
        store, read = self._desk.store, self._desk.read
        configurations = await read(store.configurations)
        catalogue = Catalogue(
            await read(store.products),
            await read(store.prices),
            await read(store.coupons),
            await read(store.promotion_codes),
        )
        self.form.set_account(configurations, catalogue)
        if self._earlier is not None:
            self.form.take(self._earlier)
        self._look()

    def _on_changed(self) -> None:
        self.banner.clear()
        self._stop_looking()
        self.issue.setEnabled(False)
        self._debounce.start()

    def _look(self) -> None:
        """Check the fields at once, then let the portal's rules judge."""
        wrong = self.form.check()
        self.issue.setEnabled(wrong is None)
        if wrong is not None:
            self.forecast.show_error(wrong)
            return
        self._looking = self._tasks.start(
            self._foresee(self.form.request()),
            name="foresee a link",
            on_error=self.forecast.show_error,
        )

    async def _foresee(self, request: LinkRequest) -> None:
        reasons = await self._desk.read(self._desk.links.foresee, request)
        if self._looking is asyncio.current_task():
            self.forecast.show_reasons(reasons, is_flow=request.flow is not None)

    def _stop_looking(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None

    def _on_issue(self) -> None:
        self._set_issuing(True)
        self.banner.clear()
        request = self.form.request()
        self._tasks.start(self._issue(request), name="issue a link", on_error=self._on_failed)

    async def _issue(self, request: LinkRequest) -> None:
        try:
            link = await self._desk.links.issue(request)
        finally:
            self._set_issuing(False)
        self._show_parts(issued=True)
        self.issued.show_link(link)
        self.completed.emit(request.customer)

    def _on_failed(self, error: DeskError) -> None:
        self.banner.say_error(error)
        self.failed.emit(self.form.request().customer)

    def _set_issuing(self, issuing: bool) -> None:
        self._issuing = issuing
        self.form.setEnabled(not issuing)
        self.dismiss.setEnabled(not issuing)
        self.issue.setEnabled(not issuing)
        self.issue.setText(self.tr("Issuing…") if issuing else self.tr("Issue link"))

    def _on_expired(self) -> None:
        self.issue.show()
        self.issue.setText(self.tr("Issue a new link"))
        self.issue.setEnabled(True)

    def _on_again(self) -> None:
        self._show_form()
        self.form.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_form(self) -> None:
        self.issued.forget()
        self._show_parts(issued=False)
        self.issue.setText(self.tr("Issue link"))
        self._on_changed()

    def _show_parts(self, *, issued: bool) -> None:
        self.set_width(WIDTH if issued else WIDE)
        before: tuple[QWidget, ...] = (self.form, self.forecast, self.issue)
        after: tuple[QWidget, ...] = (self.issued, self.again)
        for widget in before:
            widget.setVisible(not issued)
        for widget in after:
            widget.setVisible(issued)
