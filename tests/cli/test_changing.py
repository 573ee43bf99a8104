"""Changing something at Stripe from the command line."""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path

import pytest

from portal_desk.errors import DiskFull
from portal_desk.services.journal import Journal
from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("own")
NEEDS_YES = 20


@pytest.fixture
def customer(run: Run) -> str:
    found = run("search", "tryout theatre", "--json").json["customers"]
    return str(found[0]["id"])


@pytest.fixture
def subscription(run: Run, customer: str) -> str:
    return str(run("show", customer, "--json").json["subscriptions"][0]["id"])


def state(run: Run, customer: str) -> dict[str, object]:
    """The subscription as Stripe has it now."""
    found = run("show", customer, "--refresh", "--json").json["subscriptions"][0]
    return {
        "ends": found["cancel_at"] or found["cancel_at_period_end"],
        "quantity": found["items"]["data"][0]["quantity"],
        "status": found["status"],
    }


@pytest.mark.parametrize(
    "asked",
    [["cancel", "{}"], ["cancel", "{}", "--now"], ["switch", "{}", "--quantity", "9"]],
)
def test_without_a_yes_it_is_only_shown(
    run: Run, customer: str, subscription: str, asked: list[str]
) -> None:
    before = state(run, customer)
    shown = run(*(word.format(subscription) for word in asked))
    assert shown.code == NEEDS_YES
    assert "Team" in shown.out
    assert "--yes" in shown.err
    assert state(run, customer) == before


def test_a_cancellation_is_scheduled_and_undone(run: Run, customer: str, subscription: str) -> None:
    asked = ("cancel", subscription, "--feedback", "too_expensive", "--comment", "So long", "--yes")
    cancelled = run(*asked, "--json")
    assert cancelled.code == 0
    details = cancelled.json["subscription"]["cancellation_details"]
    assert (details["feedback"], details["comment"]) == ("too_expensive", "So long")
    assert state(run, customer)["ends"]
    assert run("resume", subscription, "--yes").code == 0
    assert not state(run, customer)["ends"]


def test_a_cancellation_at_once_ends_the_subscription(
    run: Run, customer: str, subscription: str
) -> None:
    assert run("cancel", subscription, "--now", "--yes").code == 0
    assert state(run, customer)["status"] == "canceled"
    again = run("cancel", subscription, "--now", "--yes")
    assert again.code == 13
    assert "already" in again.err


def test_a_switch_shows_stripes_preview_and_does_it(
    run: Run, customer: str, subscription: str
) -> None:
    shown = run("switch", subscription, "--quantity", "5", "--json")
    done = run("switch", subscription, "--quantity", "5", "--yes", "--json")
    assert (shown.code, done.code) == (NEEDS_YES, 0)
    assert shown.json["plan"]["next_total"] == done.json["plan"]["next_total"]
    assert (shown.json["done"], done.json["done"]) == (False, True)
    assert state(run, customer)["quantity"] == 5


def test_an_invoice_that_is_made_now_is_not_called_the_next_one(run: Run) -> None:
    customer = run("show", "deep link diving", "--json").json
    subscription = customer["subscriptions"][0]["id"]
    later = run("switch", subscription, "--quantity", "9").out
    now = run("switch", subscription, "--quantity", "9", "--proration", "always_invoice").out
    credited = run("cancel", subscription, "--now", "--prorate", "--invoice-now").out
    assert "Next invoice: " in later
    assert "Due now: " in now
    assert "Credited: " in credited
    assert "Next invoice: " not in now + credited


@pytest.mark.skipif(sys.platform == "win32", reason="Windows can't change a process's time zone")
def test_all_dates_of_a_plan_are_of_one_time_zone(
    run: Run, subscription: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):  # 25 hours apart
        with monkeypatch.context() as there:
            there.setenv("TZ", zone)
            time.tzset()
            shown = run("switch", subscription, "--quantity", "5").out
        time.tzset()
        days = re.findall(r" on (\d+ \w{3} \d{4})", shown)
        assert len(days) == 2
        assert len(set(days)) == 1


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (["cancel", "sub_nope", "--yes"], 3),
        (["cancel", "cus_nope", "--yes"], 2),
        (["switch", "{}", "--yes"], 2),
        (["switch", "{}", "--price", "price_nope", "--yes"], 3),
        (["link", "{customer}", "--flow", "subscription_cancel"], 2),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_sent(
    run: Run, customer: str, subscription: str, asked: list[str], code: int
) -> None:
    before = state(run, customer)
    refused = run(*(word.format(subscription, customer=customer) for word in asked))
    assert refused.code == code
    assert refused.out == ""
    assert state(run, customer) == before


def test_the_link_is_all_that_is_printed_and_is_kept_nowhere(
    run: Run, own: Path, customer: str
) -> None:
    issued = run("link", customer, "--locale", "de", "--yes")
    assert issued.code == 0
    url = issued.out.strip()
    assert url.startswith("http://127.0.0.1:")
    assert "\n" not in url
    secret = url.rpartition("/")[2].encode()
    for path in own.rglob("*"):
        assert not path.is_file() or secret not in path.read_bytes(), path


def test_a_link_needs_a_yes(run: Run, customer: str) -> None:
    asked = run("link", customer)
    assert asked.code == NEEDS_YES
    assert asked.out == ""


def test_what_was_done_is_shown_with_the_customer(
    run: Run, customer: str, subscription: str
) -> None:
    run("cancel", subscription, "--yes")
    actions = run("show", customer, "--json").json["actions"]
    assert [(action["kind"], action["state"]) for action in actions] == [("cancel", "done")]


def test_what_was_done_is_said_even_if_it_can_not_be_recorded(
    run: Run, customer: str, subscription: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise DiskFull("journal.sqlite3 can't be written.")

    with monkeypatch.context() as disk:
        disk.setattr(Journal, "finish", full)
        cancelled = run("cancel", subscription, "--yes")
        link = run("link", customer, "--yes", "--json")
    assert (cancelled.code, link.code) == (0, 0)
    assert "Done: " in cancelled.out
    assert "will say that this was done" in cancelled.err
    assert link.json["url"]
    assert not link.json["recorded"]
    assert state(run, customer)["ends"]
    actions = run("show", customer, "--refresh", "--json").json["actions"]
    assert ("cancel", "done") in {(action["kind"], action["state"]) for action in actions}


def test_a_flow_without_its_subscription_names_the_customers_own(
    run: Run, customer: str, subscription: str
) -> None:
    asked = run("link", customer, "--flow", "subscription_cancel")
    assert asked.code == 2
    assert f"--subscription: {subscription} (Team, trialing)" in asked.err
    flow = ["--flow", "subscription_update_confirm", "--subscription", subscription]
    assert "--item: si_" in run("link", customer, *flow).err


def test_what_stands_in_the_way_of_a_link_is_said_in_sentences(
    run: Run, customer: str, subscription: str
) -> None:
    asked = run("link", customer, "--flow", "subscription_pause", "--subscription", subscription)
    lines = asked.err.splitlines()
    assert "Stripe may refuse this link:" in lines
    assert "  ! Pausing is disabled in the portal's configuration. Enable it in" in asked.err
