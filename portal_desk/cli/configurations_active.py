"""`portal-desk configurations activate` and `deactivate`: whether links can use a portal configuration."""

from __future__ import annotations

from argparse import Namespace

from portal_desk.cli.configurations import configuration_named
from portal_desk.cli.confirm import agreed
from portal_desk.cli.exit_codes import NEEDS_YES
from portal_desk.cli.output import note, print_json, say
from portal_desk.cli.session import open_desk, run_async
from portal_desk.errors import NotPossible
from portal_desk.models.json import Json
from portal_desk.services.configurations.selecting import name_of


def run(options: Namespace) -> int:
    return run_async(_run(options))


async def _run(options: Namespace) -> int:
    active = options.job == "activate"
    async with open_desk(options) as desk:
        configuration = configuration_named(desk.store, options.name)
        _refuse(configuration, active=active)
        if not options.json:
            say(_what(configuration, active=active))
        if not agreed(options):
            if options.json:
                print_json({"configuration": configuration, "done": False})
            return NEEDS_YES
        saved = await desk.configurations.set_active(configuration, active=active)
    if options.json:
        print_json({"configuration": saved.configuration, "done": True, "journal": saved.entry})
    else:
        say(f"Done: {saved.entry.summary}")
        note(f"It is number {saved.entry.id} in the journal.")
    return 0


def _refuse(configuration: Json, *, active: bool) -> None:
    """Stripe doesn't let the default one be switched off."""
    if configuration.get("is_default") and not active:
        raise NotPossible(
            f"“{name_of(configuration)}” is the account’s default, which can’t be deactivated.",
            "Make another one the default in Stripe’s Dashboard first.",
        )


def _what(configuration: Json, *, active: bool) -> str:
    name = name_of(configuration)
    if active:
        return f"Links can be issued with “{name}” again."
    return f"No link can be issued with “{name}” any more, and its login page stops working."
