"""Payment links: addresses that open a new checkout for whoever follows them."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox.call import Call, Endpoint
from portal_desk.sandbox.checkout import added_up, lines_of
from portal_desk.sandbox.endpoints.changes import cleared, only, plain_changes
from portal_desk.sandbox.endpoints.checkout_sessions import open_session, priced
from portal_desk.sandbox.lists import page, page_of
from portal_desk.sandbox.objects.checkout import (
    link_payment_data,
    link_subscription_data,
    new_payment_link,
)
from portal_desk.sandbox.problems import invalid, unsupported
from portal_desk.sandbox.state import State

_PLAIN = (
    "active", "allow_promotion_codes", "billing_address_collection", "customer_creation",
    "inactive_message", "payment_method_collection", "submit_type",
)  # fmt: skip
_KNOWN = (
    *_PLAIN, "after_completion", "metadata", "payment_intent_data", "restrictions",
    "subscription_data",
)  # fmt: skip
_KIND = "payment_link"


def _list(call: Call) -> Json:
    only(call.params, "active", "ending_before", "limit", "starting_after")
    return page(call, _KIND, active=call.params.get("active"))


def _retrieve(call: Call) -> Json:
    return call.named(_KIND)


def _create(call: Call) -> Json:
    only(call.params, *_KNOWN, "currency", "line_items")
    wanted = priced(call.state, call.params["line_items"])
    mode = _mode(call.state, wanted)
    lines = lines_of(call.state, wanted, mode)
    link = new_payment_link(call.state, lines[0]["currency"])
    data = call.params.get("subscription_data", {})
    link |= _changes(link, call.params) | {"line_items": _costed(call.state, lines, data)}
    if data or mode == "subscription":
        link["subscription_data"] = link_subscription_data(data)
    return call.state.create(link, "payment_link.created")


def _costed(state: State, lines: list[Json], data: Json) -> list[Json]:
    """Lines with what each comes to today; `data` says whether there is a trial first."""
    session: Json = {
        "currency": lines[0]["currency"],
        "customer": None,
        "discounts": [],
        "line_items": lines,
        "wish": {"subscription_data": data},
    }
    costed: list[Json] = added_up(state, session)["line_items"]
    return costed


def _mode(state: State, wanted: list[Json]) -> str:
    prices = (state.get("price", each.get("price", "")) for each in wanted)
    return "subscription" if any(each and each["recurring"] for each in prices) else "payment"


def _changes(link: Json, params: Json) -> Json:
    changes = plain_changes(params, _PLAIN, link)
    if "after_completion" in params:
        changes["after_completion"] = _after(params["after_completion"])
    if "payment_intent_data" in params:
        changes["payment_intent_data"] = link_payment_data(cleared(params["payment_intent_data"]))
    if "restrictions" in params:
        changes["restrictions"] = _restrictions(link, params["restrictions"])
    return changes


def _after(given: Json) -> Json:
    """What follows a payment.

    Raises:
        StripeProblem: it is to lead elsewhere, and doesn't say where.
    """
    if given["type"] == "redirect":
        if "redirect" not in given:
            name = "after_completion[redirect]"
            raise invalid(f"Missing required param: {name}.", name, "parameter_missing")
        return {"redirect": given["redirect"], "type": "redirect"}
    message = given.get("hosted_confirmation", {}).get("custom_message")
    return {
        "hosted_confirmation": {"custom_message": cleared(message)}, "type": "hosted_confirmation",
    }  # fmt: skip


def _restrictions(link: Json, given: Json | str) -> Json | None:
    if not isinstance(given, dict):
        return None
    count = (link["restrictions"] or {}).get("completed_sessions", {}).get("count", 0)
    return {"completed_sessions": {"count": count, "limit": given["completed_sessions"]["limit"]}}


def _update(call: Call) -> Json:
    if "line_items" in call.params:
        raise unsupported("changing the line_items of a payment link")
    only(call.params, *_KNOWN)
    link = call.named(_KIND)
    changes = _changes(link, call.params)
    if "subscription_data" in call.params:
        current = link["subscription_data"] or {}
        given = cleared(call.params["subscription_data"])
        changes["subscription_data"] = link_subscription_data({**current, **given})
    return call.state.update(link, changes, "payment_link.updated")


def _list_lines(call: Call) -> Json:
    return page_of(call, call.named(_KIND)["line_items"], "item")


def follow(state: State, link: Json, *, email: str, reference: str) -> Json:
    """The checkout session that following a link opens.

    Args:
        state: the sandbox.
        link: an active payment link.
        email, reference: what its address says of the customer; may be empty.
    """
    lines = [
        {"price": each["price"]["id"], "quantity": each["quantity"]} for each in link["line_items"]
    ]
    mode = _mode(state, lines)
    wish: Json = {"mode": mode, "line_items": lines, "metadata": link["metadata"]}
    for name in ("billing_address_collection", "payment_method_collection", "submit_type"):
        wish[name] = link[name]
    if link["allow_promotion_codes"]:
        wish["allow_promotion_codes"] = True
    if mode == "payment":
        wish["customer_creation"] = link["customer_creation"]
    wish |= _data(link, mode)
    wish |= {
        name: value
        for name, value in (("customer_email", email), ("client_reference_id", reference))
        if value
    }
    return open_session(state, wish, payment_link=link["id"])


def _data(link: Json, mode: str) -> Json:
    """What a link says of the subscription or the payment that a session makes."""
    name = "subscription_data" if mode == "subscription" else "payment_intent_data"
    known = {"description", "metadata", "trial_period_days", "capture_method",
             "setup_future_usage", "statement_descriptor", "statement_descriptor_suffix"}  # fmt: skip
    data = {key: value for key, value in (link[name] or {}).items() if key in known and value}
    return {name: data} if data else {}


_ALL = "/v1/payment_links"
_ONE = f"{_ALL}/{{id}}"

ENDPOINTS = (
    Endpoint("GET", _ALL, _list, "PaymentLinkListParams", _KIND),
    Endpoint("POST", _ALL, _create, "PaymentLinkCreateParams", _KIND),
    Endpoint("GET", _ONE, _retrieve, "PaymentLinkRetrieveParams", _KIND),
    Endpoint("POST", _ONE, _update, "PaymentLinkUpdateParams", _KIND),
    Endpoint("GET", f"{_ONE}/line_items", _list_lines, "PaymentLinkListLineItemsParams", _KIND),
)
