"""`--state`: a sandbox in a file goes on where it stopped, however it stopped."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import stripe

from portal_desk.sandbox.keys import FULL_KEY
from portal_desk.sandbox.opening import open_world
from portal_desk.sandbox.shelf import Shelf, ShelfError
from portal_desk.sandbox.state import State

from .http_world import DAY, START, Clock, Server, World, serving
from .seed_worlds import written


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "sandbox.db"


@contextmanager
def opened(path: Path | None, *, livemode: bool = False, customers: int = 40) -> Iterator[State]:
    """A sandbox's state, closed at the end."""
    state = open_world(path, customers=customers, seed=3, livemode=livemode)
    try:
        yield state
    finally:
        state.shelf.close()


@contextmanager
def process(path: Path) -> Iterator[tuple[subprocess.Popen[str], stripe.StripeClient]]:
    """A sandbox process on a file, with a client."""
    command = [sys.executable, "-m", "portal_desk.sandbox", "--port", "0", "--customers", "5"]
    with subprocess.Popen(
        [*command, "--state", str(path)], stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        try:
            url = running.stdout.readline().split()[-1]
            yield running, stripe.StripeClient(FULL_KEY, base_addresses={"api": url})
        finally:
            running.kill()


def test_a_sandbox_that_is_killed_between_requests_has_lost_nothing(file: Path) -> None:
    with process(file) as (running, client):
        gone = client.v1.customers.list({"limit": 1}).data[0].id
        client.v1.customers.delete(gone)
        kept = client.v1.customers.create(
            {"name": "Ada", "metadata": {"a": "1"}}, {"idempotency_key": "once"}
        )
        events = [each.id for each in client.v1.events.list({"limit": 100}).data]
        running.send_signal(signal.SIGKILL)
        running.wait(20)
    with process(file) as (_, client):
        assert client.v1.customers.retrieve(kept.id).to_dict() == kept.to_dict()
        assert client.v1.customers.retrieve(gone).deleted
        assert [each.id for each in client.v1.events.list({"limit": 100}).data] == events
        again = client.v1.customers.create(
            {"name": "Ada", "metadata": {"a": "1"}}, {"idempotency_key": "once"}
        )
        assert again.id == kept.id
        assert len(client.v1.customers.list({"limit": 100}).data) == 5


def test_a_sandbox_that_is_killed_while_it_works_did_each_request_once_or_not_at_all(
    file: Path,
) -> None:
    sent: list[str] = []

    def create(client: stripe.StripeClient, name: str) -> None:
        client.v1.customers.create({"name": name}, {"idempotency_key": name})

    def keep_sending(client: stripe.StripeClient, tag: int) -> None:
        with suppress(stripe.APIConnectionError):
            for number in count():
                sent.append(f"{tag} {number}")
                create(client, sent[-1])

    for tag in range(4):
        with process(file) as (running, client):
            sender = Thread(target=keep_sending, args=(client, tag))
            sender.start()
            while len(sent) < 15 * (tag + 1):
                time.sleep(0.001)
            running.send_signal(signal.SIGKILL)
            sender.join(60)
            running.wait(20)
    with process(file) as (_, client):
        for name in sent:
            create(client, name)
        names = [each.name for each in client.v1.customers.list({"limit": 100}).auto_paging_iter()]
        assert sorted(name for name in names if name in sent) == sorted(sent)


@pytest.mark.parametrize("card", ["pm_card_visa", "pm_card_chargeCustomerFail"])
def test_what_a_request_did_is_never_kept_without_its_answer(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, card: str
) -> None:
    commit = Shelf.commit
    copies: list[Path] = []

    def copied(shelf: Shelf) -> None:
        changed = shelf._db.in_transaction
        commit(shelf)
        if changed:
            copies.append(tmp_path / f"copy{len(copies)}.db")
            for end in ("", "-wal"):
                shutil.copyfile(f"{file}{end}", f"{copies[-1]}{end}")

    with opened(file) as state, serving(World(Clock(), state)) as server:
        customer = server.client().v1.customers.create({"payment_method": card})
        wish: Any = {
            "customer": customer.id,
            "items": [{"price": _a_price(state)}],
            "payment_behavior": "error_if_incomplete",
            "default_payment_method": server.client()
            .v1.customers.payment_methods.list(customer.id)
            .data[0]
            .id,
        }
        monkeypatch.setattr(Shelf, "commit", copied)
        with suppress(stripe.CardError):
            server.client().v1.subscriptions.create(wish, {"idempotency_key": "once"})
        monkeypatch.undo()
        done = len(state.kind("event"))
    assert copies
    for copy in copies:
        with opened(copy) as state, serving(World(Clock(), state)) as server:
            with suppress(stripe.CardError):
                server.client().v1.subscriptions.create(wish, {"idempotency_key": "once"})
            assert len(state.kind("event")) == done


def _a_price(state: State) -> str:
    found = state.where("price", active=True, currency="usd")
    return next(
        str(each["id"])
        for each in found
        if each["recurring"] and each["recurring"]["usage_type"] == "licensed"
    )


def test_faults_and_limits_go_on_where_they_stopped(file: Path) -> None:
    with opened(file) as state, serving(World(Clock(), state)) as server:
        for wish in (
            '{"kind": "server_error", "method": "DELETE", "times": 3, "probability": 0.5, "seed": 4}',
            '{"kind": "paused_feed", "seconds": 0}',
            '{"kind": "late_event", "seconds": 50, "times": null}',
        ):
            server.request("POST", "/_sandbox/faults", wish)
        server.request("POST", "/_sandbox/settings", '{"rate_limits": "live"}')
        made = server.client().v1.products.create({"name": "Held back"}).id
        before = server.request("GET", "/_sandbox/faults").json
    with opened(file) as state, serving(World(Clock(), state)) as server:
        assert server.request("GET", "/_sandbox/faults").json == before
        assert server.request("GET", "/_sandbox/settings").json["rate_limits"] == "live"
        assert made not in held(server)
        server.request("DELETE", "/_sandbox/faults")
        assert made in held(server)


def held(server: Server) -> list[str]:
    """What the newest events are about."""
    return [
        each["data"]["object"]["id"] for each in server.request("GET", "/v1/events").json["data"]
    ]


def test_a_fault_that_was_used_up_by_reading_does_not_come_back(file: Path) -> None:
    with opened(file) as state, serving(World(Clock(), state)) as server:
        server.request("POST", "/_sandbox/faults", '{"kind": "server_error"}')
        assert server.request("GET", "/v1/customers").status == 500
    with opened(file) as state, serving(World(Clock(), state)) as server:
        assert server.request("GET", "/v1/customers").status == 200


def test_everything_is_there_when_it_is_opened_again(file: Path) -> None:
    with opened(file) as state:
        with state.unit():
            found = next(iter(state.kind("customer").values()))
            found["metadata"]["edited"] = "in place"
            state.delete(state.kind("tax_rate").popitem()[1])
        before = written(state)
    with opened(file) as state:
        assert written(state) == before


def test_a_world_in_a_file_is_the_one_without_a_file(file: Path) -> None:
    def people(state: State) -> list[tuple[str, str]]:
        return [(each["id"], each["email"]) for each in state.kind("customer").values()]

    with opened(file) as kept, opened(None) as plain:
        assert people(kept) == people(plain)


def test_chance_goes_on_where_it_stopped(file: Path) -> None:
    with opened(file) as state, opened(None) as unbroken:
        with state.unit():
            assert state.new_id("cus") == unbroken.new_id("cus")
        expected = unbroken.new_id("cus")
    with opened(file) as state:
        assert state.new_id("cus") == expected


def test_a_clock_that_was_moved_and_a_setting_that_was_changed_stay(file: Path) -> None:
    with opened(file) as state, serving(World(Clock(), state)) as server:
        server.request("POST", "/_sandbox/clock", f'{{"advance": {40 * DAY}}}')
        server.request("POST", "/_sandbox/settings", '{"search_lag": 7}')
    with opened(file) as state:
        assert 0 <= state.now() - time.time() - 40 * DAY + 2 < 60
        assert state.settings.search_lag == 7


def test_a_test_clock_goes_on(file: Path) -> None:
    with opened(file) as state, serving(World(Clock(), state)) as server:
        clocks = server.client().v1.test_helpers.test_clocks
        made = clocks.create({"frozen_time": START})
    with opened(file) as state, serving(World(Clock(), state)) as server:
        clocks = server.client().v1.test_helpers.test_clocks
        clocks.advance(made.id, {"frozen_time": START + DAY})
        assert clocks.retrieve(made.id).frozen_time == START + DAY


def test_a_list_goes_on_behind_what_was_deleted_before(file: Path) -> None:
    with opened(file) as state, serving(World(Clock(), state)) as server:
        ids = [each.id for each in server.client().v1.customers.list({"limit": 100}).data]
        server.client().v1.customers.delete(ids[5])
    with opened(file) as state, serving(World(Clock(), state)) as server:
        found = server.client().v1.customers.list({"starting_after": ids[5], "limit": 3}).data
        assert [each.id for each in found] == ids[6:9]


def refusal(path: Path, **how: bool) -> str:
    with pytest.raises(ShelfError) as caught, opened(path, **how):
        pass
    return str(caught.value)


def test_two_sandboxes_do_not_share_a_file(file: Path) -> None:
    with opened(file):
        assert "in use by another sandbox" in refusal(file)


def test_a_sandbox_keeps_its_mode(file: Path) -> None:
    with opened(file):
        pass
    assert "holds a sandbox in test mode. Start it without --live." in refusal(file, livemode=True)


def test_other_files_are_left_alone(file: Path) -> None:
    file.write_text("A diary, " * 100)
    assert "is not a sandbox's state" in refusal(file)
    assert file.read_text().startswith("A diary")
    file.unlink()
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE diary (day)")
    before = file.read_bytes()
    assert "not a sandbox's" in refusal(file)
    assert file.read_bytes() == before


def test_a_world_that_was_not_finished_is_made_anew(file: Path) -> None:
    unfinished = file.with_name(f"{file.name}.new")
    unfinished.write_text("half a world")
    with opened(file) as state:
        assert len(state.kind("customer")) == 40
    assert [each.name for each in file.parent.iterdir()] == [file.name]


def test_a_place_that_cannot_be_written_is_said_so_in_one_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "portal_desk.sandbox", "--customers", "1", "--port", "0"]
    command += ["--state", str(tmp_path / "nowhere" / "sandbox.db")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "can't be used as a sandbox's state" in done.stderr
    assert len(done.stderr.splitlines()) == 1
