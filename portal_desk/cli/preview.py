"""`portal-desk preview`: the portal as a customer sees it, with everything missing explained."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Iterable

from portal_desk.cli.configurations import chosen_configuration
from portal_desk.cli.output import heading, note, print_json, say
from portal_desk.cli.session import customer_id, open_cache
from portal_desk.errors import InvalidInput, NotFound
from portal_desk.portal.document import Button, PortalView, Reason, Row, Section
from portal_desk.portal.html import render
from portal_desk.portal.locales import LOCALES
from portal_desk.services.files import write_shared
from portal_desk.services.portal.preview import preview

_MARKS = {"enabled": "[{}]", "disabled": "({})", "hidden": "-{}-"}


def run(options: Namespace) -> int:
    if options.locale != "auto" and options.locale not in LOCALES:
        raise InvalidInput(
            f"“{options.locale}” is no language of the portal.",
            f"Choose from: {' '.join(LOCALES)}.",
        )
    view = _view(options)
    if options.html:
        write_shared(options.html, render(view, exported=True).encode())
        note(f"Written to {options.html}")
    if options.json:
        print_json(view)
    elif not options.html:
        _show(view)
    return 0


def _view(options: Namespace) -> PortalView:
    with open_cache(options) as cache:
        wanted = customer_id(cache.store, cache.search, options.customer)
        snapshot = cache.store.snapshot(wanted)
        configuration = chosen_configuration(cache.store, options.configuration)
    if snapshot is None:
        raise NotFound(f"{wanted} was deleted meanwhile.")
    now = int(time.time()) if options.as_of is None else options.as_of
    return preview(snapshot, configuration, locale=options.locale, now=now)


def _show(view: PortalView) -> None:
    say(f"{view.brand.name} ({view.locale})")
    if view.headline or view.tagline:
        say(view.headline or view.tagline)
    _explain(view.notes, "  ")
    for section in view.sections:
        _show_section(section)
    say("\n[can be pressed]  (shown, but disabled)  -not shown-")


def _show_section(section: Section) -> None:
    hidden = " -not shown-" if section.availability == "hidden" else ""
    heading(f"{section.title}{hidden}")
    _explain(section.reasons, "  ")
    if not section.rows and section.empty:
        say(f"  {section.empty}")
    for row in section.rows:
        _show_row(row)
    if section.more:
        say(f"  {section.more}")
    _show_buttons(section.buttons, "  ")


def _show_row(row: Row) -> None:
    badges = "".join(f"  <{badge.text}>" for badge in row.badges)
    value = f"   {row.value}" if row.value else ""
    say(f"  {row.title}{value}{badges}")
    for line in row.lines:
        say(f"    {line}")
    _show_buttons(row.buttons, "    ")


def _show_buttons(buttons: Iterable[Button], indent: str) -> None:
    for button in buttons:
        say(indent + _MARKS[button.availability].format(button.label))
        _explain((*button.reasons, *button.notes), indent + "    ")


def _explain(reasons: Iterable[Reason], indent: str) -> None:
    for reason in reasons:
        rule = f" ({reason.rule})" if reason.rule else ""
        way_out = f" → {reason.way_out}" if reason.way_out else ""
        facts = f" [{'; '.join(reason.facts)}]" if reason.facts else ""
        say(f"{indent}{reason.text}{rule}{way_out}{facts}")
