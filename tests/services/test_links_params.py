"""A link's request is checked before anything is sent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal_desk.errors import InvalidInput
from portal_desk.models.actions import LinkRequest
from portal_desk.services.link_params import params_of
from portal_desk.services.links import login_link

HOME = LinkRequest("cus_1")
CONFIRM = LinkRequest(
    "cus_1",
    flow="subscription_update_confirm",
    flow_subscription="sub_1",
    flow_item="si_1",
    flow_price="price_2",
    flow_quantity=3,
)
CANCEL = LinkRequest("cus_1", flow="subscription_cancel", flow_subscription="sub_1")
PAYMENT = LinkRequest("cus_1", flow="payment_method_update")


def test_a_plain_link_asks_for_the_customer_alone() -> None:
    assert params_of(HOME) == {"customer": "cus_1"}


def test_everything_around_a_flow_is_passed_on() -> None:
    request = LinkRequest(
        "cus_1",
        configuration="bpc_1",
        locale="ja",
        return_url="https://shop.example/account",
        recoverable=True,
        on_behalf_of="acct_1",
    )
    assert params_of(request) == {
        "customer": "cus_1",
        "configuration": "bpc_1",
        "locale": "ja",
        "return_url": "https://shop.example/account",
        "after_expiration": {"type": "customer_login"},
        "on_behalf_of": "acct_1",
    }


def test_a_new_plan_to_confirm_has_exactly_one_item() -> None:
    assert params_of(replace(CONFIRM, flow_discount="promo_1"))["flow_data"] == {
        "type": "subscription_update_confirm",
        "subscription_update_confirm": {
            "subscription": "sub_1",
            "items": [{"id": "si_1", "price": "price_2", "quantity": 3}],
            "discounts": [{"promotion_code": "promo_1"}],
        },
    }


def test_a_discount_that_is_no_promotion_code_is_a_coupon() -> None:
    flow = params_of(replace(CONFIRM, flow_discount="SUMMER"))["flow_data"]
    assert flow["subscription_update_confirm"]["discounts"] == [{"coupon": "SUMMER"}]


def test_a_cancellation_can_offer_a_coupon_to_stay() -> None:
    assert params_of(replace(CANCEL, retention_coupon="STAY"))["flow_data"] == {
        "type": "subscription_cancel",
        "subscription_cancel": {
            "subscription": "sub_1",
            "retention": {"type": "coupon_offer", "coupon_offer": {"coupon": "STAY"}},
        },
    }


@pytest.mark.parametrize(
    ("after", "value", "sent"),
    [
        ("portal_homepage", None, {"type": "portal_homepage"}),
        ("hosted_confirmation", None, {"type": "hosted_confirmation"}),
        (
            "hosted_confirmation",
            "Thank you",
            {"type": "hosted_confirmation", "hosted_confirmation": {"custom_message": "Thank you"}},
        ),
        (
            "redirect",
            "https://shop.example/done",
            {"type": "redirect", "redirect": {"return_url": "https://shop.example/done"}},
        ),
    ],
)
def test_what_follows_a_flow_is_passed_on(after: str, value: str | None, sent: dict) -> None:
    request = replace(PAYMENT, after_completion=after, after_completion_value=value)
    assert params_of(request)["flow_data"]["after_completion"] == sent


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (replace(HOME, customer="sub_1"), "not a customer"),
        (replace(HOME, configuration="default"), "not a portal configuration"),
        (replace(HOME, locale="tlh"), "does not speak “tlh”"),
        (replace(HOME, return_url="shop.example"), "can't be used"),
        (replace(HOME, return_url="javascript://alert(1)"), "can't be used"),
        (replace(HOME, return_url="http://shop.example"), "can't be used"),
        (replace(HOME, after_completion="portal_homepage"), "has no completion"),
        (replace(HOME, flow_subscription="sub_1"), "A subscription belongs to a flow"),
        (replace(PAYMENT, flow_subscription="sub_1"), "A subscription belongs to a flow"),
        (replace(CANCEL, flow_subscription=None), "about one subscription"),
        (replace(CANCEL, flow_item="si_1"), "R19"),
        (replace(CONFIRM, retention_coupon="STAY"), "R20"),
        (replace(CONFIRM, flow_item=None), "about one item"),
        (
            replace(CONFIRM, flow_price=None, flow_quantity=None),
            "nothing for the customer to confirm",
        ),
        (replace(CONFIRM, flow_quantity=0), "1 or more"),
        (replace(PAYMENT, after_completion="redirect"), "needs an address"),
        (
            replace(PAYMENT, after_completion="redirect", after_completion_value="nowhere"),
            "can't be used",
        ),
        (
            replace(PAYMENT, after_completion="portal_homepage", after_completion_value="Thanks"),
            "confirmation page",
        ),
    ],
)
def test_what_can_not_be_right_is_refused_in_words(request_: LinkRequest, words: str) -> None:
    with pytest.raises(InvalidInput, match=words.replace("(", r"\(")):
        params_of(request_)


def test_a_test_shop_on_this_machine_may_do_without_tls() -> None:
    assert params_of(replace(HOME, return_url="http://localhost:3000/x"))["return_url"]


def test_the_login_link_carries_the_address_encoded() -> None:
    page = {"login_page": {"enabled": True, "url": "https://billing.stripe.com/p/login/test_1"}}
    assert login_link(page, "jürgen+abo@müller.example") == (
        "https://billing.stripe.com/p/login/test_1"
        "?prefilled_email=j%C3%BCrgen%2Babo%40m%C3%BCller.example"
    )
    assert login_link(page, None) == "https://billing.stripe.com/p/login/test_1"


@pytest.mark.parametrize("page", [None, {"enabled": False, "url": None}])
def test_a_configuration_without_login_page_has_no_login_link(page: dict | None) -> None:
    assert login_link({"login_page": page}, "a@b.example") is None
