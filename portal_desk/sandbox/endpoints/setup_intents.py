"""Setup intents: payment methods saved for later. https://docs.stripe.com/payments/setup-intents"""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox import objects, paying
from portal_desk.sandbox.call import Call, Endpoint
from portal_desk.sandbox.endpoints.changes import only, plain_changes
from portal_desk.sandbox.lists import page

_IGNORED = ("return_url", "use_stripe_sdk")
"""About authenticating a card, which none here asks for."""


def _list(call: Call) -> Json:
    only(
        call.params,
        "created", "customer", "ending_before", "limit", "payment_method", "starting_after",
    )  # fmt: skip
    call.given("customer", "customer")
    return page(
        call,
        "setup_intent",
        customer=call.params.get("customer"),
        payment_method=call.params.get("payment_method"),
    )


def _retrieve(call: Call) -> Json:
    only(call.params, "client_secret")
    return call.named("setup_intent")


def _create(call: Call) -> Json:
    only(
        call.params, *_IGNORED,
        "allowed_payment_method_types", "automatic_payment_methods", "confirm", "customer",
        "description", "metadata", "payment_method", "usage",
    )  # fmt: skip
    params = call.params
    call.given("customer", "customer")
    automatic = params.get("automatic_payment_methods")
    intent = objects.new_setup_intent(
        call.state,
        automatic_payment_methods=automatic and {"allow_redirects": "always", **automatic},
        payment_method_types=params.get("allowed_payment_method_types", ["card"]),
        **plain_changes(params, ("customer", "description", "usage")),
    )
    intent |= paying.chosen(call.state, intent, call.params)
    call.state.create(intent, "setup_intent.created")
    return paying.confirm_setup(call.state, intent) if params.get("confirm") else intent


def _update(call: Call) -> Json:
    only(call.params, "customer", "description", "metadata", "payment_method")
    intent = call.named("setup_intent")
    call.given("customer", "customer")
    changes = plain_changes(call.params, ("customer", "description"), intent)
    changes |= paying.chosen(call.state, {**intent, **changes}, call.params)
    return call.state.update(intent, changes)


def _confirm(call: Call) -> Json:
    only(call.params, *_IGNORED, "payment_method")
    wanted = call.params.get("payment_method")
    return paying.confirm_setup(call.state, call.named("setup_intent"), wanted)


def _cancel(call: Call) -> Json:
    reason = call.params.get("cancellation_reason")
    return paying.cancel_setup(call.state, call.named("setup_intent"), reason)


_ALL = "/v1/setup_intents"
_ONE = f"{_ALL}/{{id}}"

ENDPOINTS = (
    Endpoint("GET", _ALL, _list, "SetupIntentListParams", "setup_intent"),
    Endpoint("POST", _ALL, _create, "SetupIntentCreateParams", "setup_intent"),
    Endpoint("GET", _ONE, _retrieve, "SetupIntentRetrieveParams", "setup_intent"),
    Endpoint("POST", _ONE, _update, "SetupIntentUpdateParams", "setup_intent"),
    Endpoint("POST", f"{_ONE}/confirm", _confirm, "SetupIntentConfirmParams", "setup_intent"),
    Endpoint("POST", f"{_ONE}/cancel", _cancel, "SetupIntentCancelParams", "setup_intent"),
)
