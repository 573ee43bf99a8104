"""Invoices arrive in the folder, whatever happens on the way."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from portal_desk.errors import DiskFull, Offline, ResourceMissing, StripeUnavailable
from portal_desk.services import files
from portal_desk.services.invoices import DownloadReport, download
from portal_desk.services.store import Store
from portal_desk.services.stripe_gateway import StripeGateway

PDF = b"%PDF-1.7 an invoice"
AS_OF = 1_700_000_000


@dataclass
class InvoiceServer:
    """Serves invoices and their files.

    Attributes:
        fresh: the invoices as Stripe has them now.
        dead: links that no longer work.
        odd: links that lead to a web page.
        asked: the paths that were asked for.
    """

    fresh: dict[str, dict[str, Any]] = field(default_factory=dict)
    dead: set[str] = field(default_factory=set)
    odd: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    url: str = ""

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        name = request.path.rsplit("/", 1)[-1]
        if not request.path.startswith("/v1/"):
            if name in self.dead:
                return web.Response(status=403)
            return web.Response(body=b"<html>" if name in self.odd else PDF)
        if name in self.fresh:
            return web.json_response(self.fresh[name])
        error = {"type": "invalid_request_error", "code": "resource_missing", "message": name}
        return web.json_response({"error": error}, status=404)

    def invoice(self, nth: int, **fields: Any) -> dict[str, Any]:
        """A paid invoice of Müller & Söhne."""
        return {
            "id": f"in_{nth}",
            "object": "invoice",
            "created": AS_OF,
            "customer": "cus_1",
            "customer_name": "Müller & Söhne",
            "number": f"INV-{nth:04}",
            "status": "paid",
            "currency": "eur",
            "total": 1000,
            "amount_remaining": 0,
            "invoice_pdf": f"{self.url}/pdf/{nth}",
        } | fields


@pytest.fixture
async def server() -> AsyncIterator[InvoiceServer]:
    world = InvoiceServer()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", world.answer)
    async with TestServer(app) as server:
        world.url = str(server.make_url("")).rstrip("/")
        yield world


@pytest.fixture
async def gateway(server: InvoiceServer) -> AsyncIterator[StripeGateway]:
    gateway = StripeGateway("sk_test_portaldesktests", api_base=server.url, max_retries=0)
    yield gateway
    await gateway.close()


@dataclass
class Downloader:
    """Downloads to one folder and notes the progress."""

    gateway: StripeGateway
    store: Store
    folder: Path
    progress: list[tuple[int, int]] = field(default_factory=list)
    cancelled: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, *ids: str) -> DownloadReport:
        self.progress.clear()
        return await download(
            self.gateway,
            self.store,
            ids,
            self.folder,
            report=lambda done, total: self.progress.append((done, total)),
            cancelled=self.cancelled,
        )

    def files(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())


@pytest.fixture
def fetch(gateway: StripeGateway, store: Store, tmp_path: Path) -> Downloader:
    folder = tmp_path / "invoices"
    folder.mkdir()
    return Downloader(gateway, store, folder)


async def test_invoices_are_named_by_number_and_customer(
    fetch: Downloader, store: Store, server: InvoiceServer
) -> None:
    store.apply([server.invoice(1), server.invoice(2, customer_name="株式会社 A/B")], as_of=AS_OF)
    report = await fetch("in_1", "in_2")
    assert fetch.files() == ["INV-0001 Müller & Söhne.pdf", "INV-0002 株式会社 A B.pdf"]
    assert sorted(path.name for path in report.saved) == fetch.files()
    assert all(path.read_bytes() == PDF for path in report.saved)
    assert fetch.progress == [(1, 2), (2, 2)]


async def test_what_is_there_already_is_not_fetched_again(
    fetch: Downloader, store: Store, server: InvoiceServer
) -> None:
    store.apply([server.invoice(1), server.invoice(2)], as_of=AS_OF)
    first = await fetch("in_1")
    server.asked.clear()
    second = await fetch("in_1", "in_2")
    assert second.skipped == first.saved
    assert server.asked == ["/pdf/2"]


async def test_an_expired_link_is_read_afresh_and_remembered(
    fetch: Downloader, store: Store, server: InvoiceServer
) -> None:
    store.apply([server.invoice(1, invoice_pdf=f"{server.url}/pdf/old")], as_of=AS_OF)
    server.dead.add("old")
    server.fresh["in_1"] = server.invoice(1)
    report = await fetch("in_1")
    assert len(report.saved) == 1
    assert store.object("invoice", "in_1")["invoice_pdf"].endswith("/pdf/1")


async def test_a_web_page_in_place_of_a_pdf_is_not_saved(
    fetch: Downloader, store: Store, server: InvoiceServer
) -> None:
    server.fresh["in_1"] = server.invoice(1)
    server.odd.add("1")
    store.apply([server.invoice(1)], as_of=AS_OF)
    report = await fetch("in_1")
    assert [type(error) for _, error in report.failed] == [StripeUnavailable]
    assert fetch.files() == []


async def test_an_invoice_that_the_cache_does_not_know_is_read(
    fetch: Downloader, server: InvoiceServer
) -> None:
    server.fresh["in_1"] = server.invoice(1)
    assert len((await fetch("in_1")).saved) == 1


async def test_a_draft_is_no_failure_a_lost_invoice_is_and_the_rest_arrives(
    fetch: Downloader, store: Store, server: InvoiceServer
) -> None:
    draft = server.invoice(1, number=None, status="draft", invoice_pdf=None)
    server.fresh["in_1"] = draft
    store.apply([draft, server.invoice(2)], as_of=AS_OF)
    report = await fetch("in_1", "in_2", "in_gone")
    assert fetch.files() == ["INV-0002 Müller & Söhne.pdf"]
    assert report.without_pdf == ("in_1",)
    [(lost, error)] = report.failed
    assert lost == "in_gone"
    assert isinstance(error, ResourceMissing)


async def test_two_invoices_of_one_name_both_arrive(
    fetch: Downloader, store: Store, server: InvoiceServer
) -> None:
    store.apply([server.invoice(1), server.invoice(2, number="INV-0001")], as_of=AS_OF)
    assert len((await fetch("in_1", "in_2")).saved) == 2
    assert len(fetch.files()) == 2


async def test_cancelling_keeps_what_is_saved_and_names_the_rest(
    fetch: Downloader, store: Store, server: InvoiceServer
) -> None:
    ids = [f"in_{number}" for number in range(20)]
    store.apply([server.invoice(number) for number in range(20)], as_of=AS_OF)
    report = await download(
        fetch.gateway,
        store,
        ids,
        fetch.folder,
        report=lambda done, _: fetch.cancelled.set() if done == 3 else None,
        cancelled=fetch.cancelled,
    )
    assert 3 <= len(report.saved) < 10
    assert len(report.saved) + len(report.not_tried) == 20
    assert len(fetch.files()) == len(report.saved)


async def test_a_second_run_carries_on_where_the_first_was_cancelled(
    fetch: Downloader, store: Store, server: InvoiceServer
) -> None:
    ids = [f"in_{number}" for number in range(8)]
    store.apply([server.invoice(number) for number in range(8)], as_of=AS_OF)
    fetch.cancelled.set()
    assert (await fetch(*ids)).not_tried == tuple(ids)
    fetch.cancelled.clear()
    assert len((await fetch(*ids)).saved) == 8


async def test_a_full_disk_is_named_and_what_was_saved_stays(
    fetch: Downloader, store: Store, server: InvoiceServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [f"in_{number}" for number in range(20)]
    store.apply([server.invoice(number) for number in range(20)], as_of=AS_OF)
    real, written = os.fsync, []

    def full(handle: int) -> None:
        written.append(handle)
        if len(written) > 2:
            raise OSError(28, "No space left on device")
        real(handle)

    monkeypatch.setattr(files.os, "fsync", full)
    report = await fetch(*ids)
    assert isinstance(report.stopped, DiskFull)
    assert "No space left on device" in report.stopped.message
    assert len(fetch.files()) == len(report.saved) == 2
    assert all((fetch.folder / name).read_bytes() == PDF for name in fetch.files())


async def test_without_a_network_it_stops_and_says_so_once(
    store: Store, server: InvoiceServer, fetch: Downloader, unused_tcp_port: int
) -> None:
    nowhere = f"http://127.0.0.1:{unused_tcp_port}/pdf"
    ids = [f"in_{number}" for number in range(30)]
    store.apply([server.invoice(n, invoice_pdf=f"{nowhere}/{n}") for n in range(30)], as_of=AS_OF)
    report = await fetch(*ids)
    assert isinstance(report.stopped, Offline)
    assert not report.failed
    assert sorted(report.not_tried) == sorted(ids)
