"""Portal sessions: a customer's way into the portal, straight to one task if wanted."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox.call import Call, Endpoint
from portal_desk.sandbox.endpoints.changes import only
from portal_desk.sandbox.endpoints.portal_configurations import KIND, check_url
from portal_desk.sandbox.endpoints.portal_flows import flow_of
from portal_desk.sandbox.problems import invalid
from portal_desk.sandbox.visits import open_visit


def _create(call: Call) -> Json:
    only(
        call.params,
        "after_expiration", "configuration", "customer", "flow_data", "locale", "on_behalf_of",
        "return_url",
    )  # fmt: skip
    customer = call.given("customer", "customer")
    if customer is None:
        raise invalid("Missing required param: customer.", "customer", "parameter_missing")
    configuration = _configuration(call)
    return_url = call.params.get("return_url") or configuration["default_return_url"]
    check_url(return_url, "return_url")
    call.given("account", "on_behalf_of")
    session = {
        "id": call.state.new_id("bps", 24),
        "object": "billing_portal.session",
        "after_expiration": _after_expiration(call.params.get("after_expiration")),
        "configuration": configuration["id"],
        "created": call.state.now(),
        "customer": customer["id"],
        "customer_account": None,
        "flow": flow_of(call, customer, configuration),
        "livemode": call.state.livemode,
        "locale": call.params.get("locale"),
        "on_behalf_of": call.params.get("on_behalf_of"),
        "return_url": return_url,
        "url": "",
    }
    session["url"] = open_visit(call.state, session)
    return call.state.create(session, "billing_portal.session.created")


def _configuration(call: Call) -> Json:
    """The configuration asked for, or the default.

    Raises:
        StripeProblem: it is inactive, or there is no default.
    """
    given = call.given(KIND, "configuration")
    if given is None:
        given = next(call.state.where(KIND, is_default=True), None)
    if given is None:
        mode, path = ("live", "") if call.state.livemode else ("test", "test/")
        raise invalid(
            f"No configuration provided and your {mode} mode default configuration has not been "
            "created. Provide a configuration or create your default by saving your customer "
            f"portal settings in {mode} mode at "
            f"https://dashboard.stripe.com/{path}settings/billing/portal."
        )
    if not given["active"]:
        message = f"The configuration `{given['id']}` is not active."
        raise invalid(message, "configuration")
    return given


def _after_expiration(given: Json | None) -> Json | None:
    if given is None:
        return None
    expires_at = given.get("customer_login", {}).get("expires_at")
    return {"customer_login": {"expires_at": expires_at}, "type": given["type"]}


ENDPOINTS = (
    Endpoint(
        "POST",
        "/v1/billing_portal/sessions",
        _create,
        "billing_portal.SessionCreateParams",
        "customer_portal",
    ),
)
