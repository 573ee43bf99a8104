"""Subscriptions, schedules and invoices through Stripe's own client."""

from __future__ import annotations

import pytest
import stripe

from portal_desk.sandbox import billing
from portal_desk.sandbox.links import INVOICE_LINK_DAYS

from .http_world import DAY, Server, World


def cancelled(world: World) -> str:
    """A subscription that was cancelled."""
    other = world.subscribe(world.customer, world.yearly)
    billing.cancel_subscription(world.state, other, {})
    return str(other["id"])


def test_cancelled_subscriptions_are_listed_only_when_asked_for(
    client: stripe.StripeClient, world: World
) -> None:
    gone, there = cancelled(world), world.subscription["id"]

    def listed(**params: str) -> set[str]:
        found = client.v1.subscriptions.list({"customer": world.customer["id"], **params})  # type: ignore[typeddict-item]
        return {each.id for each in found.data}

    assert listed() == {there}
    assert listed(status="all") == {gone, there}
    assert listed(status="canceled") == listed(status="ended") == {gone}
    assert listed(status="active", price=world.monthly["id"]) == {there}
    assert listed(status="all", price=world.yearly["id"]) == {gone}
    assert listed(collection_method="send_invoice") == set()


def test_a_customer_that_is_none_has_no_list(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="No such customer: 'cus_none'") as caught:
        client.v1.subscriptions.list({"customer": "cus_none"})
    assert (caught.value.param, caught.value.http_status) == ("customer", 400)


def test_a_subscription_is_created_changed_and_cancelled(
    client: stripe.StripeClient, world: World
) -> None:
    created = client.v1.subscriptions.create(
        {
            "customer": world.customer["id"],
            "items": [{"price": world.yearly["id"]}],
            "billing_mode": {"type": "classic"},
        }
    )
    changed = client.v1.subscriptions.update(created.id, {"cancel_at_period_end": True})
    assert changed.cancel_at_period_end is True
    ended = client.v1.subscriptions.cancel(
        created.id, {"cancellation_details": {"feedback": "unused", "comment": "Moved"}}
    )
    assert ended.status == "canceled"
    assert ended.cancellation_details is not None
    assert ended.cancellation_details.feedback == "unused"
    types = {each.type for each in client.v1.events.list({"limit": 100}).data}
    assert {"customer.subscription.updated", "customer.subscription.deleted"} <= types


def test_items_are_listed_by_subscription(client: stripe.StripeClient, world: World) -> None:
    items = client.v1.subscription_items.list({"subscription": world.subscription["id"]}).data
    assert [each.id for each in items] == [world.item["id"]]
    assert client.v1.subscription_items.retrieve(items[0].id).quantity == 2


def test_a_schedule_is_made_and_released(client: stripe.StripeClient, world: World) -> None:
    subscription = world.subscription["id"]
    schedule = client.v1.subscription_schedules.create({"from_subscription": subscription})
    assert (schedule.status, schedule.subscription) == ("active", subscription)
    expanded = client.v1.subscriptions.retrieve(subscription, {"expand": ["schedule"]})
    assert expanded.to_dict()["schedule"]["id"] == schedule.id
    listed = client.v1.subscription_schedules.list({"customer": world.customer["id"]}).data
    assert [each.id for each in listed] == [schedule.id]
    released = client.v1.subscription_schedules.release(schedule.id)
    assert (released.status, released.released_subscription) == ("released", subscription)
    assert client.v1.subscriptions.retrieve(subscription).schedule is None
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.subscription_schedules.release(schedule.id)


def test_a_preview_costs_what_the_change_costs(client: stripe.StripeClient, world: World) -> None:
    world.clock.time += 10 * DAY
    items = [{"id": world.item["id"], "price": world.monthly["id"], "quantity": 5}]
    preview = client.v1.invoices.create_preview(
        {
            "subscription": world.subscription["id"],
            "subscription_details": {
                "items": items,  # type: ignore[typeddict-item]
                "proration_behavior": "always_invoice",
                "proration_date": world.clock.time,
            },
        }
    )
    assert preview.hosted_invoice_url is None
    changed = client.v1.subscriptions.update(
        world.subscription["id"],
        {
            "items": items,  # type: ignore[typeddict-item]
            "proration_behavior": "always_invoice",
            "proration_date": world.clock.time,
            "expand": ["latest_invoice"],
        },
    ).to_dict()
    assert changed["latest_invoice"]["total"] == preview.total
    assert preview.total > 0


def test_invoices_are_narrowed_by_subscription_and_status(
    client: stripe.StripeClient, world: World
) -> None:
    world.subscribe(world.customer, world.yearly)
    found = client.v1.invoices.list({"subscription": world.subscription["id"], "status": "paid"})
    assert len(found.data) == 1
    parent = found.data[0].to_dict()["parent"]["subscription_details"]["subscription"]
    assert parent == world.subscription["id"]
    assert client.v1.invoices.list({"status": "void"}).data == []


def test_an_invoice_is_finalized_paid_voided_or_given_up(
    client: stripe.StripeClient, world: World
) -> None:
    emailed = world.subscribe(
        world.customer, world.monthly, collection_method="send_invoice", days_until_due=30
    )
    draft = client.v1.invoices.retrieve(emailed["latest_invoice"])
    done = draft if draft.status == "open" else client.v1.invoices.finalize_invoice(draft.id)
    assert done.status == "open"
    assert client.v1.invoices.mark_uncollectible(done.id).status == "uncollectible"
    paid = client.v1.invoices.pay(done.id, {"paid_out_of_band": True})
    assert paid.status == "paid"
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.invoices.void_invoice(done.id)


def test_the_payments_of_an_invoice_come_when_asked_for(
    client: stripe.StripeClient, world: World
) -> None:
    invoice = world.subscription["latest_invoice"]
    assert "payments" not in client.v1.invoices.retrieve(invoice).to_dict()
    found = client.v1.invoices.retrieve(invoice, {"expand": ["payments"]}).to_dict()
    assert [each["status"] for each in found["payments"]["data"]] == ["paid"]
    assert len(client.v1.invoice_payments.list({"invoice": invoice}).data) == 1


def test_the_lines_of_a_long_invoice_come_in_pages(
    client: stripe.StripeClient, world: World
) -> None:
    stored = world.state.kind("invoice")[world.subscription["latest_invoice"]]
    line = stored["lines"]["data"][0]
    many = [line | {"id": f"il_{number:03}"} for number in range(25)]
    world.state.update(stored, {"lines": stored["lines"] | {"data": many}})
    invoice = client.v1.invoices.retrieve(stored["id"])
    assert (len(invoice.lines.data), invoice.lines.has_more) == (10, True)
    walked = client.v1.invoices.line_items.list(stored["id"], {"limit": 10}).auto_paging_iter()
    assert [each.id for each in walked] == [each["id"] for each in many]


def test_a_pdf_is_downloaded_without_a_key_until_its_link_expires(
    server: Server, client: stripe.StripeClient, world: World
) -> None:
    link = client.v1.invoices.retrieve(world.subscription["latest_invoice"]).invoice_pdf
    assert link is not None
    first = server.request("GET", link, key=None)
    assert first.headers["Content-Type"] == "application/pdf"
    assert first.text.startswith("%PDF")
    world.clock.time += (INVOICE_LINK_DAYS + 1) * DAY
    assert server.request("GET", link, key=None).status == 410
    fresh = client.v1.invoices.retrieve(world.subscription["latest_invoice"]).invoice_pdf
    assert fresh is not None
    assert fresh != link
    assert server.request("GET", fresh, key=None).status == 200


def test_a_forged_link_opens_nothing(
    server: Server, client: stripe.StripeClient, world: World
) -> None:
    link = client.v1.invoices.retrieve(world.subscription["latest_invoice"]).invoice_pdf
    assert link is not None
    other = world.subscribe(world.customer, world.yearly)["latest_invoice"]
    forged = link.replace(world.subscription["latest_invoice"], other)
    assert server.request("GET", forged, key=None).status == 410
    assert server.request("GET", "/pdf/nonsense", key=None).status == 410


def test_a_draft_has_no_links_yet(client: stripe.StripeClient, world: World) -> None:
    draft = client.v1.invoices.create({"customer": world.customer["id"]})
    assert draft.status == "draft"
    assert (draft.invoice_pdf, draft.hosted_invoice_url) == (None, None)
    assert client.v1.invoices.delete(draft.id).deleted is True


def test_an_open_invoice_is_paid_on_its_hosted_page(
    server: Server, client: stripe.StripeClient, world: World
) -> None:
    emailed = world.subscribe(
        world.customer, world.monthly, collection_method="send_invoice", days_until_due=30
    )
    invoice = client.v1.invoices.retrieve(emailed["latest_invoice"])
    if invoice.status == "draft":
        invoice = client.v1.invoices.finalize_invoice(invoice.id)
    page = str(invoice.hosted_invoice_url)
    shown = server.request("GET", page, key=None)
    assert "Pay invoice" in shown.text
    assert "$40.00" in shown.text
    paid = server.request("POST", page, {}, key=None)
    assert "Pay invoice" not in paid.text
    assert client.v1.invoices.retrieve(invoice.id).status == "paid"


def test_an_invoices_page_is_in_the_customers_language(
    server: Server, client: stripe.StripeClient, world: World
) -> None:
    client.v1.customers.update(world.customer["id"], {"preferred_locales": ["de"]})
    invoice = client.v1.invoices.retrieve(world.subscription["latest_invoice"])
    shown = server.request("GET", str(invoice.hosted_invoice_url), key=None).text
    assert 'lang="de"' in shown
    assert "· Bezahlt" in shown
    assert "paid" not in shown
    assert '<th scope="col">Betrag</th>' in shown
