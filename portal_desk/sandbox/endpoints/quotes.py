"""Quotes. https://docs.stripe.com/api/quotes"""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox import quotes
from portal_desk.sandbox.call import Call, Endpoint
from portal_desk.sandbox.checkout import lines_of
from portal_desk.sandbox.endpoints.changes import cleared, only, plain_changes
from portal_desk.sandbox.endpoints.checkout_sessions import priced
from portal_desk.sandbox.lists import page, page_of
from portal_desk.sandbox.objects.quotes import new_quote, quoted_mode
from portal_desk.sandbox.problems import invalid
from portal_desk.sandbox.quotes import KIND, WISH

_PLAIN = ("collection_method", "customer", "description", "expires_at", "footer", "header")
_ALL_PARAMS = (
    *_PLAIN, "discounts", "invoice_settings", "line_items", "metadata", "subscription_data",
)  # fmt: skip


def _list(call: Call) -> Json:
    only(call.params, "customer", "ending_before", "limit", "starting_after", "status")
    for quote in list(call.state.where(KIND, status="open")):
        quotes.settle(call.state, quote)
    return page(call, KIND, customer=call.params.get("customer"), status=call.params.get("status"))


def _named(call: Call) -> Json:
    return quotes.settle(call.state, call.named(KIND))


def _create(call: Call) -> Json:
    quote = {**new_quote(call.state), WISH: []}
    quote |= _changes(call, quote)
    return call.state.create(quote, "quote.created")


def _update(call: Call) -> Json:
    quote = _named(call)
    if quote["status"] != "draft":
        raise invalid(
            f"You cannot update this quote because it has a status of {quote['status']}. Only "
            "draft quotes can be updated."
        )
    return call.state.update(quote, _changes(call, quote))


def _changes(call: Call, quote: Json) -> Json:
    """What the parameters of a create or an update change, and what it comes to then."""
    only(call.params, *_ALL_PARAMS)
    params = call.params
    call.given("customer", "customer")
    changes = plain_changes(params, _PLAIN, quote)
    for name, known in (
        ("invoice_settings", ("days_until_due",)),
        ("subscription_data", ("billing_mode", "description", "metadata", "trial_period_days")),
    ):
        if name in params:
            only(params[name], *known)
            changes[name] = {**quote[name], **cleared(params[name])}
    if kind := params.get("subscription_data", {}).get("billing_mode", {}).get("type"):
        changes["subscription_data"]["billing_mode"] = quoted_mode(kind)
    if "line_items" in params:
        changes["line_items"] = _lines(call, params["line_items"])
    if "discounts" in params:
        changes[WISH] = params["discounts"] or []
        changes["discounts"] = quotes.discounts(call.state, {**quote, **changes})
    return changes | quotes.computed(call.state, {**quote, **changes})


def _lines(call: Call, wanted: list[Json]) -> list[Json]:
    found = priced(call.state, wanted)
    named = [call.state.get("price", each.get("price", "")) or {} for each in found]
    recurs = any(price.get("recurring") for price in named)
    return lines_of(call.state, found, "subscription" if recurs else "payment")


def _finalize(call: Call) -> Json:
    quote = _named(call)
    if "expires_at" in call.params:
        call.state.update(quote, {"expires_at": call.params["expires_at"]})
    return quotes.finalize(call.state, quote)


def _accept(call: Call) -> Json:
    return quotes.accept(call.state, _named(call))


def _cancel(call: Call) -> Json:
    return quotes.cancel(call.state, _named(call))


def _list_lines(call: Call) -> Json:
    return page_of(call, _named(call)["line_items"], "item")


_ALL = "/v1/quotes"
_ONE = f"{_ALL}/{{id}}"

ENDPOINTS = (
    Endpoint("GET", _ALL, _list, "QuoteListParams", "quote"),
    Endpoint("POST", _ALL, _create, "QuoteCreateParams", "quote"),
    Endpoint("GET", _ONE, _named, "QuoteRetrieveParams", "quote"),
    Endpoint("POST", _ONE, _update, "QuoteUpdateParams", "quote"),
    Endpoint("POST", f"{_ONE}/accept", _accept, "QuoteAcceptParams", "quote"),
    Endpoint("POST", f"{_ONE}/cancel", _cancel, "QuoteCancelParams", "quote"),
    Endpoint("POST", f"{_ONE}/finalize", _finalize, "QuoteFinalizeQuoteParams", "quote"),
    Endpoint("GET", f"{_ONE}/line_items", _list_lines, "QuoteLineItemListParams", "quote"),
    # All that is on a quote is on its first invoice too.
    Endpoint(
        "GET",
        f"{_ONE}/computed_upfront_line_items",
        _list_lines,
        "QuoteComputedUpfrontLineItemsListParams",
        "quote",
    ),
)
