"""Checkout sessions that customers open as a link."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox import objects
from portal_desk.sandbox.call import Call, Endpoint
from portal_desk.sandbox.checkout import KIND, added_up, expire, lines_of, settle
from portal_desk.sandbox.endpoints.changes import cleared, merged_metadata, only, plain_changes
from portal_desk.sandbox.endpoints.prices import create_price
from portal_desk.sandbox.lists import page, page_of
from portal_desk.sandbox.objects.checkout import DAY, new_checkout_session
from portal_desk.sandbox.problems import invalid, unsupported
from portal_desk.sandbox.state import State

_PLAIN = (
    "allow_promotion_codes", "allowed_payment_method_types", "billing_address_collection",
    "cancel_url", "client_reference_id", "customer", "customer_creation", "customer_email",
    "locale", "origin_context", "payment_method_collection", "submit_type", "success_url",
)  # fmt: skip
_DATA = {
    "subscription": (
        "subscription_data",
        {"billing_mode", "default_tax_rates", "description", "metadata", "trial_end",
         "trial_period_days"},
    ),
    "payment": (
        "payment_intent_data",
        {"capture_method", "description", "metadata", "receipt_email", "setup_future_usage",
         "statement_descriptor", "statement_descriptor_suffix", "transfer_group"},
    ),
    "setup": ("setup_intent_data", {"description", "metadata"}),
}  # fmt: skip
"""What can be said of the thing that each mode makes."""
_HALF_AN_HOUR = 1_800


def _list(call: Call) -> Json:
    only(
        call.params,
        "created", "customer", "ending_before", "limit", "payment_intent", "payment_link",
        "starting_after", "status", "subscription",
    )  # fmt: skip
    for session in list(call.state.where(KIND, status="open")):
        settle(call.state, session)
    names = ("customer", "payment_intent", "payment_link", "status", "subscription")
    return page(call, KIND, **{name: call.params.get(name) for name in names})


def _named(call: Call) -> Json:
    return settle(call.state, call.named(KIND))


def _create(call: Call) -> Json:
    only(
        call.params, *_PLAIN,
        "automatic_tax", "currency", "discounts", "expires_at", "line_items", "metadata", "mode",
        "payment_intent_data", "phone_number_collection", "setup_intent_data",
        "subscription_data", "tax_id_collection", "ui_mode",
    )  # fmt: skip
    call.given("customer", "customer")
    return open_session(call.state, call.params)


def open_session(state: State, params: Json, **fields: str | None) -> Json:
    """A new session, ready to be opened by a customer.

    Args:
        state: the sandbox.
        params: those of `POST /v1/checkout/sessions`.
        fields: what the session has besides, such as its payment link.

    Raises:
        StripeProblem: where Stripe would refuse, or the sandbox can't do what is asked for.
    """
    mode = params.get("mode")
    if mode is None:
        raise invalid("Missing required param: mode.", "mode", "parameter_missing")
    _refuse_what_is_unsupported(params)
    session = new_checkout_session(
        state,
        mode,
        expires_at=_expiry(state, params),
        discounts=_discounts(params),
        **plain_changes(params, _PLAIN),
        **fields,
    )
    session["metadata"] = merged_metadata({}, params.get("metadata", {}))
    session["wish"] = _wish(params, mode)
    session |= _set_up(state, session) if mode == "setup" else _lines(state, session, params)
    return state.create(session)


def _refuse_what_is_unsupported(params: Json) -> None:
    for name in ("automatic_tax", "phone_number_collection", "tax_id_collection"):
        if params.get(name, {}).get("enabled"):
            raise unsupported(f"{name}[enabled]=true in Checkout")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise unsupported(f"ui_mode={params['ui_mode']}: Checkout is a page of its own here")


def _expiry(state: State, params: Json) -> int:
    now = state.now()
    wanted: int = params.get("expires_at", now + DAY)
    if not now + _HALF_AN_HOUR <= wanted <= now + DAY:
        raise invalid(
            "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout "
            "Session creation.",
            "expires_at",
        )
    return wanted


def _discounts(params: Json) -> list[Json]:
    given = params.get("discounts") or []
    if given and "allow_promotion_codes" in params:
        raise invalid(
            "You may only specify one of these parameters: allow_promotion_codes, discounts.",
            "discounts",
        )
    if len(given) > 1:
        raise invalid("Checkout Sessions take one discount at most.", "discounts")
    return [{"coupon": None, "promotion_code": None, **each} for each in given]


def _wish(params: Json, mode: str) -> Json:
    """What was asked for of the thing that the session makes."""
    for of_mode, (name, _) in _DATA.items():
        if name in params and of_mode != mode:
            raise invalid(f"You can not pass `{name}` in `{mode}` mode.", name)
    name, known = _DATA[mode]
    data = params.get(name, {})
    for unknown in sorted(data.keys() - known):
        raise unsupported(f"the parameter '{name}[{unknown}]' here")
    return {name: {key: cleared(value) for key, value in data.items()}} if data else {}


def _set_up(state: State, session: Json) -> Json:
    data = session["wish"].get("setup_intent_data", {})
    intent = objects.new_setup_intent(state, customer=session["customer"], **data)
    return {"setup_intent": state.create(intent, "setup_intent.created")["id"]}


def _lines(state: State, session: Json, params: Json) -> Json:
    if not params.get("line_items"):
        raise invalid("Missing required param: line_items.", "line_items", "parameter_missing")
    if not session["success_url"] and not session["payment_link"]:
        raise invalid("Missing required param: success_url.", "success_url", "parameter_missing")
    lines = lines_of(state, priced(state, params["line_items"]), session["mode"])
    session |= {"currency": lines[0]["currency"], "line_items": lines}
    return added_up(state, session)


def priced(state: State, wanted: list[Json]) -> list[Json]:
    """Lines with their prices, made on the way where only their data is given."""
    found = []
    for each in wanted:
        only(each, "metadata", "price", "price_data", "quantity")
        if data := each.get("price_data"):
            each = {**each, "price": create_price(state, data)["id"]}  # noqa: PLW2901
        found.append(each)
    return found


def _update(call: Call) -> Json:
    only(call.params, "metadata")
    session = call.named(KIND)
    return call.state.update(session, plain_changes(call.params, (), session))


def _expire(call: Call) -> Json:
    return expire(call.state, _named(call))


def _list_lines(call: Call) -> Json:
    return page_of(call, _named(call)["line_items"], "item")


_ALL = "/v1/checkout/sessions"
_ONE = f"{_ALL}/{{id}}"
_RESOURCE = "checkout_session"

ENDPOINTS = (
    Endpoint("GET", _ALL, _list, "checkout.SessionListParams", _RESOURCE),
    Endpoint("POST", _ALL, _create, "checkout.SessionCreateParams", _RESOURCE),
    Endpoint("GET", _ONE, _named, "checkout.SessionRetrieveParams", _RESOURCE),
    Endpoint("POST", _ONE, _update, "checkout.SessionUpdateParams", _RESOURCE),
    Endpoint("POST", f"{_ONE}/expire", _expire, "checkout.SessionExpireParams", _RESOURCE),
    Endpoint(
        "GET", f"{_ONE}/line_items", _list_lines, "checkout.SessionListLineItemsParams", _RESOURCE
    ),
)
