"""Making, changing and switching off portal configurations: check, write down, send, note the outcome."""

from __future__ import annotations

import asyncio
import logging
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal_desk.errors import DeskError, OutcomeUnknown, ResourceMissing, Stale, StripeError
from portal_desk.models.changes import ChangeSet
from portal_desk.models.json import Json
from portal_desk.services.actions.refusals import advise
from portal_desk.services.configurations import evidence, params
from portal_desk.services.configurations.comparing import changed
from portal_desk.services.configurations.uses import Overview, overviews
from portal_desk.services.permissions import refusal_warning

if TYPE_CHECKING:
    from portal_desk.models.actions import JournalEntry
    from portal_desk.services.journal import Journal
    from portal_desk.services.store import Store
    from portal_desk.services.stripe_gateway import StripeGateway

_log = logging.getLogger(__name__)

KIND = "configuration"
"""What the journal calls a change of a configuration."""


class ChangedMeanwhile(Stale):
    """Someone else changed the configuration since it was opened here; nothing was sent.

    Attributes:
        theirs: the configuration as Stripe has it now.
    """

    def __init__(self, theirs: Json) -> None:
        super().__init__(
            "Someone changed this configuration while you were editing it.",
            "Look at what they changed, and choose what to keep.",
        )
        self.theirs = theirs


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of saving: what the journal says, the configuration now, and what is new in the cache."""

    entry: JournalEntry
    configuration: Json
    changes: ChangeSet


class Configurations:
    """Portal configurations of one account.

    Args:
        gateway: Stripe.
        store: the cache, which gets what Stripe has after a change.
        journal: where intent is written before it is sent.
    """

    def __init__(self, gateway: StripeGateway, store: Store, journal: Journal) -> None:
        self._gateway = gateway
        self._store = store
        self._journal = journal

    def overviews(self) -> list[Overview]:
        """Every configuration, with who uses it. Reads the cache and the journal: call it on a worker thread."""
        return overviews(self._store, self._journal)

    def refused(self) -> str:
        """Which permission the key lacked when a configuration was last changed, a sentence; on a worker thread."""
        return refusal_warning(self._journal.recent(), {KIND})

    async def create(self, draft: Json) -> Saved:
        """Make a configuration of a draft.

        Raises:
            StripeError: Stripe said no; the journal says `failed`.
            OutcomeUnknown: sent, and no answer came; the journal says `unknown` until it is found out.
            Offline: Stripe can't be reached.
            DiskFull: the journal can't be written, so nothing was sent.
        """
        summary = f"Create the portal configuration {_called(draft)}"
        return await self._send(None, params.creation(draft), summary)

    async def update(self, base: Json, draft: Json) -> Saved:
        """Change a configuration from what it was when it was opened to what it should be. Costs one read.

        Raises:
            ChangedMeanwhile: it is not what it was.
            Stale: it is gone.
            StripeError, OutcomeUnknown, Offline, DiskFull: as `create`.
        """
        await self._check(base)
        wanted = params.changes(base, draft)
        summary = f"Edit the portal configuration {_called(draft)}"
        return await self._send(base["id"], wanted, summary)

    async def set_active(self, configuration: Json, *, active: bool) -> Saved:
        """Let links use a configuration, or not any more. Nothing else of it is touched.

        Raises:
            StripeError, OutcomeUnknown, Offline, DiskFull: as `create`; the default one can't be switched off.
        """
        verb = "Activate" if active else "Deactivate"
        summary = f"{verb} the portal configuration {_called(configuration)}"
        return await self._send(configuration["id"], {"active": active}, summary)

    async def _check(self, base: Json) -> None:
        try:
            theirs = await self._gateway.get(
                f"{evidence.PATH}/{base['id']}", {"expand": params.EXPAND}
            )
        except ResourceMissing:
            raise Stale(
                "This configuration is no longer at Stripe.", "Save it as a new one instead."
            ) from None
        if changed(base, theirs):
            raise ChangedMeanwhile(theirs)

    async def _send(self, configuration: str | None, wanted: Json, summary: str) -> Saved:
        entry = await asyncio.to_thread(self._begin, configuration, wanted, summary)
        path = f"{evidence.PATH}/{configuration}" if configuration else evidence.PATH
        try:
            answer = await self._gateway.post(
                path, wanted | {"expand": params.EXPAND}, idempotency_key=entry.idempotency_key
            )
        except OutcomeUnknown as error:
            answer = await self._find_out(entry, error)
        except DeskError as error:
            await asyncio.to_thread(self._journal.settle, entry, "failed", error=error.message)
            raise (advise(error) if isinstance(error, StripeError) else error) from None
        entry = await asyncio.to_thread(self._journal.settle, entry, "done")
        return Saved(entry, answer, await self._keep(answer))

    async def _keep(self, configuration: Json) -> ChangeSet:
        """Take Stripe's answer into the cache. Where that fails, the event tail brings it a little later."""
        now = self._gateway.now()
        try:
            return await asyncio.to_thread(self._store.apply, [configuration], as_of=now)
        except DeskError as error:
            _log.warning("The configuration could not be kept after a change: %s", error)
            return ChangeSet()

    def _begin(self, configuration: str | None, wanted: Json, summary: str) -> JournalEntry:
        return self._journal.begin(
            kind=KIND,
            customer="",
            configuration=configuration,
            summary=summary,
            params=wanted,
            idempotency_key=f"portal-desk-{uuid.uuid4()}",
        )

    async def _find_out(self, entry: JournalEntry, cause: DeskError) -> Json:
        """Read whether a change without an answer happened; that it doesn't show yet proves nothing."""
        try:
            there = await evidence.found(self._gateway, entry)
        except DeskError as error:
            _log.warning("The configuration could not be read after a lost answer: %s", error)
            there = None
        if there is not None:
            return there
        await asyncio.to_thread(self._journal.settle, entry, "unknown", error=cause.message)
        raise OutcomeUnknown(
            "The change was sent to Stripe, and no answer came.",
            "Activity finds out what came of it; until then, don’t save it again.",
        ) from cause


def _called(configuration: Json) -> str:
    return f"“{configuration.get('name') or configuration.get('id') or 'without a name'}”"
