"""How soon all 46 languages of a portal are drawn on the wall, and how long its window is ever blocked.

python -m benchmarks.bench_wall --customers 10000
"""

from __future__ import annotations

import os
import statistics

from benchmarks.bench_desk import GOAL_BLOCKED_MS, add_crowded, child, home_with
from benchmarks.common import Timing, arguments, cache_file, file_key, report

RUNS = 3
GOAL_FILLED_MS = 1000.0
FILLED, WORK, BLOCKED, STRETCH = (
    "all languages", "processor time", "window blocked", "longest work",
)  # fmt: skip
"""How the names of the figures begin."""
LIMIT = "limit: the same words in bare text documents"


def main() -> None:
    options = arguments(__doc__.splitlines()[0]).parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with home_with(cache_file(options), file_key(options)) as home:
        add_crowded(home, file_key(options))
        runs = [child("wall", home) for _ in range(RUNS)]
    figures = {name: [run[name][0] for run in runs] for name in runs[0]}
    bare = statistics.median(figures[LIMIT])
    medians = {name: statistics.median(taken) for name, taken in figures.items() if name != LIMIT}
    facts = {
        "languages": 46,
        "filled_goal_ms": GOAL_FILLED_MS,
        "filled_over_goal": over(medians, FILLED, GOAL_FILLED_MS),
        "processor_time_over_goal": over(medians, WORK, GOAL_FILLED_MS),
        "filled_over_bare_documents": {
            name: round(taken / bare, 1)
            for name, taken in medians.items()
            if name.startswith(FILLED)
        },
        "blocked_goal_ms": GOAL_BLOCKED_MS,
        "blocked_over_goal": over(medians, BLOCKED, GOAL_BLOCKED_MS),
        "work_at_a_stretch_over_goal": over(medians, STRETCH, GOAL_BLOCKED_MS),
    }
    timings = [Timing(name, tuple(taken)) for name, taken in figures.items()]
    report("wall", timings, facts, as_json=options.json)


def over(medians: dict[str, float], beginning: str, goal: float) -> dict[str, int]:
    """The figures of a kind that miss a goal."""
    return {
        name: round(taken)
        for name, taken in medians.items()
        if name.startswith(beginning) and taken > goal
    }


if __name__ == "__main__":
    main()
