"""A parameter that Stripe takes is honoured or refused: none is taken and ignored."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from typing import Any, get_args, get_origin

import pytest
import stripe
import typing_extensions

from portal_desk.sandbox.endpoints import honoured
from portal_desk.sandbox.problems import StripeProblem

from .http_world import World

TYPES = {
    "SubscriptionCreateParams": honoured.SUBSCRIPTION_CREATE,
    "SubscriptionUpdateParams": honoured.SUBSCRIPTION_UPDATE,
    "SubscriptionCancelParams": honoured.SUBSCRIPTION_CANCEL,
    "SubscriptionPauseParams": honoured.SUBSCRIPTION_PAUSE,
    "SubscriptionResumeParams": honoured.SUBSCRIPTION_RESUME,
    "SubscriptionMigrateParams": honoured.SUBSCRIPTION_MIGRATE,
    "SubscriptionItemCreateParams": honoured.ITEM_CREATE,
    "SubscriptionItemUpdateParams": honoured.ITEM_UPDATE,
    "SubscriptionItemDeleteParams": honoured.ITEM_DELETE,
    "SubscriptionScheduleCreateParams": honoured.SCHEDULE_CREATE,
    "SubscriptionScheduleUpdateParams": honoured.SCHEDULE_UPDATE,
    "SubscriptionScheduleReleaseParams": honoured.SCHEDULE_RELEASE,
    "SubscriptionScheduleCancelParams": honoured.SCHEDULE_CANCEL,
    "InvoiceCreateParams": honoured.INVOICE_CREATE,
    "InvoiceUpdateParams": honoured.INVOICE_UPDATE,
    "InvoiceFinalizeInvoiceParams": honoured.INVOICE_FINALIZE,
    "InvoicePayParams": honoured.INVOICE_PAY,
    "InvoiceItemCreateParams": honoured.INVOICE_ITEM_CREATE,
    "InvoiceItemUpdateParams": honoured.INVOICE_ITEM_UPDATE,
    "InvoiceCreatePreviewParams": honoured.PREVIEW,
}


def nested(annotation: Any) -> Iterator[Any]:
    """The request types that an annotation is made of."""
    if typing_extensions.is_typeddict(annotation):
        yield annotation
    elif get_origin(annotation):
        for each in get_args(annotation):
            yield from nested(each)


def fields(request_type: Any) -> Mapping[str, Any]:
    options = importlib.import_module("stripe._request_options")
    names = vars(importlib.import_module(request_type.__module__))
    known = {**vars(options), **names, "StripeContext": object}
    hints = typing_extensions.get_type_hints(request_type, known)
    left_out = {"expand", *options.RequestOptions.__annotations__}
    return {name: hint for name, hint in hints.items() if name not in left_out}


@pytest.mark.parametrize("name", TYPES)
def test_what_is_honoured_is_what_stripe_takes(name: str) -> None:
    def compare(request_type: Any, known: Mapping[str, honoured.Honoured], path: str) -> None:
        taken = fields(request_type)
        assert not known.keys() - taken.keys(), path
        for field, within in known.items():
            if isinstance(within, Mapping):
                for each in nested(taken[field]):
                    compare(each, within, f"{path}.{field}")

    compare(getattr(stripe.params, name), TYPES[name], name)


@pytest.mark.parametrize("name", TYPES)
def test_what_is_not_honoured_is_refused_by_name(name: str) -> None:
    for field in fields(getattr(stripe.params, name)).keys() - TYPES[name].keys():
        with pytest.raises(StripeProblem, match=field) as caught:
            honoured.honour({field: "x"}, TYPES[name])
        assert caught.value.status == 501


@pytest.mark.parametrize(
    ("params", "named"),
    [
        ({"transfer_data": {"destination": "acct_1"}}, "transfer_data"),
        (
            {"items": [{"billing_thresholds": {"usage_gte": 5}}]},
            r"items\[0\]\[billing_thresholds\]",
        ),
        ({"automatic_tax": {"enabled": True, "liability": {"type": "account"}}}, "liability"),
    ],
)
def test_the_server_says_what_it_would_ignore(
    client: stripe.StripeClient, world: World, params: Any, named: str
) -> None:
    with pytest.raises(stripe.StripeError, match=f"does not support .*{named}"):
        client.v1.subscriptions.update(world.subscription["id"], params)
