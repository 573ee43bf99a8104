"""Who uses which configuration."""

from __future__ import annotations

from pathlib import Path

from portal_desk.models.json import Json
from portal_desk.services.configurations.uses import Overview, overviews
from portal_desk.services.journal import Journal
from portal_desk.services.store import Store

NOW = 1_800_000_000


def configuration(name: str, **fields: object) -> Json:
    return {
        "id": f"bpc_{name}",
        "object": "billing_portal.configuration",
        "name": name,
        "active": True,
        "is_default": False,
        "created": NOW,
    } | fields


def session(number: int, name: str, customer: str) -> Json:
    about = {"object": "billing_portal.session", "id": f"bps_{number}", "customer": customer}
    return {
        "id": f"evt_{number}",
        "object": "event",
        "type": "billing_portal.session.created",
        "created": NOW + number,
        "data": {"object": about | {"configuration": f"bpc_{name}"}},
    }


def told(
    tmp_path: Path, objects: list[Json], links: list[tuple[str | None, str]]
) -> dict[str, Overview]:
    store = Store(tmp_path / "cache.sqlite3")
    store.apply(objects, as_of=NOW)
    journal = Journal(tmp_path / "journal.sqlite3", clock=lambda: NOW + 100)
    for name, customer in links:
        entry = journal.begin(kind="link", customer=customer, summary="Link", configuration=name)
        journal.finish(entry, "done")
    refused = journal.begin(kind="link", customer="cus_9", summary="Link", configuration="bpc_old")
    journal.finish(refused, "failed")
    found = overviews(store, journal)
    store.close()
    journal.close()
    return {one.configuration["name"]: one for one in found}


def test_links_and_sessions_are_counted_with_whose_they_were(tmp_path: Path) -> None:
    found = told(
        tmp_path,
        [
            configuration("main", is_default=True),
            configuration("vip"),
            configuration("old"),
            configuration("door", login_page={"enabled": True}),
            session(1, "vip", "cus_1"),
            session(2, "vip", "cus_2"),
            session(3, "vip", "cus_2"),
        ],
        [(None, "cus_3"), ("bpc_main", "cus_3"), ("bpc_vip", "cus_1")],
    )
    main, vip = found["main"].uses, found["vip"].uses
    assert (main.links, main.sessions, main.customers) == (2, 0, ("cus_3",))
    assert (vip.links, vip.sessions, vip.customers) == (1, 3, ("cus_1", "cus_2"))
    assert vip.last == NOW + 100
    assert [name for name, one in found.items() if one.is_unused] == ["old"]


def test_a_link_without_a_configuration_is_the_defaults(tmp_path: Path) -> None:
    found = told(tmp_path, [configuration("main", is_default=True)], [(None, "cus_1")])
    assert found["main"].uses.links == 1


def test_sessions_are_found_by_their_index(tmp_path: Path) -> None:
    store = Store(tmp_path / "cache.sqlite3")
    with store._read() as connection:
        plan = connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT max(created) FROM event WHERE type = 'billing_portal.session.created'"
        ).all()
    store.close()
    assert "event_of_session" in str(plan)
