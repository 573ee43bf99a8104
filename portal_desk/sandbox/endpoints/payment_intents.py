"""Payment intents: those that billing makes, and payments that are asked for by themselves."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox import billing, objects, paying
from portal_desk.sandbox.call import Call, Endpoint
from portal_desk.sandbox.currencies import check_amount
from portal_desk.sandbox.endpoints.awakening import awaken
from portal_desk.sandbox.endpoints.changes import only, plain_changes
from portal_desk.sandbox.lists import page
from portal_desk.sandbox.problems import invalid, missing

_PLAIN = (
    "description", "receipt_email", "setup_future_usage", "shipping", "statement_descriptor",
    "statement_descriptor_suffix", "transfer_group",
)  # fmt: skip
_IGNORED = ("error_on_requires_action", "off_session", "return_url", "use_stripe_sdk")
"""About authenticating a payment, which no payment here asks for."""


def _list(call: Call) -> Json:
    only(call.params, "created", "customer", "ending_before", "limit", "starting_after")
    call.given("customer", "customer")
    awaken(call)
    return page(call, "payment_intent", customer=call.params.get("customer"))


def _named(call: Call) -> Json:
    found = billing.intent_named(call.state, call.ids["id"])
    if found is None:
        raise missing("payment_intent", call.ids["id"])
    return found


def _retrieve(call: Call) -> Json:
    only(call.params, "client_secret")
    return _named(call)


def _create(call: Call) -> Json:
    only(
        call.params,
        *_PLAIN, *_IGNORED,
        "allowed_payment_method_types", "amount", "automatic_payment_methods", "capture_method",
        "confirm", "confirmation_method", "currency", "customer", "metadata", "payment_method",
    )  # fmt: skip
    params = call.params
    check_amount(params["amount"], params["currency"])
    call.given("customer", "customer")
    fields = plain_changes(
        params, (*_PLAIN, "capture_method", "confirmation_method", "customer"), None
    )
    intent = objects.new_intent(
        call.state,
        call.state.new_id("pi", 24),
        params["amount"],
        params["currency"].lower(),
        automatic_payment_methods=_automatic(params),
        payment_method_types=params.get("allowed_payment_method_types", ["card"]),
        **fields,
    )
    intent |= paying.chosen(call.state, intent, call.params)
    call.state.create(intent, "payment_intent.created")
    return paying.confirm_payment(call.state, intent) if params.get("confirm") else intent


def _automatic(params: Json) -> Json | None:
    given = params.get("automatic_payment_methods")
    return {"allow_redirects": "always", **given} if given else None


def _update(call: Call) -> Json:
    only(call.params, *_PLAIN, "amount", "currency", "customer", "metadata", "payment_method")
    intent = _named(call)
    settled = intent["status"] in {"succeeded", "canceled", "requires_capture"}
    if settled and call.params.keys() - {"description", "metadata", "receipt_email"}:
        raise invalid(
            "This PaymentIntent could not be updated in this way because it has a status of "
            f"{intent['status']}.",
            code="payment_intent_unexpected_state",
        )
    if "amount" in call.params:
        currency = call.params.get("currency") or intent["currency"]
        check_amount(call.params["amount"], currency)
    call.given("customer", "customer")
    changes = plain_changes(call.params, (*_PLAIN, "amount", "currency", "customer"), intent)
    changes |= paying.chosen(call.state, {**intent, **changes}, call.params)
    return call.state.update(intent, changes)


def _confirm(call: Call) -> Json:
    only(
        call.params, *_IGNORED,
        "capture_method", "payment_method", "receipt_email", "setup_future_usage", "shipping",
    )  # fmt: skip
    names = ("capture_method", "receipt_email", "setup_future_usage", "shipping")
    intent = call.state.update(_named(call), plain_changes(call.params, names))
    return paying.confirm_payment(call.state, intent, call.params.get("payment_method"))


def _capture(call: Call) -> Json:
    only(call.params, "amount_to_capture", "metadata")
    intent = _named(call)
    captured = paying.capture_payment(call.state, intent, call.params.get("amount_to_capture"))
    return call.state.update(captured, plain_changes(call.params, (), intent))


def _cancel(call: Call) -> Json:
    reason = call.params.get("cancellation_reason")
    return paying.cancel_payment(call.state, _named(call), reason)


_ALL = "/v1/payment_intents"
_ONE = f"{_ALL}/{{id}}"

ENDPOINTS = (
    Endpoint("GET", _ALL, _list, "PaymentIntentListParams", "payment_intent"),
    Endpoint("POST", _ALL, _create, "PaymentIntentCreateParams", "payment_intent"),
    Endpoint("GET", _ONE, _retrieve, "PaymentIntentRetrieveParams", "payment_intent"),
    Endpoint("POST", _ONE, _update, "PaymentIntentUpdateParams", "payment_intent"),
    Endpoint("POST", f"{_ONE}/confirm", _confirm, "PaymentIntentConfirmParams", "payment_intent"),
    Endpoint("POST", f"{_ONE}/capture", _capture, "PaymentIntentCaptureParams", "payment_intent"),
    Endpoint("POST", f"{_ONE}/cancel", _cancel, "PaymentIntentCancelParams", "payment_intent"),
)
