"""`portal-desk link`: issue a portal link. The link is the only thing on standard output."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from portal_desk.cli.configurations import configuration_named
from portal_desk.cli.confirm import agreed
from portal_desk.cli.exit_codes import NEEDS_YES
from portal_desk.cli.output import moment, note, print_json
from portal_desk.cli.session import customer_id, open_desk, run_async
from portal_desk.errors import InvalidInput
from portal_desk.models.actions import LinkRequest
from portal_desk.models.json import ENDED, items_of
from portal_desk.services.link_params import ABOUT_A_SUBSCRIPTION, params_of

if TYPE_CHECKING:
    from portal_desk.models.json import Json
    from portal_desk.models.snapshot import CustomerSnapshot
    from portal_desk.portal.document import Reason
    from portal_desk.services.desk import Desk


def run(options: Namespace) -> int:
    return run_async(_run(options))


async def _run(options: Namespace) -> int:
    async with open_desk(options) as desk:
        request = await desk.read(_request, desk, options)
        reasons = await desk.read(desk.links.foresee, request)
        note(f"A portal link for {request.customer} of {desk.account.name}")
        _warn(request, reasons)
        if not agreed(options):
            if options.json:
                print_json({"done": False, "warnings": reasons})
            return NEEDS_YES
        link = await desk.links.issue(request)
    if options.json:
        done = {"url": link.url, "expires": link.expires, "recorded": link.recorded}
        print_json({"done": True, "warnings": reasons, **done})
    else:
        print(link.url)
        note(f"It expires at {moment(link.expires)} unless it is opened before.")
    if not link.recorded:
        note("The journal could not be written: it doesn't say that this link was made.")
    return 0


def _request(desk: Desk, options: Namespace) -> LinkRequest:
    with desk.searching() as search:
        customer = customer_id(desk.store, search, options.customer)
    named = options.configuration
    request = LinkRequest(
        customer,
        configuration=configuration_named(desk.store, named)["id"] if named else None,
        locale=options.locale,
        return_url=options.return_url,
        flow=options.flow,
        flow_subscription=options.subscription,
        flow_item=options.item,
        flow_price=options.price,
        flow_quantity=options.quantity,
        flow_discount=options.discount,
        retention_coupon=options.retention_coupon,
        after_completion=options.after,
        after_completion_value=options.after_value,
        recoverable=options.recoverable,
        on_behalf_of=options.on_behalf_of,
    )
    _ask_for_names(desk, request)
    params_of(request)  # says what can't be right before anybody is asked for a yes
    return request


def _ask_for_names(desk: Desk, request: LinkRequest) -> None:
    """Say what the customer has where an option that should name one of it was left out.

    Raises:
        InvalidInput: the subscription, or the item, that the flow is about is not named.
    """
    snapshot = desk.store.snapshot(request.customer)
    if snapshot is None or request.flow not in ABOUT_A_SUBSCRIPTION:
        return
    running = [one for one in snapshot.subscriptions if one["status"] not in ENDED]
    if not request.flow_subscription:
        named = [f"{one['id']} ({_plans(snapshot, one)}, {one['status']})" for one in running]
        raise InvalidInput(
            "This flow is about one subscription.", _choose_from("--subscription", named)
        )
    if request.flow == "subscription_update_confirm" and not request.flow_item:
        about = [one for one in running if one["id"] == request.flow_subscription]
        named = [
            f"{item['id']} ({_plan(snapshot, item)})" for one in about for item in items_of(one)
        ]
        raise InvalidInput("This flow is about one item.", _choose_from("--item", named))


def _choose_from(option: str, named: list[str]) -> str:
    return f"Name one with {option}: {'; '.join(named)}." if named else "The customer has none."


def _plans(snapshot: CustomerSnapshot, subscription: Json) -> str:
    return ", ".join(_plan(snapshot, item) for item in items_of(subscription))


def _plan(snapshot: CustomerSnapshot, item: Json) -> str:
    return snapshot.product_name(item["price"]["product"])


def _warn(request: LinkRequest, reasons: list[Reason]) -> None:
    refusals = [one for one in reasons if request.flow or not one.rule]
    others = [one for one in reasons if one not in refusals]
    for title, found in (
        ("Stripe may refuse this link:", refusals),
        ("What the customer will not find, or should know:", others),
    ):
        if found:
            note(title)
        for reason in found:
            note(f"  ! {_sentence(reason)}")


def _sentence(reason: Reason) -> str:
    rule = f" ({reason.rule})" if reason.rule else ""
    return f"{reason.text[:1].upper()}{reason.text[1:]}{rule}. {reason.way_out}".strip()
