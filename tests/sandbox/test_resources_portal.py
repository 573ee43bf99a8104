"""Portal configurations and sessions, with what Stripe refuses in them."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from portal_desk.models.json import Json
from portal_desk.sandbox import billing, objects

from .http_world import START, Server, World

SESSIONS = "/v1/billing_portal/sessions"
CONFIGURATIONS = "/v1/billing_portal/configurations"


def flat(value: object, name: str = "") -> dict[str, str]:
    """Nested parameters as a form carries them."""
    if isinstance(value, dict):
        entries: list[tuple[Any, Any]] = list(value.items())
    elif isinstance(value, list):
        entries = list(enumerate(value))
    else:
        text = str(value).lower() if isinstance(value, bool) else str(value)
        return {name: text}
    fields: dict[str, str] = {}
    for key, each in entries:
        fields |= flat(each, f"{name}[{key}]" if name else str(key))
    return fields


def message(server: Server, path: str, params: Json) -> str:
    """What Stripe says when it refuses."""
    answer = server.request("POST", path, flat(params))
    assert answer.status == 400, answer.text
    return str(answer.error["message"])


def offer(world: World, *prices: Json, product: Json | None = None) -> Json:
    """Features that let a customer change to `prices`."""
    return {
        "payment_method_update": {"enabled": True},
        "subscription_update": {
            "enabled": True,
            "default_allowed_updates": ["price"],
            "products": [
                {
                    "product": (product or world.team)["id"],
                    "prices": [price["id"] for price in prices],
                }
            ],
        },
    }


def change_features(world: World, **features: Json) -> None:
    """Change features of the default configuration."""
    stored = world.configuration["features"]
    changed = {name: {**stored[name], **change} for name, change in features.items()}
    world.state.update(world.configuration, {"features": {**stored, **changed}})


def test_products_are_left_out_unless_expanded(client: stripe.StripeClient, world: World) -> None:
    path = "features.subscription_update.products"
    wanted = [world.monthly["id"], world.yearly["id"]]
    plain = client.v1.billing_portal.configurations.list().data[0].to_dict()
    assert "products" not in plain["features"]["subscription_update"]
    listed = client.v1.billing_portal.configurations.list({"expand": [f"data.{path}"]}).data[0]
    products = listed.to_dict()["features"]["subscription_update"]["products"]
    assert products[0]["prices"] == wanted
    one = client.v1.billing_portal.configurations.retrieve(
        world.configuration["id"], {"expand": [path]}
    )
    assert one.to_dict()["features"]["subscription_update"]["products"] == products


def test_a_configuration_is_made_and_changed_in_part(
    client: stripe.StripeClient, world: World
) -> None:
    made = client.v1.billing_portal.configurations.create(
        {
            "name": "Kiosk",
            "features": {"invoice_history": {"enabled": True}},
            "login_page": {"enabled": True},
        }
    )
    assert made.is_default is False
    assert str(made.login_page.url).startswith("http://127.0.0.1:")
    changed = client.v1.billing_portal.configurations.update(
        made.id,
        {"features": {"customer_update": {"enabled": True, "allowed_updates": ["email"]}}},
    ).to_dict()
    assert changed["features"]["customer_update"]["allowed_updates"] == ["email"]
    assert changed["features"]["invoice_history"]["enabled"] is True
    client.v1.billing_portal.configurations.update(made.id, {"active": False})
    active = client.v1.billing_portal.configurations.list({"active": True}).data
    assert [each.id for each in active] == [world.configuration["id"]]


def test_the_default_configuration_stays_active(server: Server, world: World) -> None:
    path = f"{CONFIGURATIONS}/{world.configuration['id']}"
    assert "default configuration" in message(server, path, {"active": False})


def test_updates_need_a_way_to_pay_for_them(server: Server, world: World) -> None:
    features = offer(world, world.monthly) | {"payment_method_update": {"enabled": False}}
    assert message(server, CONFIGURATIONS, {"features": features}) == (
        "Cannot enable subscription updates while payment method update is disabled."
    )


def test_ten_products_are_the_most(server: Server, world: World) -> None:
    features = offer(world, world.monthly)
    update = features["subscription_update"]
    update["products"] = update["products"] * 11
    assert "exceeded maximum 10 allowed elements" in message(
        server, CONFIGURATIONS, {"features": features}
    )


def test_a_product_is_offered_once_per_interval(server: Server, world: World) -> None:
    quarterly = world.price(world.team, 5_500, "month", recurring=objects.recurring("month", 3))
    features = offer(world, world.monthly, quarterly)
    said = message(server, CONFIGURATIONS, {"features": features})
    assert "unique `recurring.interval`" in said


def test_an_offered_price_is_one_of_the_product(server: Server, world: World) -> None:
    other = world.state.create(objects.new_product(world.state, "Other"))
    said = message(server, CONFIGURATIONS, {"features": offer(world, world.monthly, product=other)})
    assert "does not belong to the product" in said


@pytest.mark.parametrize(
    ("mode", "behavior", "said"),
    [
        ("immediately", "always_invoice", "`always_invoice` is not a supported"),
        ("at_period_end", "create_prorations", "only compatible with `mode=immediately`"),
    ],
)
def test_a_cancellation_prorates_only_at_once(
    server: Server, mode: str, behavior: str, said: str
) -> None:
    cancel = {"enabled": True, "mode": mode, "proration_behavior": behavior}
    features = {"subscription_cancel": cancel}
    assert said in message(server, CONFIGURATIONS, {"features": features})


def test_a_session_leads_to_the_default_portal(client: stripe.StripeClient, world: World) -> None:
    session = client.v1.billing_portal.sessions.create(
        {
            "customer": world.customer["id"],
            "locale": "de",
            "return_url": "https://example.com/account",
        }
    ).to_dict()
    assert session["configuration"] == world.configuration["id"]
    assert (session["locale"], session["return_url"]) == ("de", "https://example.com/account")
    assert (session["flow"], session["created"]) == (None, START)
    assert "/p/session/test_" in session["url"]


def test_without_a_default_configuration_stripe_says_where_to_save_one(
    server: Server, world: World
) -> None:
    world.state.update(world.configuration, {"is_default": False})
    said = message(server, SESSIONS, {"customer": world.customer["id"]})
    assert said == (
        "No configuration provided and your test mode default configuration has not been created. "
        "Provide a configuration or create your default by saving your customer portal settings in "
        "test mode at https://dashboard.stripe.com/test/settings/billing/portal."
    )


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"customer": "cus_none"}, "No such customer: 'cus_none'"),
        ({"configuration": "bpc_none"}, "No such configuration: 'bpc_none'"),
        ({"return_url": "example.com"}, "Not a valid URL"),
        ({"locale": "tlh"}, "Invalid locale: must be one of auto"),
        ({"on_behalf_of": "acct_none"}, "No such account: 'acct_none'"),
        (
            {"flow_data": {"type": "subscription_cancel"}},
            "Missing required param: flow_data[subscription_cancel].",
        ),
        (
            {"flow_data": {"type": "customer_update", "after_completion": {"type": "redirect"}}},
            "Missing required param: flow_data[after_completion][redirect].",
        ),
    ],
)
def test_a_session_is_refused_in_stripes_words(
    server: Server, world: World, params: Json, said: str
) -> None:
    assert message(server, SESSIONS, {"customer": world.customer["id"], **params}).startswith(said)


def test_an_inactive_configuration_opens_no_session(server: Server, world: World) -> None:
    other = {**world.configuration, "id": "bpc_off", "is_default": False, "active": False}
    world.state.create(other)
    wish = {"customer": world.customer["id"], "configuration": "bpc_off"}
    assert "is not active" in message(server, SESSIONS, wish)


def flow(world: World, kind: str, **details: Any) -> Json:
    """A session's parameters with a flow about the world's subscription."""
    about = {kind: {"subscription": world.subscription["id"], **details}}
    return {"customer": world.customer["id"], "flow_data": {"type": kind, **about}}


def confirm(world: World, **item: Any) -> Json:
    """A session's parameters for confirming a change of the one item."""
    return flow(world, "subscription_update_confirm", items=[{"id": world.item["id"], **item}])


def test_every_flow_opens_a_session(server: Server, world: World) -> None:
    flexible = world.subscribe(world.customer, world.monthly, billing_mode={"type": "flexible"})
    pause = {"type": "subscription_pause", "subscription_pause": {"subscription": flexible["id"]}}
    wishes = [
        {"flow_data": {"type": "payment_method_update"}},
        {"flow_data": {"type": "customer_update"}},
        {"flow_data": pause},
        flow(world, "subscription_cancel"),
        flow(world, "subscription_update"),
        confirm(world, price=world.yearly["id"], quantity=2),
    ]
    kinds = set()
    for wish in wishes:
        answer = server.request("POST", SESSIONS, flat({"customer": world.customer["id"]} | wish))
        assert answer.status == 200, answer.text
        kinds.add(answer.json["flow"]["type"])
        assert answer.json["flow"]["after_completion"]["type"] == "portal_homepage"
    assert len(kinds) == 6


@pytest.mark.parametrize(
    ("feature", "said"),
    [
        ("subscription_update", "updated because the subscription update feature"),
        ("subscription_cancel", "canceled because the subscription cancellation feature"),
        ("subscription_pause", "paused because the subscription pause feature"),
    ],
)
def test_a_feature_that_is_off_has_no_flow(
    server: Server, world: World, feature: str, said: str
) -> None:
    change_features(world, **{feature: {"enabled": False}})
    assert message(server, SESSIONS, flow(world, feature)) == (
        f"This subscription cannot be {said} in the portal configuration is disabled."
    )


def test_a_subscription_set_to_cancel_is_not_cancelled_again(server: Server, world: World) -> None:
    billing.update_subscription(world.state, world.subscription, {"cancel_at_period_end": True})
    said = message(server, SESSIONS, flow(world, "subscription_cancel"))
    assert said == "The subscription is already set to be canceled at period end"


@pytest.mark.parametrize(
    ("kind", "verb"), [("subscription_cancel", "canceled"), ("subscription_update", "updated")]
)
def test_a_schedule_stands_in_the_way(server: Server, world: World, kind: str, verb: str) -> None:
    billing.create_schedule(world.state, {"from_subscription": world.subscription["id"]})
    said = message(server, SESSIONS, flow(world, kind))
    assert said.startswith(f"This subscription cannot be {verb} because it is managed by the sub")


def test_a_subscription_of_several_products_is_not_updated(server: Server, world: World) -> None:
    other = world.price(world.state.create(objects.new_product(world.state, "X")), 1, "month")
    world.subscription = world.subscribe(world.customer, world.monthly, other)
    said = message(server, SESSIONS, flow(world, "subscription_update"))
    assert said.endswith("because it has multiple subscription items.")


def test_a_subscription_invoiced_by_email_is_not_updated(server: Server, world: World) -> None:
    world.subscription = world.subscribe(
        world.customer, world.monthly, collection_method="send_invoice", days_until_due=14
    )
    said = message(server, SESSIONS, flow(world, "subscription_update"))
    assert said.endswith("because its collection method is `send_invoice`.")


def test_somebody_elses_subscription_is_refused(server: Server, world: World) -> None:
    wish = flow(world, "subscription_cancel") | {"customer": world.new_customer()["id"]}
    assert "does not belong to the customer" in message(server, SESSIONS, wish)


def test_a_retention_offer_needs_a_coupon_that_is_there(server: Server, world: World) -> None:
    offer = {"type": "coupon_offer", "coupon_offer": {"coupon": "NONE"}}
    wish = flow(world, "subscription_cancel", retention=offer)
    assert message(server, SESSIONS, wish) == "No such coupon: 'NONE'"
    world.state.create(objects.new_coupon(world.state, id="NONE", percent_off=10.0))
    answer = server.request("POST", SESSIONS, flat(wish))
    assert answer.json["flow"]["subscription_cancel"]["retention"] == offer


def test_confirming_nothing_is_refused(server: Server, world: World) -> None:
    wish = confirm(world, price=world.monthly["id"], quantity=2)
    assert message(server, SESSIONS, wish) == (
        "Cannot update the subscription because there are no changes to confirm."
    )


def test_a_price_outside_the_configuration_is_not_confirmed(server: Server, world: World) -> None:
    other = world.price(world.team, 100, "week")
    said = message(server, SESSIONS, confirm(world, price=other["id"]))
    assert "is not included in `features[subscription_update][products]`" in said


def test_a_price_of_another_tax_behavior_is_not_confirmed(server: Server, world: World) -> None:
    world.state.update(world.yearly, {"tax_behavior": "inclusive"})
    said = message(server, SESSIONS, confirm(world, price=world.yearly["id"]))
    assert "must have the same `tax_behavior`" in said


def test_a_quantity_beyond_the_limits_is_not_confirmed(server: Server, world: World) -> None:
    said = message(server, SESSIONS, confirm(world, quantity=10))
    assert said == "The quantity must be between 1 and 9."


def test_one_item_is_confirmed_and_no_more(server: Server, world: World) -> None:
    item = {"id": world.item["id"], "price": world.yearly["id"]}
    wish = flow(world, "subscription_update_confirm", items=[item, item])
    assert "exactly one item" in message(server, SESSIONS, wish)
    said = message(server, SESSIONS, confirm(world, id="si_none"))
    assert said == "No such subscription item: 'si_none'"


def test_a_discount_is_a_coupon_or_a_code(server: Server, world: World) -> None:
    world.state.create(objects.new_coupon(world.state, id="TEN", percent_off=10.0))
    items = [{"id": world.item["id"], "quantity": 3}]

    def wish(*discounts: Json) -> Json:
        return flow(world, "subscription_update_confirm", items=items, discounts=list(discounts))

    both = {"coupon": "TEN", "promotion_code": "promo"}
    assert "either `coupon` or `promotion_code`" in message(server, SESSIONS, wish(both))
    two = wish({"coupon": "TEN"}, {"coupon": "TEN"})
    assert "Only one discount" in message(server, SESSIONS, two)
    answer = server.request("POST", SESSIONS, flat(wish({"coupon": "TEN"})))
    confirmed = answer.json["flow"]["subscription_update_confirm"]
    assert confirmed["discounts"] == [{"coupon": "TEN", "promotion_code": None}]


def test_after_completion_and_expiration_are_kept(
    client: stripe.StripeClient, world: World
) -> None:
    session = client.v1.billing_portal.sessions.create(
        {
            "customer": world.customer["id"],
            "after_expiration": {"type": "customer_login"},
            "flow_data": {
                "type": "payment_method_update",
                "after_completion": {
                    "type": "hosted_confirmation",
                    "hosted_confirmation": {"custom_message": "Thank you"},
                },
            },
        }
    ).to_dict()
    completion = session["flow"]["after_completion"]
    assert completion["hosted_confirmation"] == {"custom_message": "Thank you"}
    assert session["after_expiration"]["type"] == "customer_login"
