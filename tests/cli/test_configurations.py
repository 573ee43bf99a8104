"""Portal configurations from the command line."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run

NEEDS_YES, NOT_POSSIBLE = 20, 13


def test_they_are_listed_with_their_state(run: Run, synced: Path) -> None:
    listed = run("configurations", "list")
    assert listed.code == 0
    assert "default, active" in listed.out
    assert "Old portal" not in listed.out
    assert "inactive" in run("configurations", "list", "--inactive", "old portal").out


def test_a_program_gets_who_uses_which(run: Run, synced: Path) -> None:
    found = run("configurations", "list", "seats", "--json").json["configurations"]
    assert [one["configuration"]["name"] for one in found] == ["Seats between 5 and 20"]
    assert found[0]["uses"]["links"] == 0


def test_two_are_compared_by_name_in_stripes_own_words(run: Run, synced: Path) -> None:
    compared = run("configurations", "compare", "Standard", "Trials go on")
    assert "features.subscription_update.trial_update_behavior" in compared.out
    assert "continue_trial" in compared.out
    assert "features.subscription_cancel.mode" not in compared.out
    everything = run("configurations", "compare", "Standard", "Trials go on", "--all")
    assert "features.subscription_cancel.mode" in everything.out
    same = run("configurations", "compare", "Standard", "Standard")
    assert "differ in nothing" in same.err


def test_one_is_switched_off_only_with_a_yes(run: Run, own: Path) -> None:
    shown = run("configurations", "deactivate", "Ten products")
    assert shown.code == NEEDS_YES
    assert "No link can be issued" in shown.out
    assert run("configurations", "deactivate", "Ten products", "--yes").code == 0
    assert "Ten products" not in run("configurations", "list").out
    again = run("configurations", "activate", "Ten products", "--yes", "--json")
    assert again.json["configuration"]["active"] is True
    assert again.json["journal"]["state"] == "done"


def test_the_default_one_stays_on(run: Run, own: Path) -> None:
    refused = run("configurations", "deactivate", "Standard", "--yes")
    assert refused.code == NOT_POSSIBLE
    assert "default" in refused.err
