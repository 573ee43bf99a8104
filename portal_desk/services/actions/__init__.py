"""What can be done on a customer's behalf: prepare shows exactly what would happen, execute does exactly that."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from portal_desk.services.actions import cancel, execute, reconcile, resume, switch
from portal_desk.services.permissions import CHANGES, refusal_warning

if TYPE_CHECKING:
    from portal_desk.models.actions import (
        ActionPlan,
        CancelRequest,
        JournalEntry,
        Outcome,
        ResumeRequest,
        SwitchRequest,
    )
    from portal_desk.services.journal import Journal
    from portal_desk.services.store import Store
    from portal_desk.services.stripe_gateway import StripeGateway


class Actions:
    """Cancel, resume and switch subscriptions.

    Args:
        gateway: Stripe.
        store: the cache, which gets what Stripe has after a change.
        journal: where intent is written before it is sent.
        clock: the time, seconds UTC; Stripe's own where not given, as the gateway knows it.
    """

    def __init__(
        self,
        gateway: StripeGateway,
        store: Store,
        journal: Journal,
        *,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self._gateway = gateway
        self._store = store
        self._journal = journal
        self._clock = clock or gateway.now

    async def prepare_cancel(self, request: CancelRequest) -> ActionPlan:
        """What cancelling would do. See `actions.cancel.prepare` for what it raises."""
        return await self._warned(await cancel.prepare(self._gateway, request, clock=self._clock))

    async def prepare_resume(self, request: ResumeRequest) -> ActionPlan:
        """What undoing a scheduled cancellation would do. See `actions.resume.prepare`."""
        return await self._warned(await resume.prepare(self._gateway, request, clock=self._clock))

    async def prepare_switch(self, request: SwitchRequest) -> ActionPlan:
        """What another price or quantity would do and cost. See `actions.switch.prepare`."""
        return await self._warned(await switch.prepare(self._gateway, request, clock=self._clock))

    async def execute(self, plan: ActionPlan) -> Outcome:
        """Do what `plan` says, if it still holds. See `actions.execute.execute` for what it raises."""
        return await execute.execute(
            plan, self._gateway, self._store, self._journal, now=int(self._clock())
        )

    async def reconcile(self) -> list[JournalEntry]:
        """Settle what has no known outcome, by reading. Returns the entries that are settled now."""
        return await reconcile.reconcile(self._gateway, self._store, self._journal)

    async def _warned(self, plan: ActionPlan) -> ActionPlan:
        """`plan`, with what an earlier refusal told about the key."""
        recent = await asyncio.to_thread(self._journal.recent)
        warning = refusal_warning(recent, CHANGES)
        return replace(plan, warnings=(*plan.warnings, warning)) if warning else plan
