"""The commands and their options. Light: `--help` and the desk's start wait for it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import get_args

from portal_desk.cli.exit_codes import table
from portal_desk.models.actions import AfterCompletion, Feedback, FlowType, ProrationBehavior
from portal_desk.models.invoices import InvoiceStatus
from portal_desk.models.search import SortKey, SubscriptionStatus

_DESCRIPTION = "The billing desk for teams whose customers live in Stripe. Without a command, the window opens."
_EPILOG = f"""\
Keys are never arguments: they come from the keyring, from standard input (--key-stdin) or are asked for.

exit codes:
{table()}
"""


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The options. `command` is the module's name in `portal_desk.cli`, or `desk` for the window.

    Raises:
        SystemExit: after `--help` or `--version`, or where the arguments are wrong (code 2).
    """
    return _parser().parse_args(arguments)


def timestamp(text: str) -> int:
    """Seconds UTC of an ISO date or time; without a zone it is taken as UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        msg = f"{text!r} is not a date such as 2026-09-30 or 2026-09-30T14:00+02:00"
        raise argparse.ArgumentTypeError(msg) from None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        msg = f"{text!r} is not a whole number above zero"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "portal-desk",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--version", action="version", version=f"Portal Desk {version('portal-desk')}"
    )
    parser.set_defaults(command="desk", verbose=False)
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--demo", action="store_true", help="open the window on the embedded sandbox"
    )
    which.add_argument(
        "--account",
        metavar="NAME",
        help="open the window on this account: its id, key or name; the current one by default",
    )
    commands = parser.add_subparsers(metavar="COMMAND", title="commands")
    _add_reading(commands)
    _add_changing(commands)
    _add_invoices(commands)
    _add_configurations(commands)
    _add_accounts(commands)
    commands.add_parser("sandbox", add_help=False, help="serve a sandbox of Stripe on this machine")
    return parser


Commands = argparse._SubParsersAction  # noqa: SLF001 - argparse has no public name for it


def _command(
    commands: Commands[argparse.ArgumentParser],
    name: str,
    help_text: str,
    module: str | None = None,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=help_text, description=help_text)
    parser.set_defaults(command=module or name)
    parser.add_argument(
        "--account",
        metavar="NAME",
        help="id, key or name of the account; the current one by default",
    )
    parser.add_argument("--json", action="store_true", help="print JSON for programs")
    parser.add_argument("--verbose", action="store_true", help="write more into the log")
    return parser


def _key_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--key-stdin", action="store_true", help="read the API key from standard input, one line"
    )


def _status_option(parser: argparse.ArgumentParser, statuses: Sequence[str], of_what: str) -> None:
    parser.add_argument(
        "--status",
        action="append",
        default=[],
        choices=statuses,
        metavar="STATUS",
        help=f"{of_what}: {', '.join(statuses)}; repeatable",
    )


def _add_reading(commands: Commands[argparse.ArgumentParser]) -> None:
    _add_sync(commands)
    _add_search(commands)
    _add_show(commands)
    _add_preview(commands)


def _add_sync(commands: Commands[argparse.ArgumentParser]) -> None:
    sync = _command(commands, "sync", "bring the cache up to date with Stripe")
    sync.add_argument("--follow", action="store_true", help="go on until interrupted")
    sync.add_argument(
        "--verify",
        action="store_true",
        help="compare everything with Stripe, repair it, and say what was wrong",
    )
    # For the window, which says on standard input what it wants: see services/sync/attention.py.
    sync.add_argument("--listen", action="store_true", help=argparse.SUPPRESS)
    sync.add_argument("--interval", type=_positive, default=5, help="seconds between two looks")
    _key_option(sync)


def _add_search(commands: Commands[argparse.ArgumentParser]) -> None:
    search = _command(commands, "search", "find customers in the cache")
    search.add_argument(
        "query", nargs="*", metavar="QUERY", help="names, addresses, ids, numbers, …"
    )
    _status_option(search, get_args(SubscriptionStatus), "of a subscription")
    search.add_argument(
        "--plan", action="append", default=[], help="a product's name or id; repeatable"
    )
    search.add_argument("--currency", action="append", default=[], help="such as eur; repeatable")
    search.add_argument("--delinquent", action="store_true", help="only delinquent customers")
    search.add_argument("--open-invoice", action="store_true", help="only with an open invoice")
    search.add_argument("--sort", choices=get_args(SortKey), default="relevance")
    search.add_argument("--descending", action="store_true", help="the other way round")
    search.add_argument("--limit", type=_positive, default=50, help="how many to print (50)")


def _add_show(commands: Commands[argparse.ArgumentParser]) -> None:
    show = _command(commands, "show", "show a customer with all that belongs to it")
    show.add_argument(
        "customer", metavar="CUSTOMER", help="an id, or what finds one customer alone"
    )
    show.add_argument("--refresh", action="store_true", help="read the customer from Stripe first")
    _key_option(show)


def _add_preview(commands: Commands[argparse.ArgumentParser]) -> None:
    preview = _command(commands, "preview", "show the portal as a customer sees it")
    preview.add_argument(
        "customer", metavar="CUSTOMER", help="an id, or what finds one customer alone"
    )
    preview.add_argument(
        "--configuration", metavar="NAME", help="id or name; the default otherwise"
    )
    preview.add_argument(
        "--locale", default="auto", help="a tag such as de or ja; the customer's own otherwise"
    )
    preview.add_argument("--html", type=Path, metavar="FILE", help="write the page to a file")
    preview.add_argument(
        "--as-of", type=timestamp, metavar="DATE", help="by the calendar of that day"
    )


def _add_changing(commands: Commands[argparse.ArgumentParser]) -> None:
    _add_cancel(commands)
    _changing(commands, "resume", "undo a cancellation that is scheduled", "SUBSCRIPTION")
    _add_switch(commands)
    _add_link(commands)


def _add_cancel(commands: Commands[argparse.ArgumentParser]) -> None:
    cancel = _changing(commands, "cancel", "cancel a subscription", "SUBSCRIPTION")
    cancel.add_argument("--now", action="store_true", help="at once, not when the period ends")
    cancel.add_argument("--feedback", choices=get_args(Feedback), help="the customer's reason")
    cancel.add_argument("--comment", default="", help="the customer's own words")
    cancel.add_argument("--prorate", action="store_true", help="credit unused time (with --now)")
    cancel.add_argument(
        "--invoice-now", action="store_true", help="bill what is pending (with --now)"
    )


def _add_switch(commands: Commands[argparse.ArgumentParser]) -> None:
    switch = _changing(
        commands, "switch", "switch a subscription's price or quantity", "SUBSCRIPTION"
    )
    switch.add_argument("--price", help="the price to switch to; the present one by default")
    switch.add_argument("--quantity", type=_positive, help="the present one by default")
    switch.add_argument("--item", help="si_…; needed where there are several")
    switch.add_argument(
        "--proration", choices=get_args(ProrationBehavior), default="create_prorations"
    )


def _add_link(commands: Commands[argparse.ArgumentParser]) -> None:
    link = _changing(commands, "link", "issue a portal link for a customer", "CUSTOMER")
    link.add_argument("--configuration", metavar="NAME", help="id or name; the default otherwise")
    link.add_argument("--locale", help="a tag such as de or ja")
    link.add_argument("--return-url", help="where the portal leads back to")
    link.add_argument("--flow", choices=get_args(FlowType), help="lead straight to one job")
    link.add_argument("--subscription", metavar="SUB", help="what the flow is about")
    link.add_argument("--item", metavar="SI", help="for subscription_update_confirm")
    link.add_argument("--price", help="for subscription_update_confirm")
    link.add_argument("--quantity", type=_positive, help="for subscription_update_confirm")
    link.add_argument("--discount", metavar="ID", help="a coupon or promotion code to apply")
    link.add_argument("--retention-coupon", metavar="ID", help="a coupon to offer to who cancels")
    link.add_argument(
        "--after",
        choices=get_args(AfterCompletion),
        help="what follows the flow",
    )
    link.add_argument("--after-value", metavar="TEXT", help="the message, or the address")
    link.add_argument(
        "--recoverable", action="store_true", help="let the customer log in after expiry"
    )
    link.add_argument("--on-behalf-of", metavar="ACCT", help="a connected account")


def _changing(
    commands: Commands[argparse.ArgumentParser], name: str, help_text: str, about: str
) -> argparse.ArgumentParser:
    parser = _command(commands, name, help_text)
    parser.add_argument(about.lower(), metavar=about)
    parser.add_argument("--yes", action="store_true", help="do it; without this it is only shown")
    _key_option(parser)
    return parser


def _add_invoices(commands: Commands[argparse.ArgumentParser]) -> None:
    group = commands.add_parser("invoices", help="list, download or export invoices")
    jobs = group.add_subparsers(metavar="JOB", title="jobs", required=True)
    listing = _command(jobs, "list", "list invoices", "invoices_list")
    listing.add_argument("--limit", type=_positive, default=50, help="how many to print (50)")
    download = _command(
        jobs, "download", "save the PDFs of invoices to a folder", "invoices_download"
    )
    download.add_argument(
        "--to", type=Path, default=Path(), metavar="FOLDER", help="here by default"
    )
    _key_option(download)
    export = _command(jobs, "export", "write a list of invoices as CSV", "invoices_export")
    export.add_argument("file", type=Path, metavar="FILE")
    export.add_argument("--locale", default="en", help="whose decimal point the file uses")
    for parser in (listing, download, export):
        parser.add_argument("--text", default="", help="part of a number, id, name or address")
        parser.add_argument("--customer", metavar="CUSTOMER", help="cus_…")
        _status_option(parser, get_args(InvoiceStatus), "of the invoice")
        parser.add_argument("--currency", action="append", default=[], help="repeatable")
        parser.add_argument("--since", type=timestamp, metavar="DATE", help="created then or later")
        parser.add_argument("--until", type=timestamp, metavar="DATE", help="created before then")


def _add_configurations(commands: Commands[argparse.ArgumentParser]) -> None:
    group = commands.add_parser(
        "configurations", help="list, compare or switch portal configurations"
    )
    jobs = group.add_subparsers(metavar="JOB", title="jobs", required=True)
    listing = _command(jobs, "list", "list configurations and who uses them", "configurations_list")
    listing.add_argument("query", nargs="*", metavar="QUERY", help="parts of names, ids, metadata")
    listing.add_argument("--inactive", action="store_true", help="inactive ones too")
    listing.add_argument("--unused", action="store_true", help="only those nothing is known to use")
    comparing = _command(
        jobs, "compare", "tell what two of them differ in", "configurations_compare"
    )
    comparing.add_argument("one", metavar="CONFIGURATION", help="id or name")
    comparing.add_argument("other", metavar="OTHER", help="id or name")
    comparing.add_argument("--all", action="store_true", help="fields that are equal, too")
    for name, help_text in (
        ("activate", "let links use a configuration"),
        ("deactivate", "let no link use a configuration any more"),
    ):
        parser = _command(jobs, name, help_text, "configurations_active")
        parser.set_defaults(job=name)
        parser.add_argument("name", metavar="CONFIGURATION", help="id or name")
        parser.add_argument(
            "--yes", action="store_true", help="do it; without this it is only shown"
        )
        _key_option(parser)


def _add_accounts(commands: Commands[argparse.ArgumentParser]) -> None:
    group = commands.add_parser("accounts", help="list, add, remove or select Stripe accounts")
    jobs = group.add_subparsers(metavar="JOB", title="jobs", required=True)
    for name, help_text in (
        ("list", "list the connected accounts"),
        ("add", "connect an account"),
        ("remove", "forget an account, its keys, its cache and its journal"),
        ("select", "make an account the current one"),
        ("protect", "encrypt an account's cache and journal, or keep them plain"),
    ):
        parser = _command(jobs, name, help_text, "accounts")
        parser.set_defaults(job=name)
        if name in {"remove", "select", "protect"}:
            parser.add_argument("name", metavar="ACCOUNT", help="id, key or name")
        if name == "protect":
            parser.add_argument(
                "--plain", action="store_true", help="plain SQLite, for other programs to read"
            )
        if name == "add":
            _key_option(parser)
            parser.add_argument(
                "--keep",
                choices=("keyring", "file"),
                default="keyring",
                help="where to keep the key",
            )
            parser.add_argument(
                "--api-base", metavar="URL", help="another address than Stripe's own"
            )
