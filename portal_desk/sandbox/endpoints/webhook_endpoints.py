"""Webhook endpoints: who is told of events. https://docs.stripe.com/api/webhook_endpoints"""

from __future__ import annotations

from urllib.parse import urlsplit

from portal_desk.models.json import Json
from portal_desk.sandbox.call import Call, Endpoint
from portal_desk.sandbox.endpoints.changes import only, plain_changes
from portal_desk.sandbox.lists import page
from portal_desk.sandbox.objects.webhooks import new_webhook_endpoint
from portal_desk.sandbox.problems import invalid
from portal_desk.sandbox.versions import checked
from portal_desk.sandbox.webhook_queue import ENDPOINT, SECRET

_MOST = 16


def _list(call: Call) -> Json:
    only(call.params, "ending_before", "limit", "starting_after")
    return page(call, ENDPOINT)


def _retrieve(call: Call) -> Json:
    return call.named(ENDPOINT)


def _create(call: Call) -> Json:
    """A new endpoint, with the secret that its events are signed with."""
    only(call.params, "api_version", "description", "enabled_events", "metadata", "url")
    state, params = call.state, call.params
    if len(state.kind(ENDPOINT)) >= _MOST:
        mode = "live" if state.livemode else "test"
        raise invalid(f"You have reached the maximum of {_MOST} {mode} webhook endpoints.")
    _check_url(params["url"], livemode=state.livemode)
    if version := params.get("api_version"):
        checked(version)
    fields = plain_changes(params, ("api_version", "description"))
    new = new_webhook_endpoint(state, params["url"], params["enabled_events"], **fields)
    secret = state.new_id("whsec", 32)
    return {**state.create(new | {SECRET: secret}), "secret": secret}


def _check_url(url: str, *, livemode: bool) -> None:
    """Unlike Stripe, the sandbox sends to this machine and the network around it too."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        message = "Invalid URL: An explicit scheme (such as https) must be provided."
        raise invalid(message, "url", "url_invalid")
    if livemode and parts.scheme != "https":
        message = "Invalid URL: The URL must start with https:// in live mode."
        raise invalid(message, "url", "url_invalid")


def _update(call: Call) -> Json:
    only(call.params, "description", "disabled", "enabled_events", "metadata", "url")
    endpoint, params = call.named(ENDPOINT), call.params
    if "url" in params:
        _check_url(params["url"], livemode=call.state.livemode)
    changes = plain_changes(params, ("description", "enabled_events", "url"), endpoint)
    if "disabled" in params:
        changes["status"] = "disabled" if params["disabled"] else "enabled"
    return call.state.update(endpoint, changes)


def _delete(call: Call) -> Json:
    endpoint = call.named(ENDPOINT)
    call.state.delete(endpoint)
    return {"id": endpoint["id"], "object": ENDPOINT, "deleted": True}


_ALL = "/v1/webhook_endpoints"
_ONE = f"{_ALL}/{{id}}"

ENDPOINTS = (
    Endpoint("GET", _ALL, _list, "WebhookEndpointListParams", "webhook"),
    Endpoint("POST", _ALL, _create, "WebhookEndpointCreateParams", "webhook"),
    Endpoint("GET", _ONE, _retrieve, "WebhookEndpointRetrieveParams", "webhook"),
    Endpoint("POST", _ONE, _update, "WebhookEndpointUpdateParams", "webhook"),
    Endpoint("DELETE", _ONE, _delete, "WebhookEndpointDeleteParams", "webhook"),
)
