"""The parts of the documentation that the code knows best: `python3 tasks.py docs`."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from portal_desk.sandbox.endpoints import ENDPOINTS
from portal_desk.sandbox.keys import RESTRICTED_KEYS
from portal_desk.services.portal.rules import RULES

FOLDER = Path(__file__).resolve().parent.parent / "docs"
BEGIN, END = "<!-- generated from the code -->", "<!-- end -->"


def endpoint_table() -> str:
    """Every endpoint of the sandbox, a line a path."""
    lines = ["| path | methods | permission of a restricted key |", "|---|---|---|"]
    by_path = sorted(ENDPOINTS, key=lambda endpoint: endpoint.path)
    for path, group in groupby(by_path, key=lambda endpoint: endpoint.path):
        endpoints = list(group)
        methods = ", ".join(endpoint.method for endpoint in endpoints)
        permissions = ", ".join(sorted({f"`{endpoint.permission}`" for endpoint in endpoints}))
        lines.append(f"| `{path}` | {methods} | {permissions} |")
    return "\n".join(lines)


def key_table() -> str:
    """The sandbox's restricted keys, and what each lacks."""
    lines = ["| key | lacks |", "|---|---|"]
    for key, lacking in RESTRICTED_KEYS.items():
        many = "every permission to write"
        told = many if len(lacking) > 3 else ", ".join(f"`{one}`" for one in sorted(lacking))
        lines.append(f"| `{key}` | {told} |")
    return "\n".join(lines)


def rule_table() -> str:
    """Stripe's rules about the portal."""
    lines = ["| | rule | verdict | rests on | way out | |", "|---|---|---|---|---|---|"]
    for rule in RULES.values():
        facts = "; ".join(f"`{fact}`" for fact in rule.facts)
        told = (rule.code, rule.title, rule.verdict, facts, rule.way_out, f"[docs]({rule.source})")
        lines.append(f"| {' | '.join(told)} |")
    return "\n".join(lines)


PAGES = {
    "sandbox.md": [key_table, endpoint_table],
    "portal-rules.md": [rule_table],
}


def current(page: str) -> str:
    """A page with its tables as the code has them now."""
    text = (FOLDER / page).read_text("utf-8")
    before, *parts = text.split(BEGIN)
    for make, part in zip(PAGES[page], parts, strict=True):
        _, _, after = part.partition(END)
        before += f"{BEGIN}\n{make()}\n{END}{after}"
    return before


def main() -> None:
    """Write the tables into the pages."""
    for page in PAGES:
        (FOLDER / page).write_text(current(page), "utf-8")
        print(page)


if __name__ == "__main__":
    main()
