"""The sandbox's world: repeatable, like a real business, and consistent with itself."""

from __future__ import annotations

import time
import unicodedata
from collections import Counter

import pytest

from portal_desk.models.json import Json

from .billing_shop import assert_adds_up
from .seed_worlds import DAY, NOW, every, made, world, written

RULES = {f"R{number}" for number in range(1, 27)}
STATUSES = {
    "active", "trialing", "past_due", "unpaid", "canceled", "incomplete", "incomplete_expired",
    "paused",
}  # fmt: skip


def scenario_customers(rule: str) -> list[Json]:
    return [each for each in every("customer") if each["metadata"].get("scenario") == rule]


def subscriptions_of(customer: Json) -> list[Json]:
    return [each for each in every("subscription") if each["customer"] == customer["id"]]


def test_the_same_seed_makes_the_same_world_and_another_makes_another() -> None:
    one, same, other = (written(made(60, n)) for n in (5, 5, 6))
    assert one == same
    assert one != other


@pytest.mark.parametrize("later", [1, 59, 3600, 9 * DAY])
def test_the_same_seed_makes_the_same_customers_at_any_time(later: int) -> None:
    def people(now: int) -> list[tuple[str, str, str]]:
        found = made(120, now=now).kind("customer").values()
        return [(each["id"], each["name"], each["email"]) for each in found]

    assert people(NOW) == people(NOW + later)


def test_each_rule_has_a_customer() -> None:
    there = {each["metadata"].get("scenario") for each in every("customer")}
    assert there >= RULES


def test_the_scenarios_come_first() -> None:
    few = list(made(10).kind("customer").values())
    assert len(few) == 10
    assert all("scenario" in each["metadata"] for each in few)


def test_without_customers_there_is_the_business_alone() -> None:
    empty = made(0)
    assert not empty.kind("customer")
    assert not empty.kind("invoice")
    assert empty.kind("account")
    assert empty.kind("product")
    assert empty.kind("billing_portal.configuration")


def test_scenarios_are_what_they_say() -> None:
    by_rule = {
        rule: [s for c in scenario_customers(rule) for s in subscriptions_of(c)] for rule in RULES
    }
    assert any(len(each["items"]["data"]) > 1 for each in by_rule["R1"])
    assert any(each["items"]["data"][0]["quantity"] is None for each in by_rule["R1"])
    assert all(each["collection_method"] == "send_invoice" for each in by_rule["R2"])
    assert all(each["schedule"] for each in by_rule["R3"] + by_rule["R4"])
    behaviors = {each["items"]["data"][0]["price"]["tax_behavior"] for each in by_rule["R5"]}
    assert behaviors == {"unspecified", "inclusive"}
    assert all(each["status"] == "trialing" for each in by_rule["R8"])
    flags = {s["billing_mode"]["type"]: s["cancel_at_period_end"] for s in by_rule["R12"]}
    assert flags == {"classic": True, "flexible": False}
    assert all(each["cancel_at"] for each in by_rule["R12"])
    assert by_rule["R15"][0]["on_behalf_of"]
    assert len(scenario_customers("R18")) >= 1
    assert scenario_customers("R24")[0]["email"].count("+") == 1
    assert scenario_customers("R26")[0]["invoice_settings"]["default_payment_method"] is None


def test_a_default_method_that_the_portal_does_not_know_is_there() -> None:
    customer = scenario_customers("R17")[0]
    default = customer["invoice_settings"]["default_payment_method"]
    assert world().kind("payment_method")[default]["type"] == "konbini"


def test_every_status_of_subscriptions_and_invoices_is_there() -> None:
    assert {each["status"] for each in every("subscription")} == STATUSES
    invoices = {each["status"] for each in every("invoice")}
    assert invoices == {"draft", "open", "paid", "void", "uncollectible"}
    statuses = {each["verification"]["status"] for each in every("tax_id")}
    assert statuses >= {"verified", "unverified", "pending"}


def test_every_status_is_among_the_scenarios_alone() -> None:
    state = made(len([c for c in every("customer") if "scenario" in c["metadata"]]))
    assert {each["status"] for each in state.kind("subscription").values()} == STATUSES


def test_a_dozen_currencies_with_and_without_decimals() -> None:
    prices = {each["currency"] for each in every("price")}
    assert len(prices) >= 12
    assert {each["currency"] for each in every("subscription")} >= {"usd", "jpy", "kwd", "eur"}


def test_names_are_written_in_many_scripts() -> None:
    letters = "".join(each["name"] for each in every("customer"))
    scripts = Counter(unicodedata.name(char, "?").split()[0] for char in letters if char.isalpha())
    wanted = {"LATIN", "CYRILLIC", "GREEK", "ARABIC", "HEBREW", "CJK", "HANGUL", "HIRAGANA",
              "KATAKANA", "THAI", "DEVANAGARI"}  # fmt: skip
    assert wanted <= scripts.keys()


def test_nobody_real_can_be_written_to() -> None:
    for each in every("customer"):
        domain = each["email"].partition("@")[2]
        assert domain.startswith("example.") or domain.endswith((".example", ".test")), domain
        assert each["email"].isascii()


def test_payment_methods_are_of_many_types_and_some_do_not_pay() -> None:
    methods = every("payment_method")
    assert len({each["type"] for each in methods}) >= 9
    cards = [each["card"] for each in methods if each["type"] == "card"]
    assert any(card["exp_year"] < 2026 for card in cards)
    assert any(card["last4"] == "0341" for card in cards)
    assert any(card["wallet"] for card in cards)


def test_money_adds_up_on_every_invoice() -> None:
    for invoice in every("invoice"):
        assert_adds_up(invoice)


def test_invoices_go_back_two_years() -> None:
    assert min(each["created"] for each in every("invoice")) < NOW - 700 * DAY


def test_balances_are_what_their_transactions_say() -> None:
    moved: Counter[str] = Counter()
    for each in every("customer_balance_transaction"):
        moved[each["customer"]] += each["amount"]
        assert each["ending_balance"] == moved[each["customer"]]
    balances = {each["id"]: each["balance"] for each in every("customer") if each["balance"]}
    assert balances == {customer: total for customer, total in moved.items() if total}
    assert min(balances.values()) < 0 < max(balances.values())


def test_delinquent_customers_are_those_with_unpaid_subscriptions() -> None:
    owing = {s["customer"] for s in every("subscription") if s["status"] in ("past_due", "unpaid")}
    assert owing == {each["id"] for each in every("customer") if each["delinquent"]}


def test_every_id_that_is_named_exists() -> None:
    state = world()
    for each in every("subscription"):
        assert state.get("customer", each["customer"])
        assert not each["latest_invoice"] or state.get("invoice", each["latest_invoice"])
        assert not each["schedule"] or state.get("subscription_schedule", each["schedule"])
        assert all(state.get("discount", discount) for discount in each["discounts"])
    for each in every("invoice"):
        details = (each["parent"] or {}).get("subscription_details") or {}
        assert not details or state.get("subscription", details["subscription"])
        assert all(state.get("discount", discount) for discount in each["discounts"])
    for each in every("customer"):
        default = each["invoice_settings"]["default_payment_method"]
        assert not default or state.kind("payment_method")[default]["customer"] == each["id"]


def test_invoice_numbers_are_unique_and_drafts_have_none() -> None:
    numbers = [each["number"] for each in every("invoice") if each["number"]]
    assert len(numbers) == len(set(numbers))
    assert all(each["number"] is None for each in every("invoice") if each["status"] == "draft")


def test_periods_contain_the_present() -> None:
    for each in every("subscription"):
        if each["status"] in ("active", "trialing", "past_due"):
            for item in each["items"]["data"]:
                assert item["current_period_start"] <= NOW < item["current_period_end"]
        assert each["created"] <= NOW


def test_there_is_one_default_configuration_and_one_that_is_off() -> None:
    found = every("billing_portal.configuration")
    assert [each["name"] for each in found if each["is_default"]] == ["Standard"]
    assert any(not each["active"] for each in found)
    for each in found:
        products = each["features"]["subscription_update"]["products"]
        assert len(products) <= 10
        for product in products:
            terms = [world().kind("price")[p]["recurring"]["interval"] for p in product["prices"]]
            assert len(terms) == len(set(terms))


def test_events_of_the_last_thirty_days_are_told_in_order() -> None:
    events = every("event")
    times = [each["created"] for each in events]
    assert times == sorted(times)
    assert times[0] > NOW - 30 * DAY
    assert times[-1] <= NOW
    assert len({each["id"] for each in events}) == len(events)


@pytest.mark.parametrize(
    ("kind", "event"),
    [
        ("customer", "customer.created"),
        ("subscription", "customer.subscription.created"),
        ("invoice", "invoice.created"),
        ("subscription_schedule", "subscription_schedule.created"),
        ("tax_id", "customer.tax_id.created"),
    ],
)
def test_what_is_young_was_told_and_what_is_old_was_not(kind: str, event: str) -> None:
    told = [e["data"]["object"]["id"] for e in every("event") if e["type"] == event]
    young = [each["id"] for each in every(kind) if each["created"] > NOW - 30 * DAY]
    assert sorted(told) == sorted(young)
    assert young


def test_the_last_event_about_an_invoice_shows_it_as_it_is() -> None:
    last: dict[str, Json] = {}
    for event in every("event"):
        about = event["data"]["object"]
        if about["object"] == "invoice":
            last[about["id"]] = about
    for invoice_id, shown in last.items():
        assert shown == world().kind("invoice")[invoice_id]


def test_two_hundred_customers_are_made_in_a_moment() -> None:
    made(0)
    began = time.process_time()
    made(200)
    assert time.process_time() - began < 1.0
