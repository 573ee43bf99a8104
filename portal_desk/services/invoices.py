"""Downloading invoices as PDF files, and their list as CSV."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from portal_desk.errors import (
    DeskError,
    DiskFull,
    KeyRejected,
    Offline,
    PermissionMissing,
    ResourceMissing,
    StripeUnavailable,
)
from portal_desk.services.exports import export_csv
from portal_desk.services.file_names import Names
from portal_desk.services.files import write_shared
from portal_desk.services.reads import reading_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from portal_desk.models.json import Json
    from portal_desk.services.store import Store
    from portal_desk.services.stripe_gateway import StripeGateway

__all__ = ["DownloadReport", "download", "export_csv"]

_AT_ONCE = 4
_PDF = b"%PDF-"
_HOPELESS = (Offline, KeyRejected, PermissionMissing, DiskFull)
"""What would stop every further download too."""


@dataclass(frozen=True)
class DownloadReport:
    """What came of a download.

    Attributes:
        saved: the files that were written.
        skipped: the files that were there already.
        without_pdf: the invoice ids that have no PDF, as drafts: Stripe makes it when an invoice is finalized.
        failed: invoice ids, each with why.
        not_tried: the invoice ids that were left alone, because the user cancelled or because of `stopped`.
        stopped: what would have failed every further download as well, if anything.
    """

    saved: tuple[Path, ...] = ()
    skipped: tuple[Path, ...] = ()
    without_pdf: tuple[str, ...] = ()
    failed: tuple[tuple[str, DeskError], ...] = ()
    not_tried: tuple[str, ...] = ()
    stopped: DeskError | None = None


async def download(
    gateway: StripeGateway,
    store: Store,
    invoice_ids: Sequence[str],
    folder: Path,
    *,
    report: Callable[[int, int], None],
    cancelled: asyncio.Event,
) -> DownloadReport:
    """Save invoices to `folder` as “<number> <customer>.pdf”, four at a time.

    A file that is there already is not fetched again, so a second run carries on where the first one ended. A link
    that has expired is read afresh (R25). Cancelling lets the files that are under way finish. What would fail every
    download (no network, a rejected key, a full disk) ends this one; what was saved stays.

    Args:
        report: called with how many are done and how many there are, after each one.
        cancelled: set it to stop.
    """
    wanted = list(dict.fromkeys(invoice_ids))
    job = _Job(gateway, store, folder, len(wanted), report, cancelled)
    waiting = iter(wanted)
    async with asyncio.TaskGroup() as group:
        for _ in range(_AT_ONCE):
            group.create_task(job.work(waiting))
    return DownloadReport(
        tuple(job.saved),
        tuple(job.skipped),
        tuple(job.without_pdf),
        tuple(job.failed),
        not_tried=(*job.given_up, *waiting),
        stopped=job.stopped,
    )


@dataclass
class _Job:
    """One download while it runs."""

    gateway: StripeGateway
    store: Store
    folder: Path
    total: int
    report: Callable[[int, int], None]
    stop: asyncio.Event
    names: Names = field(default_factory=Names)
    saved: list[Path] = field(default_factory=list)
    skipped: list[Path] = field(default_factory=list)
    without_pdf: list[str] = field(default_factory=list)
    failed: list[tuple[str, DeskError]] = field(default_factory=list)
    given_up: list[str] = field(default_factory=list)
    done: int = 0
    stopped: DeskError | None = None

    async def work(self, waiting: Iterator[str]) -> None:
        """Take one invoice after the other, until there are no more or it makes no sense to go on."""
        while not self.stop.is_set() and self.stopped is None:
            invoice_id = next(waiting, None)
            if invoice_id is None:
                return
            await self._one(invoice_id)
            self.done += 1
            self.report(self.done, self.total)

    async def _one(self, invoice_id: str) -> None:
        try:
            await self._save(invoice_id)
        except _HOPELESS as error:
            self.given_up.append(invoice_id)
            self.stopped = self.stopped or error
        except DeskError as error:
            self.failed.append((invoice_id, error))

    async def _save(self, invoice_id: str) -> None:
        invoice = await asyncio.to_thread(self.store.object, "invoice", invoice_id)
        if invoice is None or not invoice.get("invoice_pdf"):
            invoice = await self._reread(invoice_id)
        if not invoice.get("invoice_pdf"):
            self.without_pdf.append(invoice_id)
            return
        path = self.folder / self._name(invoice)
        if await asyncio.to_thread(path.exists):
            self.skipped.append(path)
            return
        await asyncio.to_thread(write_shared, path, await self._pdf(invoice))
        self.saved.append(path)

    def _name(self, invoice: Json) -> str:
        customer = invoice.get("customer_name") or invoice.get("customer_email") or ""
        wish = f"{invoice.get('number') or invoice['id']} {customer}"
        return self.names.name(wish, invoice["id"], ".pdf")

    async def _pdf(self, invoice: Json) -> bytes:
        """The file; where its link no longer works, the invoice is read again once for a new one."""
        found = await self._try(invoice)
        if found is None:
            found = await self._try(await self._reread(invoice["id"]))
        if found is None:
            raise StripeUnavailable(
                f"Stripe's link to {invoice.get('number') or invoice['id']} leads to no PDF.",
                "Try again in a minute.",
            )
        return found

    async def _try(self, invoice: Json) -> bytes | None:
        """The file behind the invoice's link, or None where the link has expired (R25)."""
        link = invoice.get("invoice_pdf")
        if not link:
            return None
        try:
            found = await self.gateway.download(str(link))
        except ResourceMissing:
            return None
        return found if found.startswith(_PDF) else None

    async def _reread(self, invoice_id: str) -> Json:
        with reading_for("invoices"):
            invoice, as_of = await self.gateway.read(f"/v1/invoices/{invoice_id}")
        await asyncio.to_thread(self.store.apply, [invoice], as_of=as_of)
        return invoice
