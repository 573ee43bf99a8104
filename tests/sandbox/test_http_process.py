"""The sandbox as a process of its own."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from email.utils import parsedate_to_datetime

import pytest

from portal_desk.sandbox.keys import FULL_KEY
from tests.conftest import Sandbox


def read(sandbox: Sandbox, path: str) -> dict[str, object]:
    """An answer of the API."""
    request = urllib.request.Request(sandbox.url + path)  # noqa: S310 - always the sandbox
    request.add_header("Authorization", f"Bearer {sandbox.key}")
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        found: dict[str, object] = json.load(answer)
        return found


def test_the_same_seed_makes_the_same_world(start_sandbox: Callable[..., Sandbox]) -> None:
    one, same, other = (start_sandbox(customers=15, seed=seed) for seed in (5, 5, 6))
    path = "/v1/customers?limit=100"

    def people(sandbox: Sandbox) -> object:
        found = read(sandbox, path)["data"]
        assert isinstance(found, list)
        return [(each["id"], each["name"], each["email"]) for each in found]

    assert people(one) == people(same)
    assert people(one) != people(other)


@pytest.mark.parametrize(
    "path",
    ["customers/cus", "invoices/in", "prices/price", "products/prod", "subscriptions/sub"],
)
def test_objects_of_the_other_mode_are_there_to_be_mixed_up(
    shared_sandbox: Sandbox, path: str
) -> None:
    request = urllib.request.Request(  # noqa: S310 - always the sandbox
        f"{shared_sandbox.url}/v1/{path}_OtherModeOnly1"
    )
    request.add_header("Authorization", f"Bearer {shared_sandbox.key}")
    try:
        urllib.request.urlopen(request, timeout=30)  # noqa: S310
    except urllib.error.HTTPError as refused:
        with refused:
            message = json.load(refused)["error"]["message"]
    assert "a similar object exists in live mode" in message


def test_a_port_that_is_taken_is_said_so_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "portal_desk.sandbox", "--customers", "1", "--port", port]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(f"The sandbox can't listen on 127.0.0.1:{port}:")
    assert len(done.stderr.splitlines()) == 1


def test_time_and_limits_are_as_the_command_line_says() -> None:
    command = [sys.executable, "-m", "portal_desk.sandbox", "--customers", "1", "--port", "0"]
    command += ["--speed", "100000", "--rate-limits", "live"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            sandbox = Sandbox(process.stdout.readline().split()[-1], FULL_KEY)
            refused: dict[str, str] = {}
            times = set()
            while not refused:
                try:
                    made = read(sandbox, "/v1/customers?limit=1")
                    times.add(read_time(sandbox))
                except urllib.error.HTTPError as error:
                    with error:
                        refused = dict(error.headers)
        finally:
            process.terminate()
    assert made["object"] == "list"
    assert refused["Stripe-Rate-Limited-Reason"] == "endpoint-rate"
    assert max(times) > min(times)


def read_time(sandbox: Sandbox) -> float:
    """What time the sandbox says it is (seconds UTC)."""
    request = urllib.request.Request(f"{sandbox.url}/v1/account")  # noqa: S310 - always the sandbox
    request.add_header("Authorization", f"Bearer {sandbox.key}")
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        return parsedate_to_datetime(answer.headers["Date"]).timestamp()


def test_a_lag_that_is_no_number_of_seconds_is_refused() -> None:
    command = [sys.executable, "-m", "portal_desk.sandbox", "--search-lag", "soon"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "not a number of seconds: 'soon'" in done.stderr
