"""`portal-desk accounts`: the Stripe accounts that this desk is connected to."""

from __future__ import annotations

from argparse import Namespace

from portal_desk.cli.output import note, print_json, print_table, say
from portal_desk.cli.session import run_async, typed_key
from portal_desk.config import Paths
from portal_desk.errors import InvalidInput
from portal_desk.models.account import Account
from portal_desk.services.accounts import Accounts


def run(options: Namespace) -> int:
    accounts = Accounts(Paths.default())
    jobs = {"list": _list, "add": _add, "remove": _remove, "select": _select, "protect": _protect}
    return jobs[options.job](accounts, options)


def _list(accounts: Accounts, options: Namespace) -> int:
    current = accounts.current()
    if options.json:
        print_json({"accounts": accounts.all(), "current": current.key if current else None})
        return 0
    rows = [
        (
            "→" if one == current else "",
            one.name,
            _mode(one),
            one.key,
            one.key_place,
            one.api_base or "",
        )
        for one in accounts.all()
    ]
    if not rows:
        note("No account is connected. Connect one with `portal-desk accounts add`.")
    print_table(("", "name", "mode", "account", "key", "address"), rows)
    return 0


def _add(accounts: Accounts, options: Namespace) -> int:
    if options.account:
        raise InvalidInput("The key says which account it is.", "Leave --account out.")
    return run_async(_connect(accounts, options, typed_key()))


async def _connect(accounts: Accounts, options: Namespace, key: str) -> int:
    account = await accounts.connect(key, api_base=options.api_base, key_place=options.keep)
    _report(options, "Connected, and now current", account)
    return 0


def _remove(accounts: Accounts, options: Namespace) -> int:
    account = accounts.find(options.name)
    accounts.forget(account)
    _report(options, "Forgotten, with its keys, its cache and its journal", account)
    return 0


def _select(accounts: Accounts, options: Namespace) -> int:
    account = accounts.find(options.name)
    accounts.select(account)
    _report(options, "Now current", account)
    return 0


def _protect(accounts: Accounts, options: Namespace) -> int:
    account = accounts.protect(accounts.find(options.name), encrypted=not options.plain)
    _report(options, "Encrypted" if account.encrypted else "Plain", account)
    return 0


def _report(options: Namespace, what: str, account: Account) -> None:
    if options.json:
        print_json({"account": account})
    else:
        say(f"{what}: {account.name} ({_mode(account)}), {account.key}")


def _mode(account: Account) -> str:
    return "demo" if account.is_demo else "LIVE" if account.livemode else "test"
