"""What every dialog that changes a subscription does: inputs, plan, confirmation, outcome."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from portal_desk.errors import DeskError, OutcomeUnknown, Stale
from portal_desk.models.actions import ActionPlan
from portal_desk.models.json import Json
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.ui.dialogs.consequences import Consequences
from portal_desk.ui.dialogs.frame import WIDTH, DialogFrame
from portal_desk.ui.dialogs.subjects import customer_line
from portal_desk.ui.tasks import OnError, Tasks
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import Banner, Button
from portal_desk.ui.widgets.buttons import Kind

if TYPE_CHECKING:
    from portal_desk.services.desk import Desk

Preparation = Callable[[], Awaitable[ActionPlan]]

_DEBOUNCE_MS = 250
_WIDE = 880


class ActionDialog(DialogFrame):
    """Shows what would happen for the present inputs, and only then lets it be confirmed.

    Every change of an input throws the plan away and asks for another one; an answer to earlier inputs is dropped.
    What is confirmed is the very plan that is shown. Return presses the button that changes nothing.

    Signals:
        completed: it was done; the customer's id.
        failed: it was refused, or sent and no answer came; the customer's id.
    """

    completed = Signal(str)
    failed = Signal(str)

    def __init__(
        self,
        desk: Desk,
        tasks: Tasks,
        snapshot: CustomerSnapshot,
        subscription: Json,
        theme: Theme,
        *,
        title: str,
        dismiss: str,
        kind: Kind,
        beside: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            title,
            customer_line(snapshot),
            account=desk.account,
            width=_WIDE if beside else WIDTH,
            parent=parent,
        )
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desk = desk
        self._tasks = tasks
        self._snapshot = snapshot
        self._subscription = subscription
        self._plan: ActionPlan | None = None
        self._preparing: asyncio.Task[None] | None = None
        self._reloading: asyncio.Task[None] | None = None
        self._sending = False
        self.inputs = QWidget()
        self.banner = Banner(theme)
        self.consequences = Consequences(theme)
        self.confirm = Button("", kind)
        self.dismiss = Button(dismiss)
        self._debounce = QTimer(self, singleShot=True, interval=_DEBOUNCE_MS)
        self._connect()
        self._arrange(beside=beside)

    @abstractmethod
    def prepare(self) -> Preparation | None:
        """What makes the plan for the inputs as they are now; None while they are not complete."""

    @abstractmethod
    def confirm_text(self) -> str:
        """What the confirming button says for the inputs as they are now."""

    def missing_text(self) -> str:
        """What is still needed before there can be a plan."""
        return ""

    @property
    def plan(self) -> ActionPlan | None:
        """The plan for exactly the present inputs, once it is there."""
        return self._plan

    def reject(self) -> None:
        # A change that was sent can't be called back, and its outcome must be seen.
        if not self._sending:
            super().reject()

    def done(self, result: int) -> None:
        self._debounce.stop()
        self._stop_preparing()
        if self._reloading is not None:
            self._reloading.cancel()
        super().done(result)

    def start(self) -> None:
        """Ask for the first plan; a dialog calls this when its inputs are there."""
        self._forget_plan()
        self._prepare_now()

    def on_input_changed(self) -> None:
        """Throw the plan away and ask for another one soon."""
        self.banner.clear()
        self._forget_plan()
        self._debounce.start()

    def _connect(self) -> None:
        self._debounce.timeout.connect(self._prepare_now)
        self.confirm.clicked.connect(self._on_confirm)
        self.dismiss.clicked.connect(self.reject)

    def _arrange(self, *, beside: bool) -> None:
        """The consequences below the inputs or, where these are high, beside them: they must be in sight."""
        self.body.addWidget(self.banner)
        if beside:
            columns = QHBoxLayout()
            columns.setSpacing(20)
            columns.addWidget(self.inputs, 1)
            columns.addWidget(self.consequences, 1, Qt.AlignmentFlag.AlignTop)
            self.body.addLayout(columns)
        else:
            self.body.addWidget(self.inputs)
            self.body.addWidget(self.consequences)
        self.body.addStretch(1)
        self.footer.addStretch(1)
        self.footer.addWidget(self.dismiss)
        self.footer.addWidget(self.confirm)
        self.confirm.setEnabled(False)
        self.dismiss.setDefault(True)

    def _forget_plan(self) -> None:
        self._stop_preparing()
        self._plan = None
        self.confirm.setEnabled(False)
        self._set_confirm_text(self.confirm_text())
        self.consequences.show_waiting(self.tr("Asking Stripe what would happen…"))

    def _set_confirm_text(self, text: str) -> None:
        self.confirm.setText(text)
        self.confirm.setAccessibleName(text)

    def _stop_preparing(self) -> None:
        if self._preparing is not None:
            self._preparing.cancel()
            self._preparing = None

    def _prepare_now(self) -> None:
        preparation = self.prepare()
        if preparation is None:
            self.consequences.show_hint(self.missing_text())
            return
        self._preparing = self._run(self._show_plan(preparation), "prepare an action")

    async def _show_plan(self, preparation: Preparation) -> None:
        try:
            plan = await preparation()
        except DeskError as error:
            if self._is_present():
                self.consequences.show_error(error)
            return
        if self._is_present():
            self._plan = plan
            self.consequences.show_plan(plan)
            self.confirm.setEnabled(True)

    def _is_present(self) -> bool:
        """Whether the running task is the one for the present inputs; an earlier one comes too late."""
        return self._preparing is asyncio.current_task()

    def _on_confirm(self) -> None:
        if self._plan is None or self._sending:
            return
        self._set_sending(True)
        self._run(self._execute(self._plan), "execute an action", self._on_failed)

    async def _execute(self, plan: ActionPlan) -> None:
        await self._desk.actions.execute(plan)
        self._sending = False
        self.completed.emit(plan.customer)
        self.accept()

    def _set_sending(self, sending: bool) -> None:
        self._sending = sending
        self.inputs.setEnabled(not sending)
        self.dismiss.setEnabled(not sending)
        self.confirm.setEnabled(not sending and self._plan is not None)
        self._set_confirm_text(self.tr("Sending…") if sending else self.confirm_text())

    def _on_failed(self, error: DeskError) -> None:
        self.failed.emit(self._snapshot.customer["id"])
        if isinstance(error, OutcomeUnknown):
            self._on_unknown(error)
            return
        self._forget_plan()
        self._set_sending(False)
        if isinstance(error, Stale):
            self.banner.say("warning", error.title, str(error), closable=False)
        else:
            self.banner.say_error(error)
        self._reloading = self._run(
            self._reload(), "reload a customer", self.consequences.show_error
        )

    async def _reload(self) -> None:
        """Look at the customer afresh, then make a plan for what is there now."""
        customer = self._snapshot.customer["id"]
        await self._desk.refresh(customer)
        snapshot = await self._desk.read(self._desk.store.snapshot, customer)
        if snapshot is not None:
            self._snapshot = snapshot
            self.on_snapshot_changed()
        self.start()

    def on_snapshot_changed(self) -> None:
        """The customer was read afresh: show what depends on it."""

    def _on_unknown(self, error: OutcomeUnknown) -> None:
        # Never offered again: the first attempt may have worked. Activity can find out by reading.
        self._plan = None
        self._set_sending(False)
        self.inputs.setEnabled(False)
        self.banner.say("warning", error.title, str(error), closable=False)
        self.dismiss.setText(self.tr("Close"))

    def _run(
        self, work: Coroutine[Any, Any, None], name: str, on_error: OnError | None = None
    ) -> asyncio.Task[None]:
        task = self._tasks.start(work, name=name, on_error=on_error)
        task.add_done_callback(self._on_task_done)
        return task

    def _on_task_done(self, task: asyncio.Task[None]) -> None:
        """A bug is in the log by now; here it must not look as if something were still under way."""
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, DeskError):
            self._plan = None
            self._set_sending(False)
            self.consequences.show_hint(
                self.tr("Something is wrong with Portal Desk itself; the log has the details.")
            )
