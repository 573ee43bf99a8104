"""Billing information, with tax IDs."""

from __future__ import annotations

from portal_desk.models.loose import as_list
from portal_desk.portal.flows.details import details_page, fields_of, tax_kinds, tax_lines
from portal_desk.portal.flows.problems import problem_text
from portal_desk.portal.tax_kinds import fits
from portal_desk.services.portal.walk.visit import HOME, Asked, Done, Stop, Visit

_AGAIN = f"{HOME}/customer/update?done=details"


def show_details(visit: Visit, asked: Asked) -> Stop:
    """What the configuration lets the customer change."""
    notes = visit.require("update_billing_information", "update_tax_ids")
    update = visit.feature("customer_update")
    problems = {}
    if asked.values.get("tax_type") and not _fits(asked):
        problems["tax_value"] = problem_text(visit.words, "tax_id_invalid")
    page = details_page(
        visit.words,
        visit.frame,
        frozenset(each for each in as_list(update.get("allowed_updates")) if isinstance(each, str)),
        {**fields_of(visit.snapshot.customer), **asked.values},
        problems,
        tax_ids=tax_lines(visit.snapshot.tax_ids),
        kinds=tax_kinds(),
        leave=visit.leave,
    )
    return Stop(page, notes)


def _fits(asked: Asked) -> bool:
    return fits(asked.values.get("tax_type", ""), asked.values.get("tax_value", ""))


def save(visit: Visit, asked: Asked) -> Done:  # noqa: ARG001 - one shape for all
    """What saving leads to."""
    visit.require("update_billing_information")
    return Done("details")


def add_tax_id(visit: Visit, asked: Asked) -> Done | None:
    """What adding a tax ID leads to; None for one that doesn't fit its kind."""
    visit.require("update_tax_ids")
    return Done("details", _AGAIN) if _fits(asked) else None


def remove_tax_id(visit: Visit, asked: Asked) -> Done:  # noqa: ARG001 - one shape for all
    """What removing a tax ID leads to."""
    visit.require("update_tax_ids")
    return Done("details", _AGAIN)
