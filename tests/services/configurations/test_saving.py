"""Configurations are made and changed at Stripe exactly once, and nobody's change is lost."""

from __future__ import annotations

import pytest

from portal_desk.errors import DiskFull, OutcomeUnknown, Stale, StripeError
from portal_desk.services.actions import Actions
from portal_desk.services.configurations.drafts import blank, duplicate
from portal_desk.services.configurations.fields import PRODUCTS, value_at, with_value
from portal_desk.services.configurations.saving import ChangedMeanwhile

from .world import KIND, PATH, Account


async def test_a_change_is_sent_written_down_and_in_the_cache(account: Account) -> None:
    base = await account.read()
    saved = await account.configurations.update(base, with_value(base, "name", "Everyone"))
    [entry] = account.journal.recent()
    [(_, path, key)] = account.line.changes
    assert path == f"{PATH}/bpc_standard"
    assert key == entry.idempotency_key
    assert (entry.kind, entry.state, entry.configuration) == (
        "configuration",
        "done",
        "bpc_standard",
    )
    assert saved.changes.kinds == {"portal_configuration"}
    cached = account.store.object("portal_configuration", "bpc_standard")
    assert cached is not None
    assert cached["name"] == "Everyone"
    assert value_at(cached, PRODUCTS)


async def test_a_change_can_be_undone_by_changing_it_back(account: Account) -> None:
    base = await account.read()
    saved = await account.configurations.update(base, with_value(base, "metadata", {"new": "1"}))
    back = await account.configurations.update(saved.configuration, base)
    assert back.configuration["metadata"] == {"team": "billing"}


async def test_a_duplicate_becomes_a_configuration_of_its_own(account: Account) -> None:
    base = await account.read()
    saved = await account.configurations.create(duplicate(base, "Copy of Standard"))
    assert saved.configuration["id"] != base["id"]
    assert saved.configuration["name"] == "Copy of Standard"
    assert value_at(saved.configuration, PRODUCTS) == value_at(base, PRODUCTS)
    assert [one.configuration["name"] for one in account.configurations.overviews()] == [
        "Copy of Standard"
    ]


async def test_a_disk_that_is_full_afterwards_does_not_undo_the_good_news(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise DiskFull("cache.sqlite3 can't be written.")

    monkeypatch.setattr(account.store, "apply", full)
    saved = await account.configurations.create(with_value(blank(), "name", "Little"))
    assert saved.configuration["name"] == "Little"
    assert not saved.changes
    assert [one.state for one in account.journal.recent()] == ["done"]


async def test_an_empty_form_can_be_saved(account: Account) -> None:
    saved = await account.configurations.create(with_value(blank(), "name", "Little"))
    assert saved.configuration["features"]["invoice_history"]["enabled"] is True


async def test_a_login_page_gets_its_link_from_stripe(account: Account) -> None:
    base = await account.read()
    saved = await account.configurations.update(base, with_value(base, "login_page.enabled", True))
    assert saved.configuration["login_page"]["url"].startswith("http")


async def test_what_someone_else_changed_meanwhile_is_not_written_over(account: Account) -> None:
    base = await account.read()
    account.state.update(account.state.get(KIND, "bpc_standard"), {"name": "Theirs"}, "x")
    with pytest.raises(ChangedMeanwhile) as raised:
        await account.configurations.update(base, with_value(base, "name", "Mine"))
    assert raised.value.theirs["name"] == "Theirs"
    assert account.line.changes == []
    assert account.journal.recent() == []


async def test_a_configuration_that_is_gone_is_told(account: Account) -> None:
    base = (await account.read()) | {"id": "bpc_gone"}
    with pytest.raises(Stale, match="no longer at Stripe"):
        await account.configurations.update(base, with_value(base, "name", "Mine"))


async def test_a_refusal_names_its_field_and_is_written_down(account: Account) -> None:
    base = await account.read()
    draft = with_value(base, "features.payment_method_update.enabled", False)
    with pytest.raises(StripeError, match="while payment method update is disabled") as raised:
        await account.configurations.update(base, draft)
    assert raised.value.param == "features[payment_method_update][enabled]"
    assert account.journal.recent()[0].state == "failed"


async def test_the_default_one_can_not_be_switched_off(account: Account) -> None:
    with pytest.raises(StripeError, match="default"):
        await account.configurations.set_active(await account.read(), active=False)


async def test_another_one_is_switched_off_and_on(account: Account) -> None:
    made = (await account.configurations.create(blank())).configuration
    off = await account.configurations.set_active(made, active=False)
    assert off.configuration["active"] is False
    on = await account.configurations.set_active(off.configuration, active=True)
    assert on.configuration["active"] is True


async def test_a_lost_answer_to_a_change_that_was_made_is_found_by_reading(
    account: Account,
) -> None:
    base = await account.read()
    account.line.lose = ["after"]
    draft = with_value(base, "default_return_url", "https://example.com/elsewhere")
    saved = await account.configurations.update(base, draft)
    assert saved.entry.state == "done"
    assert len(account.line.changes) == 1


async def test_a_lost_answer_to_a_new_one_is_found_in_the_list(account: Account) -> None:
    account.line.lose = ["after"]
    saved = await account.configurations.create(with_value(blank(), "name", "Little"))
    assert saved.configuration["name"] == "Little"
    assert saved.entry.state == "done"


async def test_a_lost_request_stays_unknown_until_it_can_be_told(account: Account) -> None:
    base = await account.read()
    account.line.lose = ["before"]
    with pytest.raises(OutcomeUnknown):
        await account.configurations.update(base, with_value(base, "name", "Lost"))
    assert account.journal.recent()[0].state == "unknown"
    actions = Actions(account.gateway, account.store, account.journal)
    assert await actions.reconcile() == []
    account.state.update(account.state.get(KIND, "bpc_standard"), {"name": "Lost"}, "x")
    [settled] = await actions.reconcile()
    assert settled.state == "done"


async def test_the_permission_that_was_lacking_is_told_next_time(account: Account) -> None:
    entry = account.journal.begin(kind="configuration", customer="", summary="Edit")
    account.journal.finish(entry, "failed", error="needs rak_customer_portal_write")
    assert "rak_customer_portal_write" in account.configurations.refused()
