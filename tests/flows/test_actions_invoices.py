"""Invoices from a real sandbox are real PDF files."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import pypdf

from portal_desk.models.invoices import InvoiceQuery
from portal_desk.services.invoices import download, export_csv
from portal_desk.services.store import Store
from portal_desk.services.stripe_gateway import StripeGateway

if TYPE_CHECKING:
    from ..conftest import Sandbox


async def test_a_customers_invoices_arrive_as_readable_pdf_files(
    shared_sandbox: Sandbox, tmp_path: Path
) -> None:
    gateway = StripeGateway(shared_sandbox.key, api_base=shared_sandbox.url)
    store = Store(tmp_path / "cache.sqlite3")
    found = await gateway.get("/v1/invoices", {"limit": 12})
    store.apply(found["data"], as_of=gateway.now())
    rows = store.invoice_rows(store.invoice_pks(InvoiceQuery()))
    folder = tmp_path / "invoices"
    report = await download(
        gateway,
        store,
        [row.id for row in rows],
        folder,
        report=lambda *_: None,
        cancelled=asyncio.Event(),
    )
    with_file = [row for row in rows if row.has_pdf]
    assert len(report.saved) == len(with_file) > 5
    assert not report.failed
    assert set(report.without_pdf) == {row.id for row in rows if not row.has_pdf}
    for row in with_file:
        [path] = folder.glob(f"{row.number} *.pdf")
        text = "".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
        assert row.number in text
    assert export_csv(store, [row.pk for row in rows], tmp_path / "list.csv") == len(rows)
    store.close()
    await gateway.close()
