"""What the exit codes mean; those of known problems are the errors' own."""

from __future__ import annotations

from portal_desk.errors import DeskError

NEEDS_YES = 20
"""What would happen was shown, and nothing was changed, because `--yes` was not given."""

BUG = 70
"""A bug; its traceback is in the log (EX_SOFTWARE of sysexits.h)."""

INTERRUPTED = 130


def table() -> str:
    """All exit codes with their meanings, a line each."""
    meanings: dict[int, list[str]] = {0: ["done"]}
    for error in _kinds(DeskError):
        meanings.setdefault(error.exit_code, []).append(_in_a_sentence(error.title))
    meanings[NEEDS_YES] = ["nothing was changed: add --yes to do what was shown"]
    meanings[BUG] = ["a bug: the traceback is in the log"]
    meanings[INTERRUPTED] = ["interrupted"]
    return "\n".join(
        f"  {code:>3}  {'; '.join(dict.fromkeys(texts))}"
        for code, texts in sorted(meanings.items())
    )


def _in_a_sentence(title: str) -> str:
    return title[0].lower() + title[1:]


def _kinds(error: type[DeskError]) -> list[type[DeskError]]:
    return [error, *(kind for direct in error.__subclasses__() for kind in _kinds(direct))]
