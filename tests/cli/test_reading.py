"""Finding, showing and previewing from the command line."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from portal_desk.cli.output import clean
from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("synced")


def test_search_prints_a_table_for_people(run: Run) -> None:
    found = run("search", "tryout", "theatre")
    assert found.code == 0
    assert "billing@tryout-theatre.example" in found.out
    assert found.err.startswith("1 of 1 customers")


def test_search_prints_one_document_for_programs(run: Run) -> None:
    found = run("search", "--json", "--limit", 3)
    assert found.json["total"] == 120
    created = [customer["created"] for customer in found.json["customers"]]
    assert created == sorted(created, reverse=True)
    assert len(created) == 3


def test_chips_are_options(run: Run) -> None:
    late = run("search", "--status", "past_due", "--json").json
    assert late["total"] > 0
    assert {customer["status"] for customer in late["customers"]} == {"past_due"}
    both = run("search", "--status", "past_due", "--plan", "team", "--open-invoice", "--json").json
    assert 0 < both["total"] < late["total"]
    assert all("Team" in customer["plan"] for customer in both["customers"])


def test_a_customer_is_shown_by_id_or_by_what_finds_it_alone(run: Run) -> None:
    by_name = run("show", "pastdue pastry", "--json").json
    customer = by_name["customer"]["id"]
    assert run("show", customer, "--json").json == by_name
    assert by_name["subscriptions"][0]["status"] == "past_due"
    page = run("show", customer)
    assert "Pastdue Pastry" in page.out
    assert by_name["invoices"][0]["number"] in page.out


def test_a_customer_is_shown_with_prices_discounts_and_metadata(run: Run) -> None:
    page = run("show", "quick view quilts").out
    assert "$9.00 per month" in page
    assert "% off)" in page
    assert "crm_id" in page


def test_where_nothing_is_found_a_sentence_says_so(run: Run) -> None:
    nobody = run("search", "zzzzqqqq")
    assert (nobody.code, nobody.out) == (0, "")
    assert "No customer matches" in nobody.err
    nothing = run("invoices", "list", "--customer", "cus_none")
    assert nothing.out == ""


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        (["show", "an"], 2, "customers fit “an”"),
        (["show", "nobody at all"], 3, "no customer “nobody at all”"),
        (["search", "--plan", "no such plan"], 3, "no product"),
        (["preview", "pastdue pastry", "--locale", "xx"], 2, "no language"),
        (["preview", "pastdue pastry", "--configuration", "none"], 3, "no portal configuration"),
        (["search", "--account", "acct_other"], 3, "acct_other"),
        (["invoices", "export", "nothing.csv", "--locale", "xx"], 2, "no locale"),
        (["invoices", "export", "nothing.csv", "--locale", ""], 2, "no locale"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence_with_a_code(
    run: Run, asked: list[str], code: int, said: str
) -> None:
    answer = run(*asked)
    assert answer.code == code
    assert said in answer.err
    assert answer.out == ""
    assert "Traceback" not in answer.err


def test_the_portal_is_previewed_with_reasons(run: Run) -> None:
    page = run("preview", "tryout theatre", "--locale", "de")
    assert page.code == 0
    assert "(R8)" in page.out
    assert "kündigen]" in page.out


def test_the_preview_speaks_the_language_asked_for(run: Run) -> None:
    english = run("preview", "tryout theatre", "--locale", "en", "--json").json
    japanese = run("preview", "tryout theatre", "--locale", "ja", "--json").json
    assert (english["locale"], japanese["locale"]) == ("en", "ja")
    titles = [[section["title"] for section in view["sections"]] for view in (english, japanese)]
    assert not set(titles[0]) & set(titles[1])


def test_the_preview_can_look_ahead(run: Run) -> None:
    def expired(*options: str) -> bool:
        page = run("preview", "tryout theatre", "--locale", "en", *options)
        assert page.code == 0
        return "<Expired>" in page.out

    assert not expired("--as-of", "2026-01-01")
    assert expired("--as-of", "2099-01-01")


def test_the_preview_is_written_as_a_page(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "portal.html"
    assert run("preview", "tryout theatre", "--html", page).code == 0
    assert page.read_text("utf-8").lstrip().lower().startswith("<!doctype html>")


def test_invoices_are_listed_and_exported_by_the_same_filters(run: Run, tmp_path: Path) -> None:
    listed = run("invoices", "list", "--status", "open", "--limit", 500, "--json").json
    assert {invoice["status"] for invoice in listed["invoices"]} == {"open"}
    file = tmp_path / "open.csv"
    assert run("invoices", "export", file, "--status", "open").code == 0
    with file.open(encoding="utf-8-sig", newline="") as text:
        exported = [row["invoice"] for row in csv.DictReader(text)]
    assert exported == [invoice["id"] for invoice in listed["invoices"]]


def test_invoices_are_downloaded_once(run: Run, tmp_path: Path) -> None:
    asked = ("invoices", "download", "--text", "pastdue pastry", "--to", tmp_path, "--json")
    first, second = run(*asked), run(*asked)
    assert first.code == second.code == 0
    assert len(first.json["saved"]) > 0
    assert all(Path(path).read_bytes().startswith(b"%PDF") for path in first.json["saved"])
    assert second.json["saved"] == []
    assert sorted(second.json["skipped"]) == sorted(first.json["saved"])


def test_drafts_are_no_failure_of_a_download(run: Run, tmp_path: Path) -> None:
    done = run("invoices", "download", "--status", "draft", "--to", tmp_path)
    assert done.code == 0
    assert "not finalized, so without a PDF" in done.out
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "command",
    [
        ["search", "--since"],
        ["search", "--status", "paid"],
        ["invoices", "list", "--status", "overdue"],
        ["invoices", "list", "--since", "soon"],
        ["--demo", "--account", "acct_1"],
        ["nonsense"],
    ],
)
def test_wrong_arguments_are_refused(run: Run, command: list[str]) -> None:
    answer = run(*command)
    assert answer.code == 2
    assert answer.err.startswith("usage:")


def test_a_name_cannot_steer_the_terminal() -> None:
    assert clean("A\x1b[2JB\x9bC\r\nD") == "A[2JBC\nD"
