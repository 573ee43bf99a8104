"""Changing billing information in the portal: name, addresses, tax IDs."""

from __future__ import annotations

from collections.abc import Mapping

from portal_desk.models.json import Json
from portal_desk.portal.flows.details import ADDRESS, details_page, fields_of, tax_kinds, tax_lines
from portal_desk.portal.flows.document import FlowPage
from portal_desk.portal.tax_kinds import fits, plain
from portal_desk.sandbox.portal_api import delete, post
from portal_desk.sandbox.portal_visit import Asked, Done, NotOfferedError, UnfitError, Visit
from portal_desk.sandbox.problems import StripeProblem

_PLAIN = ("name", "email", "phone")


def show_details(visit: Visit, asked: Asked) -> FlowPage:
    """What the configuration lets the customer change."""
    visit.require("update_billing_information", "update_tax_ids")
    return details_page(
        visit.words,
        visit.frame,
        _allowed(visit),
        {**fields_of(visit.customer), **asked.values},
        asked.problems,
        tax_ids=tax_lines(visit.snapshot.tax_ids),
        kinds=tax_kinds(),
        leave=visit.leave,
        problem=asked.problem,
    )


def _allowed(visit: Visit) -> frozenset[str]:
    update = visit.features["customer_update"]
    return frozenset(update["allowed_updates"]) if update["enabled"] else frozenset()


def save(visit: Visit, asked: Asked) -> Done:
    """Change what is allowed; the rest of what was sent is left alone.

    Raises:
        UnfitError: the email address is not one, or a shipping address has no name.
    """
    visit.require("update_billing_information")
    allowed, values = _allowed(visit), {name: text.strip() for name, text in asked.values.items()}
    params: Json = {name: values[name] for name in _PLAIN if name in allowed and name in values}
    if params.get("email") == "":
        raise UnfitError(email="email_invalid")
    if "address" in allowed:
        params["address"] = _address(values, "address")
    if "shipping" in allowed:
        params["shipping"] = _shipping(values)
    try:
        post(visit.state, "/v1/customers/{id}", params, id=visit.customer["id"])
    except StripeProblem as problem:
        if problem.code == "email_invalid":
            raise UnfitError(email="email_invalid") from problem
        raise
    return Done("details")


def _address(values: Mapping[str, str], kind: str) -> Json | str:
    """An address as a parameter: empty where nothing is left of it."""
    parts = {part: values.get(f"{kind}_{part}", "") for part in ADDRESS}
    return parts if any(parts.values()) else ""


def _shipping(values: Mapping[str, str]) -> Json | str:
    address = _address(values, "shipping")
    name, phone = (values.get(f"shipping_{each}", "") for each in ("name", "phone"))
    if not isinstance(address, dict):
        return ""
    if not name:
        raise UnfitError(shipping_name="name_missing")
    return {"address": address, "name": name, "phone": phone}


def add_tax_id(visit: Visit, asked: Asked) -> Done:
    """Add a tax ID.

    Raises:
        UnfitError: the number is not one of its kind.
    """
    visit.require("update_tax_ids")
    kind, value = asked.values.get("tax_type", ""), asked.values.get("tax_value", "")
    if not fits(kind, value):
        raise UnfitError(tax_value="tax_id_invalid")
    wanted = {"type": kind, "value": plain(value)}
    customer = visit.customer["id"]
    post(visit.state, "/v1/customers/{customer}/tax_ids", wanted, customer=customer)
    return Done("details", f"{visit.base}/customer/update?done=details")


def remove_tax_id(visit: Visit, asked: Asked) -> Done:
    """Remove one of the customer's own tax IDs.

    Raises:
        NotOfferedError: it is not there.
    """
    visit.require("update_tax_ids")
    tax_id = asked.ids["tax_id"]
    if tax_id not in {each["id"] for each in visit.snapshot.tax_ids}:
        raise NotOfferedError
    ids = {"customer": visit.customer["id"], "id": tax_id}
    delete(visit.state, "/v1/customers/{customer}/tax_ids/{id}", **ids)
    return Done("details", f"{visit.base}/customer/update?done=details")
