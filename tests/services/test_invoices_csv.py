"""The list of invoices opens in a spreadsheet as it is in the desk."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from portal_desk.errors import DiskFull
from portal_desk.models.invoices import InvoiceQuery
from portal_desk.services.invoices import export_csv
from portal_desk.services.store import Store

CREATED = 1_700_000_000


def invoice(number: int, **fields: Any) -> dict[str, Any]:
    return {
        "id": f"in_{number}",
        "object": "invoice",
        "created": CREATED + number,
        "customer": "cus_1",
        "customer_name": "Ana",
        "number": f"INV-{number}",
        "status": "open",
        "currency": "eur",
        "total": 123_456,
        "amount_remaining": 100,
        "due_date": CREATED + 86_400,
    } | fields


def export(
    store: Store, path: Path, locale: str = "en", *, delimiter: str = ","
) -> list[dict[str, str]]:
    pks = store.invoice_pks(InvoiceQuery(sort="created", descending=False))
    assert export_csv(store, pks, path, locale) == len(pks)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def test_amounts_and_dates_are_plain(store: Store, tmp_path: Path) -> None:
    store.apply(
        [
            invoice(1),
            invoice(2, currency="jpy", total=1500, amount_remaining=0, due_date=None),
            invoice(3, currency="kwd", total=-1500),
        ],
        as_of=CREATED,
    )
    rows = export(store, tmp_path / "invoices.csv")
    assert rows[0] == {
        "invoice": "in_1",
        "number": "INV-1",
        "customer": "cus_1",
        "customer_name": "Ana",
        "status": "open",
        "currency": "EUR",
        "total": "1234.56",
        "amount_remaining": "1.00",
        "created": "2023-11-14",
        "due_date": "2023-11-15",
    }
    assert (rows[1]["total"], rows[1]["due_date"]) == ("1500", "")
    assert rows[2]["total"] == "-1.500"


@pytest.mark.parametrize("name", ["=1+1", "+49", "-x", "@sum", "\tx"])
def test_no_name_becomes_a_formula(store: Store, tmp_path: Path, name: str) -> None:
    store.apply([invoice(1, customer_name=name)], as_of=CREATED)
    assert export(store, tmp_path / "invoices.csv")[0]["customer_name"] == f"'{name}"


def test_commas_quotes_lines_and_scripts_survive(store: Store, tmp_path: Path) -> None:
    name = 'Müller, "株式会社"\nإيمان; x'
    store.apply([invoice(1, customer_name=name)], as_of=CREATED)
    assert export(store, tmp_path / "a.csv")[0]["customer_name"] == name
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_where_decimals_have_a_comma_a_spreadsheet_still_sees_amounts(
    store: Store, tmp_path: Path
) -> None:
    store.apply([invoice(1)], as_of=CREATED)
    [row] = export(store, tmp_path / "a.csv", "de", delimiter=";")
    assert row["total"] == "1234,56"


def test_a_file_that_can_not_be_written_leaves_the_old_one(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "invoices.csv"
    path.mkdir()
    with pytest.raises(DiskFull, match=r"invoices\.csv"):
        export(store, path)
    assert list(tmp_path.glob(".portal-desk-*")) == []
