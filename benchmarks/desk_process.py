"""The processes that `bench_desk` measures. Imports little, since importing is part of what is measured.

python -m benchmarks.desk_process MEASURE HOME
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portal_desk.config import Paths
    from portal_desk.ui.language_wall.panel import LanguageWallPanel
    from portal_desk.ui.language_wall.tiles import Tile
    from portal_desk.ui.panels.customer_pane import CustomerPane
    from tools.driver import Driver, Scenes

Figures = dict[str, list[float]]
"""Milliseconds of each run, by what was measured."""

TYPED = ["an", "müller", "@example.com", "team past_due", "山田", "anna schmi"]
OPENED = 40
WRITTEN = 4_000
"""Customers that a sync writes anew while the window is used."""
HEAVY_SECONDS = 1.5
SORTED = 6
SUBSCRIPTIONS = 30
CROWDED = "cus_crowded"
"""A customer with so many subscriptions; `crowded` makes it."""
STARTED = "BENCHMARK_STARTED"
"""Names the environment's variable that says when the process was started (`time.monotonic`)."""
SEARCHABLE = "searchable"
"""What the process says to stderr when the desk can be searched, and a start is over."""


def measure_empty(_home: Path) -> Figures:
    """The limit: a window with nothing in it but a text field."""
    from PySide6.QtWidgets import QApplication, QLineEdit  # noqa: PLC0415 - importing is measured

    app = QApplication([])
    window = QLineEdit()
    window.show()
    app.processEvents()
    return {"start of an empty window": [since_start()]}


def measure_desk(home: Path) -> Figures:
    """The desk, until its table shows customers and its search field takes text."""
    taken: list[float] = []

    async def scene(driver: Driver) -> None:
        await driver.until(lambda: driver.window.desk, "an open account")
        model = driver.customers.model
        await driver.until(lambda: model.ids and model.row(model.index(0, 0)), "the first rows")
        taken.append(since_start())
        print(SEARCHABLE, file=sys.stderr, flush=True)

    play(home, scene)
    return {"start of the desk, until searchable": taken}


def measure_blocked(home: Path) -> Figures:
    """The longest pause of the event loop in each of several activities."""
    found: Figures = {}

    async def scene(driver: Driver) -> None:
        await driver.until(lambda: driver.window.desk, "an open account")
        await driver.until(lambda: driver.customers.model.ids, "customers")
        await driver.search("warm")
        found["window blocked while typing"] = [await typing(driver, text) for text in TYPED]
        await driver.search("an")
        found["window blocked while opening customers"] = [
            await opening(driver, row) for row in range(OPENED)
        ]
        found["window blocked while a sync writes"] = [await syncing(driver, home)]

    play(home, scene)
    return found


def measure_table(home: Path) -> Figures:
    """How soon the table of everyone shows other rows, and the longest pause of the event loop meanwhile."""
    found: Figures = {}

    async def scene(driver: Driver) -> None:
        await driver.until(lambda: driver.window.desk, "an open account")
        await driver.until(lambda: driver.customers.model.ids, "customers")
        await driver.settled()
        sorts = [await sorting(driver) for _ in range(SORTED)]
        found["first rows after a sort"] = [taken for taken, _ in sorts]
        found["window blocked while sorting"] = [pause for _, pause in sorts]
        found["window blocked while all ids are read"] = [await reading_all(driver)]
        jumps = [await jumping(driver) for _ in range(SORTED)]
        found["last rows after a jump to the end"] = [taken for taken, _ in jumps]
        found["window blocked while jumping"] = [pause for _, pause in jumps]

    play(home, scene)
    return found


async def sorting(driver: Driver) -> tuple[float, float]:
    """Milliseconds from a click on a header to its first rows, and the longest pause."""
    model = driver.customers.model
    before = model.ids
    async with heartbeat() as pauses:
        started = time.perf_counter()
        driver.customers.table.sort_requested.emit("name")
        await sought(lambda: model.ids is not before and model.row(model.index(0, 0)))
        taken = since(started)
        await driver.settled()
    return taken, max(pauses)


async def reading_all(driver: Driver) -> float:
    """The longest pause while the table goes from its first customers to all of them."""
    model = driver.customers.model
    first = len(model.ids)
    async with heartbeat() as pauses:
        driver.customers.table.scrollToBottom()
        await driver.until(lambda: len(model.ids) > first, "all customers")
        await driver.settled()
    return max(pauses)


async def jumping(driver: Driver) -> tuple[float, float]:
    """Milliseconds from the top to the last rows, none of which was on show, and the longest pause."""
    model, table = driver.customers.model, driver.customers.table
    table.scrollToTop()
    turned = len(model.ids) * 2 // 7
    model.set_ids([*model.ids[turned:], *model.ids[:turned]])  # other rows are the last
    await driver.settled()
    last = len(model.ids) - 1
    async with heartbeat() as pauses:
        started = time.perf_counter()
        table.scrollToBottom()
        await sought(lambda: model.row(model.index(last, 0)))
        taken = since(started)
        await driver.settled()
    return taken, max(pauses)


async def sought(find: Callable[[], object]) -> None:
    """Look every millisecond; the driver's own patience looks too seldom to measure with."""
    while not find():  # noqa: ASYNC110 - a model's rows set no event
        await asyncio.sleep(0.001)


async def typing(driver: Driver, text: str) -> float:
    driver.window.top.search.clear()
    async with heartbeat() as pauses:
        for letter in text:
            driver.press_key(letter)
            await asyncio.sleep(0.06)
        await driver.settled()
    return max(pauses)


async def opening(driver: Driver, row: int) -> float:
    async with heartbeat() as pauses:
        driver.customers.table.selectRow(row)
        await asyncio.sleep(0.3)
    return max(pauses)


async def syncing(driver: Driver, home: Path) -> float:
    """Another process writes pages of customers into the cache, and the window searches meanwhile."""
    command = [sys.executable, "-m", "benchmarks.desk_process", "write", str(home)]
    writer = await asyncio.create_subprocess_exec(*command)
    async with heartbeat() as pauses:
        while writer.returncode is None:
            driver.window.on_sync_changed()
            await driver.search("an")
            await driver.search("be")
    assert writer.returncode == 0, "the other process wrote nothing"
    return max(pauses)


def write(home: Path) -> Figures:
    """Write some thousand customers anew, page by page, as a sync does."""
    from portal_desk.models.search import SearchQuery  # noqa: PLC0415 - importing is measured
    from portal_desk.services.accounts import Accounts  # noqa: PLC0415 - importing is measured
    from portal_desk.services.search import Search  # noqa: PLC0415 - importing is measured
    from portal_desk.services.store import Store  # noqa: PLC0415 - importing is measured

    accounts = Accounts(paths(home))
    (account,) = accounts.all()
    cache, key = paths(home).account(account.key).cache, accounts.unlock(account).key
    with closing(Store(cache, key)) as store, closing(Search(cache, key)) as search:
        newest = search.search(SearchQuery(), WRITTEN).customers
        ids = [row.id for row in search.rows(newest)]
        changed = [store.object("customer", one) for one in ids]
        objects = [one | {"description": "again"} for one in changed if one]
        for start in range(0, len(objects), 100):
            store.apply(objects[start : start + 100], as_of=int(time.time()))
    return {"writing": [since_start()]}


def measure_heavy(home: Path) -> Figures:
    """The longest pause by what draws most: the first customer and portal, dozens of subscriptions, another theme."""
    found: Figures = {}

    async def scene(driver: Driver) -> None:
        await driver.until(lambda: driver.window.desk, "an open account")
        await driver.until(lambda: driver.customers.model.ids, "customers")
        await driver.settled()
        pane, theme = driver.pane, driver.application.theme
        acts: dict[str, Callable[[], object]] = {
            "the first customer": lambda: driver.customers.table.selectRow(0),
            "the first portal": pane.preview_portal,
            f"a portal of {SUBSCRIPTIONS} subscriptions": lambda: pane.show_customer(CROWDED),
            "their overview": lambda: pane.tabs.setCurrentWidget(pane.overview),
            "all of them": lambda: press_more(pane),
            "another theme, with all of them": lambda: theme.set_mode("dark"),
            "another customer": lambda: driver.customers.table.selectRow(1),
            "another theme": lambda: theme.set_mode("light"),
        }
        found["limit: 200 bare labels"] = [await paused_by(bare_labels)]
        for name, act in acts.items():
            found[f"window blocked by {name}"] = [await paused_by(act)]

    play(home, scene)
    return found


def measure_wall(home: Path) -> Figures:
    """How soon all languages are drawn on the wall, and for how long the window is blocked meanwhile."""
    found: Figures = {}

    async def scene(driver: Driver) -> None:
        await driver.until(lambda: driver.window.desk, "an open account")
        await driver.until(lambda: driver.customers.model.ids, "customers")
        await driver.settled()
        go, pane = driver.window.go, driver.pane
        for name, act in {
            "a made-up customer, the first time": lambda: go("languages"),
            "on a desktop": lambda: wall_of(driver).bar.width_choice.setCurrentIndex(1),
            "on a phone again": lambda: wall_of(driver).bar.width_choice.setCurrentIndex(0),
            "large": lambda: wall_of(driver).bar.size_choice.setCurrentIndex(1),
            f"a customer with {SUBSCRIPTIONS} subscriptions": lambda: pane.languages_requested.emit(
                CROWDED, None
            ),
        }.items():
            worked = time.process_time()
            async with heartbeat() as pauses, heartbeat(time.thread_time) as stretches:
                taken = await filled_by(driver, act)
            found[f"all languages: {name}"] = [taken]
            found[f"processor time: {name}"] = [(time.process_time() - worked) * 1000]
            found[f"window blocked meanwhile: {name}"] = [max(pauses)]
            found[f"longest work at a stretch: {name}"] = [max(stretches)]
            await driver.settled()
        texts = [page_text(tile) for tile in wall_of(driver).model.tiles]
        found["limit: the same words in bare text documents"] = [bare_documents(texts)]

    play(home, scene)
    return found


def wall_of(driver: Driver) -> LanguageWallPanel:
    from portal_desk.ui.language_wall.panel import LanguageWallPanel  # noqa: PLC0415 - importing is measured

    (wall,) = driver.window.findChildren(LanguageWallPanel)
    return wall


async def filled_by(driver: Driver, act: Callable[[], object]) -> float:
    """Milliseconds from `act` until every language is drawn as it is wanted then."""
    start = time.perf_counter()
    act()
    wall = wall_of(driver)
    filled = asyncio.Event()
    wall.gallery.filled.connect(filled.set)
    await filled.wait()
    wall.grid.viewport().repaint()
    return (time.perf_counter() - start) * 1000


def page_text(tile: Tile) -> str:
    assert tile.view is not None
    rows = [row for section in tile.view.sections for row in section.rows]
    buttons = [button.label for row in rows for button in row.buttons]
    lines = [line for row in rows for line in (row.title, row.value, *row.lines)]
    return "\n".join([*(section.title for section in tile.view.sections), *lines, *buttons])


def bare_documents(texts: list[str]) -> float:
    """The limit: laid out at a phone's width and drawn at half its size, without any look."""
    from PySide6.QtCore import Qt  # noqa: PLC0415 - importing is measured
    from PySide6.QtGui import QPainter, QPixmap, QTextDocument  # noqa: PLC0415 - importing is measured

    start = time.perf_counter()
    for text in texts:
        document = QTextDocument(text)
        document.setTextWidth(375)
        picture = QPixmap(188, 300)
        picture.fill(Qt.GlobalColor.white)
        painter = QPainter(picture)
        painter.scale(0.5, 0.5)
        document.drawContents(painter)
        painter.end()
    return (time.perf_counter() - start) * 1000


async def paused_by(act: Callable[[], object]) -> float:
    async with heartbeat() as pauses:
        act()
        await asyncio.sleep(HEAVY_SECONDS)
    return max(pauses)


def press_more(pane: CustomerPane) -> None:
    from PySide6.QtWidgets import QPushButton  # noqa: PLC0415 - importing is measured

    buttons = pane.overview.findChildren(QPushButton)
    next(one for one in buttons if one.text().endswith(str(SUBSCRIPTIONS))).click()


def bare_labels() -> None:
    """The limit: as many words as thirty subscriptions have, in Qt's own labels."""
    from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget  # noqa: PLC0415 - importing is measured

    window = QWidget()
    column = QVBoxLayout(window)
    for number in range(200):
        column.addWidget(QLabel(f"Some words of label {number}"))
    window.show()
    window.grab()
    window.deleteLater()


class heartbeat:  # noqa: N801 - used as a function
    """Beats every millisecond on the event loop, and notes by how much each beat is late (ms).

    With the thread's own clock it notes how long the loop worked, however busy the machine is with other things.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock

    async def __aenter__(self) -> list[float]:
        self._pauses = [0.0]
        self._task = asyncio.create_task(self._beat())
        await asyncio.sleep(0)
        return self._pauses

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()

    async def _beat(self) -> None:
        last = self._clock()
        while True:
            await asyncio.sleep(0.001)
            now = self._clock()
            self._pauses.append((now - last) * 1000 - 1)
            last = now


def play(home: Path, scene: Scenes) -> None:
    from PySide6.QtCore import QSize  # noqa: PLC0415 - importing is measured

    from tools.driver import be_a_screen, run_desk  # noqa: PLC0415 - importing is measured

    size = QSize(
        1280, 800
    )  # Qt's own screen in memory is too narrow for list and customer together
    be_a_screen(size, home)
    bugs: list[BaseException] = []

    async def watched(driver: Driver) -> None:
        driver.application.tasks.bug.connect(bugs.append)
        await scene(driver)

    run_desk(watched, paths(home), size=size)
    if bugs:  # what was measured is not what people see
        raise bugs[0]


def since(started: float) -> float:
    """Milliseconds since `started` (`time.perf_counter`)."""
    return (time.perf_counter() - started) * 1000


def since_start() -> float:
    """Milliseconds since the parent started this process."""
    return (time.monotonic() - float(os.environ[STARTED])) * 1000


def paths(home: Path) -> Paths:
    """The desk's folders in `home`."""
    from portal_desk.config import Paths  # noqa: PLC0415 - importing is measured

    return Paths(home / "data", home / "config", home / "log")


MEASURES = {
    "empty": measure_empty,
    "desk": measure_desk,
    "blocked": measure_blocked,
    "table": measure_table,
    "heavy": measure_heavy,
    "wall": measure_wall,
    "write": write,
}

if __name__ == "__main__":
    print(json.dumps(MEASURES[sys.argv[1]](Path(sys.argv[2]))))
