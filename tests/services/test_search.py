"""What the agent finds by typing."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal_desk.errors import CacheDamaged
from portal_desk.models.json import Json
from portal_desk.models.search import SearchFilters, SearchQuery, SortKey
from portal_desk.services.search import Search
from portal_desk.services.store import Store

NOW = 1_790_000_000


class Desk:
    """A cache to fill and to search; customers are told by short names such as `anna` for `cus_anna`."""

    def __init__(self, path: Path) -> None:
        self.store = Store(path)
        self.searching = Search(path)
        self._age = 0
        self._as_of = NOW

    def add(self, *objects: Json) -> None:
        self._as_of += 1
        self.store.apply(objects, as_of=self._as_of)

    def remove(self, kind: str, object_id: str) -> None:
        self._as_of += 1
        self.store.remove(kind, object_id, as_of=self._as_of)

    def customer(self, short: str, name: str = "", **fields: Any) -> None:
        """Each customer is older than the one before."""
        self._age += 1
        fields = {"created": NOW - self._age, "email": "", "balance": 0, **fields}
        self.add({"object": "customer", "id": f"cus_{short}", "name": name, **fields})

    def subscription(
        self, short: str, *, plan: str = "Team", status: str = "active", tail: str = ""
    ) -> None:
        product = f"prod_{plan.replace(' ', '')}"
        price = {"object": "price", "id": f"price_{plan}", "product": product, "currency": "eur"}
        item = {"object": "subscription_item", "id": f"si_{short}{tail}", "price": price}
        self.add(
            {"object": "product", "id": product, "name": plan, "created": NOW},
            {**price, "created": NOW},
            {
                "object": "subscription",
                "id": f"sub_{short}{tail}",
                "customer": f"cus_{short}",
                "status": status,
                "created": NOW,
                "items": {"object": "list", "data": [{**item, "current_period_end": NOW}]},
            },
        )

    def invoice(self, short: str, number: str, status: str = "paid") -> None:
        named = {"id": f"in_{number}", "number": number, "status": status, "created": NOW}
        self.add({"object": "invoice", "customer": f"cus_{short}", **named})

    def card(self, short: str, last4: str, brand: str = "visa") -> None:
        card = {"last4": last4, "brand": brand}
        named = {"id": f"pm_{short}{last4}", "type": "card", "card": card}
        self.add({"object": "payment_method", "customer": f"cus_{short}", "created": NOW, **named})

    def find(self, text: str = "", **asked: Any) -> list[str]:
        """Everyone who is found, in order; the first ones and the number are told alike."""
        result = self.searching.search(SearchQuery(text, **asked), most=None)
        first = self.searching.search(SearchQuery(text, **asked), most=7)
        rows = self.store.customer_rows(result.customers)
        assert len(rows) == len(result.customers) == result.count
        assert first.count in {None, result.count}
        assert self.searching.count(SearchQuery(text, **asked)) == result.count
        assert first.customers == result.customers[:7]
        return [row.id.removeprefix("cus_") for row in rows]

    def close(self) -> None:
        self.searching.close()
        self.store.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "cache.sqlite3")
    yield made
    made.close()


@pytest.mark.parametrize(
    "typed",
    [
        "Müller",
        "muller",
        "MÜL",
        "ü",
        "lle",
        "anna muller",
        "müller an",
        "a.mueller",
        "@beispiel.de",
        "beispiel",
    ],
)
def test_a_customer_is_found_by_any_part_of_name_and_email(desk: Desk, typed: str) -> None:
    desk.customer("anna", "Anna Müller", email="a.mueller@beispiel.de")
    desk.customer("zoe", "Zoë Frost", email="zf@example.com")
    assert desk.find(typed) == ["anna"]


@pytest.mark.parametrize("typed", ["山", "太郎", "山田太郎", "田太"])
def test_a_name_of_two_characters_is_found_by_each(desk: Desk, typed: str) -> None:
    desk.customer("yamada", "山田太郎")
    desk.customer("sato", "佐藤花子")
    assert desk.find(typed) == ["yamada"]


@pytest.mark.parametrize("typed", ["山田太郎", "山田　太郎", "田太", "김민수", "김 민수"])
def test_an_east_asian_name_is_found_with_and_without_the_space(desk: Desk, typed: str) -> None:
    desk.customer("yamada", "山田 太郎 (김 민수)")
    desk.customer("sato", "佐藤 花子")
    assert desk.find(typed) == ["yamada"]


@pytest.mark.parametrize("typed", ["crm-77", "crm77", "5550142", "de123456789", "DE 123"])
def test_a_number_is_found_without_what_stands_between_its_parts(desk: Desk, typed: str) -> None:
    noted = {"crm": "CRM-77", "call": "555-0142", "vat": "DE 123 456 789"}
    desk.customer("anna", "Anna", metadata=noted)
    desk.customer("ben", "Ben", metadata={"crm": "CRM-78"})
    assert desk.find(typed) == ["anna"]


@pytest.mark.parametrize("typed", ["visa 5556", "5556 visa", "vis", "VISA"])
def test_a_customer_is_found_by_the_brand_of_a_card(desk: Desk, typed: str) -> None:
    desk.customer("anna", "Anna")
    desk.card("anna", "5556")
    desk.customer("ben", "Ben")
    desk.card("ben", "5556", brand="amex")
    assert desk.find(typed) == ["anna"]
    assert desk.find("american express") == ["ben"]


@pytest.mark.parametrize(
    "typed",
    ["+49 30 123456", "(030) 123-456", "030123456", "0049 30 123456", "123456", "30/123", "+49"],
)
def test_a_telephone_number_is_found_whatever_the_punctuation(desk: Desk, typed: str) -> None:
    desk.customer("anna", "Anna", phone="+49 (0)30 12-34-56")
    desk.customer("ben", "Ben", phone="+1 555 0100")
    assert desk.find(typed) == ["anna"]


@pytest.mark.parametrize(
    "typed",
    [
        "cus_Anna1", "cus_Ann", "Anna1", "sub_Anna1x", "sub_An", "si_Anna1x", "in_AB12-0007",
        "AB12-0007", "ab12-0007", "ab12-00", "ab120007", "AB1200", "pm_Anna14242", "4242", "price_Team", "prod_Team",
    ],
)  # fmt: skip
def test_a_customer_is_found_by_the_ids_and_numbers_of_what_it_has(desk: Desk, typed: str) -> None:
    desk.customer("Anna1", "A. Someone")
    desk.subscription("Anna1", tail="x")
    desk.invoice("Anna1", "AB12-0007")
    desk.card("Anna1", "4242")
    desk.customer("Benn2", "B. Other")
    desk.subscription("Benn2", plan="Solo")
    desk.invoice("Benn2", "CD34-0001")
    desk.card("Benn2", "4343")
    assert desk.find(typed) == ["Anna1"]


@pytest.mark.parametrize(
    "typed", ["CRM-77", "crm", "berlin", "Berlin office", "past_due", "past", "team", "gold team"]
)
def test_a_customer_is_found_by_metadata_status_and_product(desk: Desk, typed: str) -> None:
    desk.customer("anna", "Anna", metadata={"crm": "CRM-77", "where": "Berlin office"})
    desk.subscription("anna", plan="Team Gold", status="past_due")
    desk.customer("ben", "Ben", metadata={"where": "Paris"})
    desk.subscription("ben", plan="Solo", status="active")
    assert desk.find(typed) == ["anna"]


def test_all_words_must_fit_in_whatever_field(desk: Desk) -> None:
    for short, plan in (("anna", "Team"), ("ben", "Team"), ("carl", "Solo")):
        desk.customer(short, f"{short} Schmidt", email=f"{short}@example.com")
        desk.subscription(short, plan=plan)
    assert desk.find("schmidt team") == ["anna", "ben"]
    assert desk.find("team ben@") == ["ben"]
    assert desk.find("cus_carl schmidt") == ["carl"]
    assert desk.find("cus_carl team") == []


def test_the_best_match_comes_first_and_the_newest_among_equals(desk: Desk) -> None:
    desk.customer("inside", "Rosanna Weiss")
    desk.customer("plan", "Someone")
    desk.subscription("plan", plan="Anna Edition")
    desk.customer("word", "Maria Anna Kohl")
    desk.customer("newer", "Annabel Ott")
    desk.customer("older", "Anna Berg")
    desk.customer("exact", "Zoe", email="anna@example.com", metadata={"alias": "anna"})
    assert desk.find("anna") == ["exact", "newer", "older", "word", "inside", "plan"]


@pytest.mark.parametrize("typed", ["anna@example.com", "cus_zz", "AB-1", "+49 30 1111"])
def test_an_exact_address_id_or_number_beats_everything_else(desk: Desk, typed: str) -> None:
    lookalike = {
        "email": "joanna@example.com.au",
        "phone": "+49 30 11119",
        "metadata": {"n": "xAB-12"},
    }
    desk.customer("zzz", "newer", **lookalike)
    desk.customer("zz", "Anna", email="anna@example.com", phone="+49 30 1111")
    desk.invoice("zz", "AB-1")
    assert desk.find(typed)[0] == "zz"


def test_many_matches_are_ranked_like_few(desk: Desk) -> None:
    names = ["Joanna {}", "Maria Anna {}", "Anna {}"]
    people = [
        {
            "object": "customer",
            "id": f"cus_{n:05}",
            "created": NOW - n,
            "name": names[n % 3].format(n),
        }
        for n in range(1_500)
    ]
    desk.add(*people)
    begins = [n for n in range(1_500) if n % 3 == 2]
    word = [n for n in range(1_500) if n % 3 == 1]
    inside = [n for n in range(1_500) if n % 3 == 0]
    assert desk.find("anna") == [f"{n:05}" for n in begins + word + inside]
    assert len(desk.find("anna 7")) == sum("7" in str(n) for n in range(1_500))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("shmidt", "schmidt"),
        ("Schmidtt", "schmidt"),
        ("carl shcmidt", "carl schmidt"),
        ("carl@exmaple.com", "carl@example.com"),
        ("taem", "team"),
        ("carl", "carl"),
        ("xyzzy", ""),
        ("anna schmidt", ""),
        ("crl", ""),
    ],
)
def test_a_misspelt_word_leads_to_the_one_that_was_meant(
    desk: Desk, typed: str, meant: str
) -> None:
    desk.customer("anna", "Anna Ott")
    desk.customer("carl", "Carl Schmidt", email="carl@example.com")
    desk.subscription("carl", plan="Team")
    assert desk.searching.suggest(SearchQuery(typed)) == meant


def test_nothing_typed_shows_everyone_newest_first(desk: Desk) -> None:
    for short in ("anna", "ben", "carl"):
        desk.customer(short)
    assert desk.find() == desk.find("  ") == desk.find('"') == ["anna", "ben", "carl"]


FILTERED: list[tuple[SearchFilters, str, list[str]]] = [
    (SearchFilters(statuses=frozenset({"active"})), "", ["anna", "ben"]),
    (SearchFilters(statuses=frozenset({"active", "canceled"})), "", ["anna", "ben", "carl"]),
    (SearchFilters(statuses=frozenset({"active"})), "ben", ["ben"]),
    (SearchFilters(products=frozenset({"prod_Solo"})), "", ["ben", "carl"]),
    (SearchFilters(products=frozenset({"prod_Solo"}), statuses=frozenset({"active"})), "", ["ben"]),
    (SearchFilters(currencies=frozenset({"eur", "jpy"})), "", ["anna", "carl"]),
    (SearchFilters(delinquent=True), "", ["ben"]),
    (SearchFilters(open_invoice=True), "", ["carl"]),
    (SearchFilters(open_invoice=True), "anna", []),
    (SearchFilters(statuses=frozenset({"active"})), "cus_carl", []),
    (SearchFilters(statuses=frozenset({'x" OR "'})), "", []),
]


@pytest.mark.parametrize(("filters", "text", "expected"), FILTERED)
def test_chips_narrow_the_search(
    desk: Desk, filters: SearchFilters, text: str, expected: list[str]
) -> None:
    desk.customer("anna", "Anna", currency="eur")
    desk.subscription("anna", plan="Team")
    desk.invoice("anna", "A-1")
    desk.customer("ben", "Ben", currency="usd", delinquent=True)
    desk.subscription("ben", plan="Solo")
    desk.customer("carl", "Carl", currency="jpy")
    desk.subscription("carl", plan="Solo", status="canceled")
    desk.invoice("carl", "C-1", status="open")
    assert desk.find(text, filters=filters) == expected


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("created", ["nameless", "carl", "anna", "ben"]),
        ("name", ["anna", "ben", "carl", "nameless"]),
        ("balance", ["anna", "ben", "carl", "nameless"]),
    ],
)
def test_the_list_can_be_sorted_both_ways(desk: Desk, sort: str, expected: list[str]) -> None:
    desk.customer("ben", "Ben", balance=-1, metadata={"in": "list"})
    desk.customer("anna", "Ånna", balance=-5, metadata={"in": "list"})
    desk.customer("carl", "carl", balance=2, metadata={"in": "list"})
    desk.customer("nameless", balance=7, metadata={"in": "list"})
    for text in ("", "list"):
        assert desk.find(text, sort=sort) == expected
        assert desk.find(text, sort=sort, descending=True) == expected[::-1]


def test_a_change_is_found_at_once_and_the_old_text_no_longer(desk: Desk) -> None:
    desk.customer("anna", "Anna Alt", created=NOW)
    desk.card("anna", "4242")
    assert desk.find("alt") == desk.find("4242") == ["anna"]
    desk.customer("anna", "Anna Neu", created=NOW)
    desk.remove("payment_method", "pm_anna4242")
    assert desk.find("alt") == desk.find("4242") == []
    assert desk.find("neu") == desk.find() == ["anna"]
    desk.remove("customer", "cus_anna")
    assert desk.find("neu") == desk.find() == desk.find("cus_anna") == []


def test_a_deleted_customers_place_in_the_cache_can_be_taken(desk: Desk) -> None:
    desk.customer("anna", "Anna")
    desk.remove("customer", "cus_anna")
    desk.customer("ben", "Ben")
    assert desk.find("anna") == []
    assert desk.find("ben") == desk.find() == ["ben"]


def test_a_renamed_product_is_found_by_its_new_name(desk: Desk) -> None:
    desk.customer("anna", "Someone")
    desk.subscription("anna", plan="Team")
    desk.add({"object": "product", "id": "prod_Team", "name": "Crew", "created": NOW})
    assert desk.find("crew") == ["anna"]
    assert desk.find("team") == []


def test_a_cache_that_is_made_anew_is_searched_anew(desk: Desk, tmp_path: Path) -> None:
    desk.customer("anna", "Anna")
    assert desk.find("anna") == ["anna"]
    Store.discard(tmp_path / "cache.sqlite3")
    assert not desk.searching.search(SearchQuery("anna")).customers
    desk.customer("ben", "Ben")
    assert desk.find() == ["ben"]


def test_a_damaged_cache_is_a_known_problem(tmp_path: Path) -> None:
    damaged = tmp_path / "cache.sqlite3"
    damaged.write_bytes(b"no database" * 1_000)
    search = Search(damaged)
    with pytest.raises(CacheDamaged):
        search.search(SearchQuery("anna"))
    search.close()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at /proc")
def test_a_damaged_cache_is_let_go_of(tmp_path: Path) -> None:
    damaged = tmp_path / "cache.sqlite3"
    damaged.write_bytes(b"no database" * 1_000)
    with pytest.raises(CacheDamaged) as raised:
        Search(damaged).search(SearchQuery("anna"))
    assert raised.tb  # its frames keep what they opened
    assert damaged not in [fd.resolve() for fd in Path("/proc/self/fd").iterdir()]


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = Desk(tmp_path_factory.mktemp("searched") / "cache.sqlite3")
    for n, (name, email) in enumerate(PEOPLE):
        made.customer(f"p{n}", name, email=email, phone=f"+49 30 {n:04}")
        made.subscription(f"p{n}", status=("active", "past_due")[n % 2])
        made.card(f"p{n}", f"{4240 + n}")
    yield made
    made.close()


PEOPLE = [
    ("Anna Müller", "anna@example.com"), ("山田太郎", "taro@example.jp"), ("O'Neill & Co.", "o.neill@x.ie"),
    ("50% off_Shop", "a%b_c@shop.example"), ("김민수", "minsu@example.kr"), ("Ёлкин Пётр", "petr@пример.рф"),
    ("", "nobody@example.com"), ("AND OR NOT NEAR", "near@example.com"), ("[x] {y} ^z*", "x+y@example.com"),
]  # fmt: skip

TYPED = st.one_of(
    st.text(max_size=40),
    st.text(
        st.sampled_from("\"'*^():-+%_\\{}[]&|!~`,.;\x00\n\t AND OR NOT NEAR\ue000\ue001\ud800"),
        max_size=40,
    ),
    st.sampled_from(
        ["NEAR(a b)", "a* OR b", "tokens:x", '"', '""', "-", "cus_", "in_", "x" * 10_000]
    ),
)


@given(TYPED)
@settings(deadline=None)
def test_whatever_is_typed_gives_an_answer(searched: Desk, text: str) -> None:
    found = searched.find(text)
    assert len(set(found)) == len(found)
    assert set(found) <= set(searched.find())


@given(st.data())
@settings(deadline=None)
def test_every_piece_of_a_name_or_address_finds_it(searched: Desk, data: st.DataObject) -> None:
    number, (name, email) = data.draw(st.sampled_from(list(enumerate(PEOPLE))))
    text = data.draw(st.sampled_from([field for field in (name, email) if field]))
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    assert f"p{number}" in searched.find(text[start:end])


@given(st.data())
@settings(deadline=None)
def test_a_longer_text_never_finds_more(searched: Desk, data: st.DataObject) -> None:
    name, email = data.draw(st.sampled_from(PEOPLE))
    text = name if name.isascii() and name else email
    cut = data.draw(st.integers(1, len(text)))
    assert set(searched.find(text)) <= set(searched.find(text[:cut]))


@dataclass(frozen=True)
class Person:
    id: str
    name: str
    created: int
    balance: int


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, list[Person]]]:
    """So many customers with names so alike that a letter fits most of them and a word some."""
    chance = random.Random(7)  # noqa: S311 - repeatable
    people = [
        Person(
            id=f"p{number}",
            name=" ".join("".join(chance.choices("aabc", k=chance.randint(1, 5))) for _ in "12"),
            created=NOW - chance.randint(0, 400),
            balance=chance.randint(-2, 2),
        )
        for number in range(1_500)
    ]
    made = Desk(tmp_path_factory.mktemp("crowd") / "cache.sqlite3")
    for some in (people[:700], people[700:]):
        made.add(*({"object": "customer", **asdict(one), "id": f"cus_{one.id}"} for one in some))
    yield made, people
    made.close()


@given(
    st.lists(st.text("abc", min_size=1, max_size=4), max_size=3),
    st.sampled_from(["relevance", "created", "name", "balance"]),
    st.booleans(),
)
@settings(deadline=None)
def test_the_index_finds_what_a_look_at_everyone_finds(
    crowd: tuple[Desk, list[Person]], words: list[str], sort: SortKey, descending: bool
) -> None:
    desk, people = crowd
    fitting = {one.id: one for one in people if all(word in one.name for word in words)}
    found = [
        fitting.get(short) for short in desk.find(" ".join(words), sort=sort, descending=descending)
    ]
    assert len(found) == len(fitting) == len(set(found))
    keys = [_place(one, words, sort) for one in found if one]
    assert keys == sorted(keys, reverse=descending and sort != "relevance")


def _place(one: Person, words: list[str], sort: SortKey) -> tuple[object, ...]:
    """What a person is sorted by; customers of the same second may come in any order."""
    if sort == "created":
        return (one.created,)
    if sort != "relevance":
        return (one.name if sort == "name" else one.balance, -one.created)
    begins = all(any(part.startswith(word) for part in one.name.split()) for word in words)
    first = begins and any(one.name.startswith(word) for word in words)
    return (not first and bool(words), not begins, -one.created)
