"""Showing what an action would do, and doing it."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

from portal_desk.cli.confirm import agreed
from portal_desk.cli.exit_codes import NEEDS_YES
from portal_desk.cli.output import note, print_json, print_table, say
from portal_desk.cli.session import open_desk
from portal_desk.services.dates import date

if TYPE_CHECKING:
    from portal_desk.models.actions import ActionPlan, Outcome
    from portal_desk.models.json import Json
    from portal_desk.services.desk import Desk

Prepare = Callable[["Desk"], Awaitable["ActionPlan"]]
_INTERNAL = ("fingerprint", "preview", "method", "path")


async def carry_out(options: Namespace, prepare: Prepare) -> int:
    """Prepare an action, show it, and do it if that is wanted."""
    async with open_desk(options) as desk:
        plan = await prepare(desk)
        if not options.json:
            _show(plan)
        if not agreed(options):
            if options.json:
                print_json({"plan": _document(plan), "done": False})
            return NEEDS_YES
        outcome = await desk.actions.execute(plan)
    _report(options, plan, outcome)
    return 0


def _show(plan: ActionPlan) -> None:
    say(plan.title)
    for effect in plan.effects:
        say(f"  • {effect}")
    for warning in plan.warnings:
        say(f"  ! {warning}")
    if plan.lines:
        rows = [(line.description, line.amount.format()) for line in plan.lines]
        print_table(("Stripe's preview", "amount"), rows, right=("amount",))
    _show_totals(plan)


def _show_totals(plan: ActionPlan) -> None:
    """What the previewed invoice comes to, and what of it is due now."""
    due, total = plan.due_now, plan.next_total
    if total is not None and total != due:
        later = None if plan.invoiced_now else plan.next_date
        say(
            f"Next invoice: {total.format()} on {date(later)}"
            if later
            else f"Total: {total.format()}"
        )
    if due is not None:
        credited = due.amount < 0
        say(f"Credited: {(-due).format()}" if credited else f"Due now: {due.format()}")


def _report(options: Namespace, plan: ActionPlan, outcome: Outcome) -> None:
    if options.json:
        done = {"subscription": outcome.subscription, "journal": outcome.entry}
        print_json({"plan": _document(plan), "done": True, **done})
    else:
        say(f"Done: {outcome.entry.summary}")
        note(f"It is number {outcome.entry.id} in the journal.")
    if outcome.entry.state != "done":
        note(
            "The journal could not be written: it will say that this was done "
            "once the desk is opened with room on the disk."
        )


def _document(plan: ActionPlan) -> Json:
    return {name: value for name, value in asdict(plan).items() if name not in _INTERNAL}
