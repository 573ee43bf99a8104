"""How the sandbox takes requests: keys, parameters, versions, and what it answers them with."""

from __future__ import annotations

import base64

import pytest
import stripe

from portal_desk.sandbox import keys

from .http_world import Server, World


def test_a_key_is_taken_as_bearer_and_as_basic(server: Server) -> None:
    basic = base64.b64encode(f"{keys.FULL_KEY}:".encode()).decode()
    assert server.request("GET", "/v1/account").json["id"] == "acct_world"
    found = server.request("GET", "/v1/account", key=None, Authorization=f"Basic {basic}")
    assert found.json["id"] == "acct_world"


def test_without_a_key_stripe_says_how_to_give_one(server: Server) -> None:
    answer = server.request("GET", "/v1/customers", key=None)
    assert answer.status == 401
    assert answer.error["message"].startswith("You did not provide an API key.")


@pytest.mark.parametrize(
    ("key", "message", "code"),
    [
        ("sk_test_abcdefgh1234", "Invalid API Key provided: sk_test_********1234", None),
        (keys.REVOKED_KEY, "Invalid API Key provided: sk_test_*************oked", None),
        (
            keys.EXPIRED_KEY,
            "Expired API Key provided: sk_test_*************ired",
            "api_key_expired",
        ),
        (keys.LIVE_KEY, "Invalid API Key provided: sk_live_*************dbox", None),
    ],
)
def test_a_key_that_does_not_work_is_named_but_not_shown(
    server: Server, key: str, message: str, code: str | None
) -> None:
    with pytest.raises(stripe.AuthenticationError) as caught:
        server.client(key).v1.customers.list()
    assert caught.value.user_message == message
    assert caught.value.error is not None
    assert caught.value.error.code == code


@pytest.mark.parametrize("key", sorted(keys.RESTRICTED_KEYS))
def test_a_restricted_key_still_sees_its_account(server: Server, key: str) -> None:
    assert server.client(key).v1.accounts.retrieve_current().id == "acct_world"


def test_a_restricted_key_is_told_which_permission_it_lacks(server: Server, world: World) -> None:
    client = server.client(keys.NO_PORTAL_KEY)
    with pytest.raises(stripe.PermissionError) as caught:
        client.v1.billing_portal.sessions.create({"customer": world.customer["id"]})
    message = str(caught.value.user_message)
    assert message.startswith("The provided key 'rk_test_")
    assert keys.NO_PORTAL_KEY not in message
    assert message.endswith(
        "does not have the required permissions for this endpoint on account 'acct_world'. Having "
        "the 'rak_customer_portal_write' permission would allow this request to continue."
    )


def test_a_read_only_key_reads_and_does_not_write(server: Server, world: World) -> None:
    client = server.client(keys.READ_ONLY_KEY)
    assert client.v1.customers.retrieve(world.customer["id"]).name == "Ada Lovelace"
    with pytest.raises(stripe.PermissionError, match="rak_customer_write"):
        client.v1.customers.update(world.customer["id"], {"name": "Someone else"})
    assert world.customer["name"] == "Ada Lovelace"


def test_every_answer_carries_a_request_id_of_its_own(server: Server) -> None:
    answers = [
        server.request("GET", "/v1/account"),
        server.request("GET", "/v1/customers/cus_none"),
        server.request("GET", "/v1/account", key="sk_test_wrong_one"),
        server.request("GET", "/nowhere"),
    ]
    ids = {answer.headers["Request-Id"] for answer in answers}
    assert len(ids) == 4
    assert all(each.startswith("req_") for each in ids)


def test_an_error_names_type_code_parameter_and_where_to_read_on(server: Server) -> None:
    answer = server.request("GET", "/v1/customers/cus_none")
    assert answer.status == 404
    assert answer.error == {
        "type": "invalid_request_error",
        "code": "resource_missing",
        "message": "No such customer: 'cus_none'",
        "param": "id",
        "doc_url": "https://docs.stripe.com/error-codes/resource-missing",
        "request_log_url": "https://dashboard.stripe.com/test/logs/" + answer.headers["Request-Id"],
    }


def test_an_id_of_the_other_mode_is_recognized(server: Server, world: World) -> None:
    world.state.elsewhere.add("cus_live")
    with pytest.raises(stripe.InvalidRequestError) as caught:
        server.client().v1.customers.retrieve("cus_live")
    assert caught.value.user_message == (
        "No such customer: 'cus_live'; a similar object exists in live mode, but a test mode key "
        "was used to make this request."
    )


def test_a_live_sandbox_takes_the_live_key_alone(server: Server, world: World) -> None:
    world.state.livemode = True
    assert server.client(keys.LIVE_KEY).v1.accounts.retrieve_current().id == "acct_world"
    with pytest.raises(stripe.AuthenticationError):
        server.client(keys.FULL_KEY).v1.accounts.retrieve_current()


def test_an_address_that_is_not_stripes_is_unrecognized(server: Server) -> None:
    answer = server.request("GET", "/v1/foo")
    assert answer.status == 404
    assert answer.error["message"].startswith("Unrecognized request URL (GET: /v1/foo).")


def test_what_stripe_has_and_the_sandbox_lacks_says_so(server: Server) -> None:
    answer = server.request("GET", "/v1/payouts")
    assert answer.status == 501
    assert answer.error["message"] == "The sandbox does not support GET /v1/payouts yet."


def test_the_accounts_own_id_is_taken_and_told_back(server: Server) -> None:
    answer = server.request("GET", "/v1/account", Stripe_Account="acct_world")
    assert (answer.status, answer.headers["Stripe-Account"]) == (200, "acct_world")


def test_another_account_is_out_of_reach(server: Server) -> None:
    with pytest.raises(stripe.PermissionError) as caught:
        server.client().v1.customers.list({}, {"stripe_account": "acct_nope"})
    assert caught.value.error is not None
    assert (caught.value.http_status, caught.value.error.code) == (403, "account_invalid")
    assert caught.value.user_message == (
        "The provided key 'sk_test_*************dbox' does not have access to account 'acct_nope' "
        "(or that account does not exist). Application access may have been revoked."
    )


def test_a_connected_account_is_not_supported(server: Server, world: World) -> None:
    world.state.create({**next(iter(world.state.kind("account").values())), "id": "acct_other"})
    answer = server.request("GET", "/v1/customers", Stripe_Account="acct_other")
    assert answer.status == 501


def test_json_bodies_are_refused(server: Server) -> None:
    answer = server.request("POST", "/v1/customers", "{}", Content_Type="application/json")
    assert answer.status == 400
    assert "application/x-www-form-urlencoded" in answer.error["message"]


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"foo": "1"}, "foo"),
        ({"address[planet]": "Mars"}, "address[planet]"),
        ({"invoice_settings[custom_fields][0][color]": "red"}, None),
    ],
)
def test_an_unknown_parameter_is_refused_at_any_depth(
    server: Server, world: World, body: dict[str, str], param: str | None
) -> None:
    param = param or next(iter(body))
    answer = server.request("POST", f"/v1/customers/{world.customer['id']}", body)
    assert answer.status == 400
    assert answer.error["code"] == "parameter_unknown"
    assert answer.error["message"] == f"Received unknown parameter: {param}"
    assert answer.error["param"] == param


def test_stripes_client_cannot_slip_an_unknown_parameter_in(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="Received unknown parameter: colour"):
        client.v1.customers.list({"colour": "red"})  # type: ignore[typeddict-unknown-key]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "Missing required param: customer."),
        (
            {"customer": "cus", "flow_data[type]": "subscription_cancel"}
            | {"flow_data[subscription_cancel][subscription]": "sub"}
            | {"flow_data[subscription_cancel][retention][type]": "coupon_offer"},
            "Missing required param: flow_data[subscription_cancel][retention][coupon_offer].",
        ),
    ],
)
def test_a_missing_parameter_is_named_with_its_path(
    server: Server, body: dict[str, str], message: str
) -> None:
    answer = server.request("POST", "/v1/billing_portal/sessions", body)
    assert answer.status == 400
    assert answer.error["code"] == "parameter_missing"
    assert answer.error["message"] == message


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("limit=ten", "Invalid integer: ten"),
        ("limit=101", "This value must be less than or equal to 100."),
        ("limit=0", "This value must be greater than or equal to 1."),
        ("status=sleeping", "Invalid status: must be one of active"),
        ("created[gte]=", "You passed an empty string for 'created[gte]'."),
        ("customer[id]=1", "Invalid string"),
        ("a[b=1", "Invalid parameter name"),
        (f"a{'[b]' * 2000}=1", "more than 20 levels deep"),
        ("created=1&created[gt]=2", "Invalid parameter: created[gt] is used in two ways"),
    ],
)
def test_a_value_that_cannot_be_read_is_refused(server: Server, query: str, message: str) -> None:
    answer = server.request("GET", f"/v1/subscriptions?{query}")
    assert answer.status == 400
    assert message in answer.error["message"]


def test_lists_are_taken_in_both_of_stripes_notations(server: Server, world: World) -> None:
    for query in ("expand[]=customer&expand[]=schedule", "expand[0]=customer&expand[1]=schedule"):
        found = server.request("GET", f"/v1/subscriptions/{world.subscription['id']}?{query}")
        assert found.json["customer"]["email"] == "ada@example.com"


def test_empty_values_unset_what_can_be_unset(client: stripe.StripeClient, world: World) -> None:
    ada = world.customer["id"]
    client.v1.customers.update(
        ada, {"phone": "+1 555", "metadata": {"a": "1", "b": "2"}, "address": {"city": "Oslo"}}
    )
    assert world.customer["address"]["city"] == "Oslo"
    changed = client.v1.customers.update(ada, {"phone": "", "metadata": {"a": ""}, "address": ""})
    assert (changed.phone, changed.address) == (None, None)
    assert world.customer["metadata"] == {"b": "2"}
