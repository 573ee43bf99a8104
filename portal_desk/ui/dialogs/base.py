"""What every dialog that changes a subscription does: inputs, plan, confirmation, outcome."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from portal_desk.errors import DeskError, OutcomeUnknown, Stale
from portal_desk.models.actions import ActionPlan
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.ui.dialogs.consequences import Consequences
from portal_desk.ui.dialogs.frame import WIDE, WIDTH, DialogFrame
from portal_desk.ui.dialogs.subjects import customer_line, subscription_of
from portal_desk.ui.tasks import OnError, Tasks
from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets import Banner, Button
from portal_desk.ui.widgets.buttons import Kind

if TYPE_CHECKING:
    from portal_desk.services.desk import Desk

Preparation = Callable[[], Awaitable[ActionPlan]]

_DEBOUNCE_MS = 250


class ActionDialog(DialogFrame):
    """Shows what would happen for the present inputs, and only then lets it be confirmed.

    Every change of an input throws the plan away and asks for another one; an answer to earlier inputs is dropped.
    What is confirmed is the very plan that is shown. Return confirms it, but never where something is destroyed: there
    it presses the button that changes nothing.

    Attributes:
        kind: what the confirming button looks like; `danger` where something is destroyed.
        is_wide: whether the consequences stand beside the inputs, because these are high.

    Args:
        subscription_id: the customer's newest subscription where not given.

    Signals:
        completed: it was done; the customer's id.
        failed: it was refused, or sent and no answer came; the customer's id.

    Raises:
        NotFound: the customer has no such subscription.
    """

    kind: ClassVar[Kind] = "primary"
    is_wide: ClassVar[bool] = False

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
    ) -> None:
        super().__init__(
            subtitle=customer_line(snapshot),
            account=desk.account,
            width=WIDE if self.is_wide else WIDTH,
            parent=parent,
        )
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desk = desk
        self._tasks = tasks
        self._theme = theme
        self._snapshot = snapshot
        self._subscription = subscription_of(snapshot, subscription_id)
        self._plan: ActionPlan | None = None
        self._preparing: asyncio.Task[None] | None = None
        self._reloading: asyncio.Task[None] | None = None
        self._sending = False
        self.inputs = QWidget()
        self.input_column = QVBoxLayout(self.inputs)
        self.input_column.setContentsMargins(0, 0, 0, 0)
        self.input_column.setSpacing(12)
        self.banner = Banner(theme)
        self.consequences = Consequences(theme)
        self.confirm = Button("", self.kind)
        self.dismiss = Button(self.dismiss_text())
        self._debounce = QTimer(self, singleShot=True, interval=_DEBOUNCE_MS)
        self._connect()
        self.set_title(self.title())
        self.fill_inputs()
        self._arrange()

    @abstractmethod
    def title(self) -> str:
        """What the dialog does, and to which subscription."""

    @abstractmethod
    def dismiss_text(self) -> str:
        """What the button says that changes nothing."""

    @abstractmethod
    def fill_inputs(self) -> None:
        """Put the inputs into `input_column`."""

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
        """Ask for a plan at once: the first one, when the inputs are filled, or another after a failure."""
        self._forget_plan()
        self._prepare_now()

    def on_input_changed(self) -> None:
        """Throw the plan away and ask for another one soon."""
        self.banner.clear()
        self._forget_plan()
        self._debounce.start()

    def _connect(self) -> None:
        self._debounce.timeout.connect(self._prepare_now)
        self.consequences.retry_requested.connect(self.start)
        self.confirm.clicked.connect(self._on_confirm)
        self.dismiss.clicked.connect(self.reject)
        self.press_with_ctrl_return(self.confirm)

    def _arrange(self) -> None:
        """In the order in which Tab goes: the inputs, which are filled by now, and the buttons."""
        self.body.addWidget(self.banner)
        self.add_columns(self.inputs, self.consequences)
        self.body.addStretch(1)
        self.footer.addStretch(1)
        self.footer.addWidget(self.dismiss)
        self.footer.addWidget(self.confirm)
        self.confirm.setEnabled(False)
        (self.dismiss if self.kind == "danger" else self.confirm).setDefault(True)

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
            self._subscription = subscription_of(snapshot, self._subscription["id"])
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
