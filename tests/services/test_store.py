"""What the cache answers, and what a write changes."""

from __future__ import annotations

import random
import stat
import sys
import threading
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import StatementError

from portal_desk.models import schema
from portal_desk.models.changes import ChangeSet
from portal_desk.models.schema import newest_first
from portal_desk.models.search import CustomerRow, SearchQuery
from portal_desk.services.search import Search
from portal_desk.services.store import Store
from portal_desk.services.store_writing import Batch

from ..files import FILE_KEY
from .world import NOW, World

WORLD = World()
KEY = newest_first(WORLD.customer["created"])


def test_a_bug_in_a_write_tells_the_log_nothing_of_the_customer(store: Store) -> None:
    odd = WORLD.customer | {"phone": {"never": "heard of"}}
    with pytest.raises(StatementError) as raised:
        store.apply([odd], as_of=NOW)
    assert "Lindgren" not in str(raised.value)
    assert "heard of" not in str(raised.value)


def test_the_events_of_a_busy_month_can_be_looked_up_at_once(store: Store) -> None:
    many = [f"evt_{number}" for number in range(260_000)]  # more than one query can name
    assert store.known_events(many) == set()


def test_an_empty_cache_knows_nothing(store: Store) -> None:
    assert store.snapshot("cus_1") is None
    assert store.customer_pk("cus_1") is None
    assert store.object("customer", "cus_1") is None
    assert store.account() == {}
    assert store.configurations() == []
    assert store.currencies() == []
    assert not store.freshness().complete


def test_a_price_is_shown_in_the_subscriptions_currency(store: Store) -> None:
    options = {"usd": {"unit_amount": 2500, "unit_amount_decimal": "2500"}}
    price = WORLD.price | {"currency_options": options}
    store.apply([*WORLD.all(), price, WORLD.subscription | {"currency": "usd"}], as_of=NOW)
    found = store.snapshot("cus_1")
    assert found is not None
    shown = found.subscriptions[0]["items"]["data"][0]["price"]
    assert (shown["currency"], shown["unit_amount"]) == ("usd", 2500)


def test_a_customer_comes_with_everything_around_it(store: Store) -> None:
    store.apply(WORLD.all(), as_of=NOW)
    found = store.snapshot("cus_1")
    assert found is not None
    assert found.customer["name"] == "Änna Lindgren"
    assert found.default_payment_method() == WORLD.payment_method
    assert found.subscriptions[0]["discounts"] == [WORLD.discount]
    assert found.payment_method_of(found.subscriptions[0]) == WORLD.payment_method
    assert found.tax_ids == (WORLD.tax_id,)
    assert found.invoices == (WORLD.invoice,)
    assert found.products == {"prod_team": WORLD.product}
    assert found.prices == {"price_team": WORLD.price}
    assert found.coupons == {"SPRING": WORLD.coupon}
    assert found.account == WORLD.account
    assert found.as_of == NOW


@pytest.mark.parametrize(
    ("kind", "credential"),
    [
        ("billing_portal.session", "url"),
        ("checkout.session", "url"),
        ("checkout.session", "client_secret"),
        ("payment_intent", "client_secret"),
        ("identity.verification_session", "url"),
        ("financial_connections.session", "client_secret"),
    ],
)
def test_what_lets_its_reader_act_as_the_customer_never_reaches_the_disk(
    store: Store, kind: str, credential: str
) -> None:
    payload = {"id": "x_1", "object": kind, "customer": "cus_1"}
    event = {"id": "evt_1", "object": "event", "type": f"{kind}.created", "created": NOW}
    secret = "https://billing.stripe.com/p/session/test_c2VjcmV0"
    store.apply([event | {"data": {"object": payload | {credential: secret}}}], as_of=NOW)
    (kept,) = store.events("cus_1")
    assert kept["data"]["object"] == payload


def test_objects_are_kept_as_stripe_gives_them_unexpanded(store: Store) -> None:
    store.apply(WORLD.all(), as_of=NOW)
    assert store.object("customer", "cus_1") == WORLD.customer
    expected = WORLD.subscription | {"default_payment_method": "pm_1"}
    assert store.object("subscription", "sub_1") == expected
    assert store.object("payment_method", "pm_1") == WORLD.payment_method


def test_a_card_that_changed_shows_wherever_it_is_the_default(store: Store) -> None:
    store.apply(WORLD.all(), as_of=NOW)
    renewed = WORLD.payment_method | {"card": {**WORLD.payment_method["card"], "exp_year": 2099}}
    store.apply([renewed], as_of=NOW + 1)
    found = store.snapshot("cus_1")
    assert found is not None
    default = found.default_payment_method()
    assert default is not None
    assert default["card"]["exp_year"] == 2099


def test_a_row_of_the_customers_table_says_what_matters_most(store: Store) -> None:
    ended = WORLD.new_subscription("sub_0", status="canceled", created=NOW + 9)
    ending = WORLD.new_subscription("sub_2", status="past_due", cancel_at=NOW + 5)
    store.apply([*WORLD.all(), ended, ending], as_of=NOW)
    pk = store.customer_pk("cus_1")
    assert pk is not None
    assert store.customer_rows([pk + 7, pk]) == [
        CustomerRow(
            pk=pk,
            id="cus_1",
            name="Änna Lindgren",
            email="anna@example.com",
            plan="Team",
            status="past_due",
            ends_at=NOW + 5,
            currency="eur",
            balance=-500,
            delinquent=False,
            open_invoices=1,
            created=NOW,
        )
    ]


def test_rows_come_in_the_order_asked_however_many(store: Store) -> None:
    store.apply([WORLD.new_customer(f"cus_{number}") for number in range(1100)], as_of=NOW)
    pks = [store.customer_pk(f"cus_{number}") or 0 for number in range(1100)]
    random.Random(3).shuffle(pks)  # noqa: S311 - repeatable
    assert [row.pk for row in store.customer_rows(pks)] == pks


def test_a_customer_without_subscription_has_an_empty_status(store: Store) -> None:
    store.apply([WORLD.customer], as_of=NOW)
    (row,) = store.customer_rows([KEY])
    assert (row.plan, row.status, row.ends_at, row.open_invoices) == ("", "", None, 0)


def test_what_was_cancelled_is_no_plan(store: Store) -> None:
    store.apply([WORLD.product, WORLD.customer], as_of=NOW)
    store.apply([WORLD.new_subscription("sub_1", status="canceled")], as_of=NOW)
    (row,) = store.customer_rows([KEY])
    assert (row.plan, row.status) == ("", "canceled")


def test_an_item_that_was_removed_from_a_subscription_is_gone(store: Store) -> None:
    store.apply(WORLD.all(), as_of=NOW)
    empty = WORLD.subscription | {"items": {"object": "list", "data": [], "has_more": False}}
    store.apply([empty], as_of=NOW + 1)
    (row,) = store.customer_rows([KEY])
    assert row.plan == ""


def test_an_older_answer_never_overwrites_a_newer_one(store: Store) -> None:
    store.apply([WORLD.customer | {"name": "New"}], as_of=NOW)
    assert not store.apply([WORLD.customer | {"name": "Old"}], as_of=NOW - 1)
    assert store.customer_rows([KEY])[0].name == "New"


def test_a_deleted_customer_does_not_come_back_with_an_older_page(store: Store) -> None:
    store.apply(WORLD.all(), as_of=NOW)
    assert store.remove("customer", "cus_1", as_of=NOW + 5).customers == {"cus_1"}
    assert not store.apply([WORLD.customer], as_of=NOW + 5)
    assert store.snapshot("cus_1") is None
    assert store.object("payment_method", "pm_1") is None
    assert store.object("invoice", "in_1") is not None


def test_what_stripe_marks_as_deleted_goes(store: Store) -> None:
    store.apply([WORLD.customer], as_of=NOW)
    store.apply([{"id": "cus_1", "object": "customer", "deleted": True}], as_of=NOW + 1)
    assert store.customer_pk("cus_1") is None


def test_the_id_of_a_deleted_coupon_can_be_used_again(store: Store) -> None:
    store.apply([WORLD.coupon], as_of=NOW)
    store.remove("coupon", "SPRING", as_of=NOW + 1)
    store.apply([WORLD.coupon | {"percent_off": 50.0}], as_of=NOW + 2)
    assert [coupon["percent_off"] for coupon in store.coupons()] == [50.0]


def test_a_write_names_exactly_what_changed(store: Store) -> None:
    store.apply(WORLD.all(), as_of=NOW)
    assert store.apply(WORLD.all(), as_of=NOW + 1) == ChangeSet()
    paid = WORLD.invoice | {"status": "paid"}
    changes = store.apply([WORLD.customer, paid], as_of=NOW + 2)
    assert changes == ChangeSet(frozenset({"cus_1"}), frozenset({"invoice"}))


def test_a_subscription_that_moved_matters_to_both_customers(store: Store) -> None:
    store.apply([WORLD.subscription], as_of=NOW)
    changes = store.apply([WORLD.subscription | {"customer": "cus_2"}], as_of=NOW + 1)
    assert changes.customers == {"cus_1", "cus_2"}


def test_a_renamed_product_matters_to_its_subscribers(store: Store) -> None:
    store.apply(WORLD.all(), as_of=NOW)
    changes = store.apply([WORLD.product | {"name": "Squad"}], as_of=NOW + 1)
    assert changes == ChangeSet(frozenset({"cus_1"}), frozenset({"product"}))
    assert store.customer_rows([KEY])[0].plan == "Squad"


def test_objects_the_desk_has_no_use_for_are_left_alone(store: Store) -> None:
    assert not store.apply([{"id": "ch_1", "object": "charge", "created": NOW}], as_of=NOW)


def test_a_preview_of_an_invoice_is_no_invoice(store: Store) -> None:
    assert not store.apply([WORLD.invoice | {"id": None}], as_of=NOW)


def test_writes_are_found_by_search_at_once(store: Store, tmp_path: Path) -> None:
    store.apply(WORLD.all(), as_of=NOW)
    search = Search(tmp_path / "account" / "cache.sqlite3", FILE_KEY)
    for text in ("lindgren", "LIN-0001", "4242", "DE123456789", "team"):
        assert list(search.search(SearchQuery(text)).customers) == [KEY], text
    store.remove("customer", "cus_1", as_of=NOW + 1)
    assert not search.search(SearchQuery("lindgren")).count
    search.close()


def test_a_failed_write_leaves_nothing_behind(store: Store) -> None:
    broken = {"id": "sub_9", "object": "subscription", "customer": "cus_9"}
    with pytest.raises(KeyError):
        store.apply([WORLD.customer, broken], as_of=NOW)
    assert store.customer_pk("cus_1") is None


def test_the_portals_default_configuration_comes_first(store: Store) -> None:
    def configuration(name: str, created: int, **fields: bool) -> dict[str, object]:
        kind = "billing_portal.configuration"
        return {"id": name, "object": kind, "created": created, "active": True, **fields}

    found = [
        configuration("bpc_old", 1),
        configuration("bpc_off", 9, active=False),
        configuration("bpc_new", 3),
        configuration("bpc_default", 2, is_default=True),
    ]
    store.apply(found, as_of=NOW)
    order = [entry["id"] for entry in store.configurations()]
    assert order == ["bpc_default", "bpc_new", "bpc_old", "bpc_off"]


def test_the_prices_a_portal_offers_are_in_every_snapshot(store: Store) -> None:
    other = WORLD.price | {"id": "price_pro", "product": "prod_pro"}
    offer = {"products": [{"product": "prod_pro", "prices": ["price_pro"]}]}
    configuration = {
        "id": "bpc_1",
        "object": "billing_portal.configuration",
        "created": NOW,
        "features": {"subscription_update": offer},
    }
    pro = WORLD.product | {"id": "prod_pro", "name": "Pro"}
    store.apply([*WORLD.all(), other, pro, configuration], as_of=NOW)
    found = store.snapshot("cus_1")
    assert found is not None
    assert found.prices.keys() == {"price_team", "price_pro"}
    assert found.product_name("prod_pro") == "Pro"


def test_currencies_are_those_that_customers_pay_in(store: Store) -> None:
    customers = [
        WORLD.new_customer("cus_1", currency="usd"),
        WORLD.new_customer("cus_2", currency="eur"),
        WORLD.new_customer("cus_3", currency=None),
    ]
    store.apply(customers, as_of=NOW)
    assert store.currencies() == ["eur", "usd"]


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 14)), min_size=2, max_size=6))
@example([(0, 1), (1, 5)])  # goes on to the key of one who was there before
@example([(3, 11), (3, 11), (1, 2)])  # goes on over whole seconds
def test_any_number_of_customers_may_be_created_in_one_second(
    batches: list[tuple[int, int]],
) -> None:
    ids = set()
    with TemporaryDirectory() as folder, closing(Store(Path(folder) / "cache.sqlite3")) as store:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(schema, "_A_SECOND", 4)
            for number, (second, size) in enumerate(batches):
                new = {f"cus_{number}_{each}" for each in range(size)}
                created = {"created": NOW + second}
                store.apply([{**WORLD.customer, "id": one, **created} for one in new], as_of=NOW)
                ids |= new
        keys = {store.customer_pk(one) for one in ids}
    assert None not in keys
    assert len(keys) == len(ids)


def test_a_customers_history_is_newest_first(store: Store) -> None:
    def event(number: int, customer: str) -> dict[str, object]:
        about = {"id": "in_1", "object": "invoice", "customer": customer}
        created = NOW + number
        data = {"object": about}
        return {
            "id": f"evt_{number}",
            "object": "event",
            "created": created,
            "type": "x",
            "data": data,
        }

    store.apply([event(1, "cus_1"), event(2, "cus_2"), event(3, "cus_1")], as_of=NOW)
    assert [entry["id"] for entry in store.events("cus_1")] == ["evt_3", "evt_1"]
    assert [entry["id"] for entry in store.events("cus_1", limit=1)] == ["evt_3"]


def test_threads_may_share_the_cache(store: Store) -> None:
    wrong: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for step in range(5):
                name = f"cus_{number}_{step}"
                store.apply([WORLD.new_customer(name)], as_of=NOW)
                assert store.snapshot(name) is not None
        except BaseException as error:  # noqa: BLE001 - reported by the test's own thread
            wrong.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(store.customer_rows(range(KEY, KEY + 30))) == 30


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_files_are_their_owners_alone(store: Store, tmp_path: Path) -> None:
    store.apply([WORLD.customer], as_of=NOW)
    folder = tmp_path / "account"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert modes["cache.sqlite3-wal"] == 0o600
    assert set(modes.values()) == {0o600}


_ANSWERS = st.lists(
    st.tuples(st.integers(0, 6), st.sampled_from(["name", "gone"])), min_size=1, max_size=8
)


@settings(max_examples=10, deadline=None)
@given(answers=_ANSWERS, data=st.data())
def test_whatever_the_order_of_answers_the_newest_wins(
    tmp_path_factory: pytest.TempPathFactory,
    answers: list[tuple[int, str]],
    data: st.DataObject,
) -> None:
    distinct = list({as_of: (as_of, what) for as_of, what in answers}.values())
    order = data.draw(st.permutations(distinct))
    store = Store(tmp_path_factory.mktemp("cache") / "cache.sqlite3")
    try:
        for as_of, what in order:
            if what == "gone":
                store.remove("customer", "cus_1", as_of=as_of)
            else:
                store.apply([WORLD.customer | {"name": f"as of {as_of}"}], as_of=as_of)
        as_of, what = max(distinct)
        found = store.snapshot("cus_1")
        assert (found and found.customer["name"]) == (None if what == "gone" else f"as of {as_of}")
    finally:
        store.close()


def test_what_is_read_in_bulk_is_found_by_the_next_write_even_after_a_crash(
    store: Store, tmp_path: Path
) -> None:
    path = tmp_path / "account" / "cache.sqlite3"
    search = Search(path, FILE_KEY)
    for number in range(1, 4):
        batch = Batch(bulk=True)
        batch.add(WORLD.new_customer(f"cus_{number}"), NOW)
        store.write(batch)
    found = search.search(SearchQuery()).count
    assert found in range(1, 4)  # the first was due at once, the others within a second
    store.close()
    with closing(Store(path, FILE_KEY)) as again:
        again.write(Batch())
        assert search.search(SearchQuery()).count == 3
    search.close()
