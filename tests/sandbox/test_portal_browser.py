"""The hosted portal in a real browser: with a mouse, with the keyboard alone, for screen readers."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from portal_desk.models.json import items_of
from portal_desk.sandbox import billing, objects

from .http_world import Server, World
from .portal_visitor import Visitor, feed_length, types

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="Chromium is not installed: `apt-get install chromium`"
)
NARROW = {"width": 375, "height": 700}
_FOCUS = """() => {
  const found = document.activeElement;
  if (found === document.body) return null;
  const box = found.closest(".plan") || found;
  const style = getComputedStyle(box);
  return {
    visible: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    name: found.name || found.textContent.trim(),
  };
}"""
_UNLABELLED = """() => [...document.querySelectorAll("input, select, textarea")]
  .filter(each => each.type !== "hidden" && !(each.labels.length && each.labels[0].innerText.trim()))
  .map(each => each.name)"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One headless Chromium for all of these tests."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM)
        yield found
        found.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh window; what the browser refuses or complains about fails the test."""
    context = browser.new_context(locale="en-US")
    found = context.new_page()
    found.set_default_timeout(10_000)
    complaints: list[str] = []
    found.on("console", lambda message: complaints.append(message.text))
    yield found
    context.close()
    assert not [text for text in complaints if "Content Security Policy" in text]


@pytest.fixture
def rich(world: World) -> World:
    """The world with all that a portal can show: reasons, plans, two cards, an open invoice."""
    features = world.configuration["features"]
    features["subscription_cancel"] = objects.cancel_feature(reasons=objects.ALL_REASONS)
    everything = ["name", "email", "address", "phone", "shipping", "tax_id"]
    features["customer_update"] = {"enabled": True, "allowed_updates": everything}
    details = objects.card(world.state, "visa", "1881", exp_month=1, exp_year=2039)
    second = objects.new_payment_method(world.state, "card", details, customer=world.customer["id"])
    world.state.create(second)
    terms: dict[str, Any] = {"collection_method": "send_invoice", "days_until_due": 30}
    emailed = world.subscribe(world.customer, world.monthly, **terms)
    draft = world.state.kind("invoice")[emailed["latest_invoice"]]
    billing.finalize_invoice(world.state, draft)
    world.subscribe(world.customer, world.yearly, billing_mode={"type": "flexible"})
    return world


def mine(page: Page, name: str) -> Locator:
    """A button or link about the subscription that can be updated by the month."""
    entry = page.locator("li.entry").filter(has_text="per month").filter(has_text="Visa")
    return entry.get_by_role("link", name=name)


def test_cancelling_with_a_reason(server: Server, rich: World, page: Page) -> None:
    page.goto(Visitor.of(server).url)
    mine(page, "Cancel subscription").click()
    page.get_by_label("I found an alternative").check()
    page.get_by_label("Anything else we should know?").fill("Farewell")
    page.get_by_role("button", name="Cancel subscription").click()
    expect(page.get_by_role("status")).to_contain_text("will be canceled")
    expect(mine(page, "Don’t cancel subscription")).to_be_visible()
    answers = rich.subscription["cancellation_details"]
    assert (answers["feedback"], answers["comment"]) == ("switched_service", "Farewell")


def test_switching_with_a_confirmation(server: Server, rich: World, page: Page) -> None:
    page.goto(Visitor.of(server).url)
    mine(page, "Update subscription").click()
    page.get_by_role("link", name="Yearly").click()
    page.get_by_label("Team $200.00 per year").check()
    page.get_by_label("Quantity").fill("3")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("main")).to_contain_text("$600.00 per year")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("status")).to_have_text("Your subscription has been updated.")
    item = next(items_of(rich.subscription))
    assert (item["price"]["id"], item["quantity"]) == (rich.yearly["id"], 3)


def test_updating_details(server: Server, rich: World, page: Page) -> None:
    page.goto(Visitor.of(server).url)
    page.get_by_role("link", name="Update information").click()
    page.get_by_label("Email").fill("ada@king.example")
    billing = page.get_by_role("group", name="Billing address")
    billing.get_by_label("Country or region").select_option("GB")
    billing.get_by_label("Address line 1").fill("12 St James’s Square")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("main")).to_contain_text("12 St James’s Square")
    assert rich.customer["address"]["country"] == "GB"


def test_adding_a_card(server: Server, rich: World, page: Page) -> None:
    page.goto(Visitor.of(server).url)
    page.get_by_role("link", name="Add payment method").click()
    page.get_by_label("Card number").fill("4000 0000 0000 0002")
    page.get_by_label("Expiration date").fill("04/31")
    page.get_by_label("Security code").fill("123")
    page.get_by_role("button", name="Add").click()
    number = page.get_by_label("Card number")
    expect(number).to_be_focused()
    expect(number).to_have_accessible_description(
        "Your card was declined. Try another payment method."
    )
    number.fill("378282246310005")
    page.get_by_label("Security code").fill("1234")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("main")).to_contain_text("American Express •••• 0005")


def test_paying_an_invoice(server: Server, rich: World, page: Page) -> None:
    page.goto(Visitor.of(server).url)
    page.get_by_role("link", name="Pay invoice").click()
    page.get_by_label("Visa •••• 1881").check()
    before = feed_length(rich)
    page.get_by_role("button", name="Pay $40.00").click()
    expect(page.get_by_role("status")).to_have_text("Your invoice has been paid.")
    assert "invoice.paid" in types(rich, before)


@pytest.mark.parametrize("width", [375, 1280])
def test_the_columns_of_the_invoices_are_named_for_screen_readers(
    server: Server, rich: World, page: Page, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(Visitor.of(server, locale="de").url)
    headers = page.get_by_role("table").get_by_role("columnheader")
    expect(headers).to_have_text(["Datum", "Betrag", "Status", "Beschreibung", "Rechnung bezahlen"])


def test_a_deep_link_to_its_confirmation(server: Server, rich: World, page: Page) -> None:
    flow = {
        "flow_data[type]": "subscription_cancel",
        "flow_data[subscription_cancel][subscription]": rich.subscription["id"],
        "flow_data[after_completion][type]": "hosted_confirmation",
        "flow_data[after_completion][hosted_confirmation][custom_message]": "Auf bald!",
        "locale": "de",
    }
    page.goto(Visitor.of(server, **flow).url)
    page.get_by_role("button", name="Abonnement kündigen").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("endet mit dem")
    expect(page.get_by_role("main")).to_contain_text("Auf bald!")


def test_a_flow_may_redirect_to_another_site(server: Server, rich: World, page: Page) -> None:
    goal = server.url.replace("127.0.0.1", "localhost") + "/p/login/elsewhere"
    flow = {
        "flow_data[type]": "customer_update",
        "flow_data[after_completion][type]": "redirect",
        "flow_data[after_completion][redirect][return_url]": goal,
    }
    page.goto(Visitor.of(server, **flow).url)
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(goal)


# --- without a mouse


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus; every stop on the way must be seen."""
    for _ in range(60):
        page.keyboard.press("Tab")
        focus = page.evaluate(_FOCUS)
        if focus is None:
            break
        assert focus["visible"], f"the focus on {focus['name']} can't be seen"
        if target.evaluate("found => found === document.activeElement"):
            return
    pytest.fail("Tab does not get there")


def test_the_keyboard_alone_is_enough_to_cancel(server: Server, rich: World, page: Page) -> None:
    page.goto(Visitor.of(server).url)
    tab_to(page, mine(page, "Cancel subscription"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/cancel")
    tab_to(page, page.get_by_label("It’s too expensive"))
    page.keyboard.press("ArrowDown")
    tab_to(page, page.get_by_role("button", name="Cancel subscription"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("will be canceled")
    assert rich.subscription["cancellation_details"]["feedback"] == "missing_features"


def test_the_keyboard_alone_is_enough_to_switch(server: Server, rich: World, page: Page) -> None:
    page.goto(Visitor.of(server).url)
    tab_to(page, mine(page, "Update subscription"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/update")
    tab_to(page, page.get_by_label("Quantity"))
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    page.wait_for_url("**/confirm?**")
    tab_to(page, page.get_by_role("button", name="Confirm"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_be_visible()
    assert next(items_of(rich.subscription))["quantity"] == 4


def test_what_was_done_and_what_went_wrong_have_the_focus(
    server: Server, rich: World, page: Page
) -> None:
    page.goto(Visitor.of(server).url + "/customer/update")
    page.get_by_label("Type").select_option("gb_vat")
    page.get_by_label("Number", exact=True).fill("GB123456789")
    page.get_by_role("button", name="Add tax ID").click()
    expect(page.get_by_role("status")).to_be_focused()
    page.goto(Visitor.of(server).url + f"/subscriptions/{rich.subscription['id']}/update")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_be_focused()


# --- for everyone


def places(world: World) -> list[str]:
    """The address of every page."""
    sub = f"subscriptions/{world.subscription['id']}"
    flexible = next(
        each
        for each in world.state.kind("subscription").values()
        if each["billing_mode"]["type"] == "flexible"
    )
    invoice = next(world.state.where("invoice", status="open"))
    other = next(
        each
        for each in world.state.kind("payment_method").values()
        if each["id"] != world.card["id"]
    )
    return [
        "",
        f"{sub}/cancel",
        f"{sub}/update",
        f"{sub}/update?interval=year",
        f"{sub}/update/confirm?quantity=3&code=nope",
        f"subscriptions/{flexible['id']}/pause",
        "subscriptions/none/renew",
        "customer/update",
        "payment-methods/add",
        f"payment-methods/{other['id']}/remove",
        f"invoices/{invoice['id']}/pay",
    ]  # fmt: skip


@pytest.mark.parametrize("locale", ["en", "de", "ja"])
def test_every_page_can_be_read_aloud_and_fits_a_phone(
    server: Server, rich: World, page: Page, locale: str
) -> None:
    page.set_viewport_size({"width": NARROW["width"], "height": NARROW["height"]})
    visitor = Visitor.of(server, locale=locale)
    for place in places(rich):
        page.goto(server.url + visitor.address(place))
        assert page.locator("html").get_attribute("lang") == locale, place
        assert page.get_by_role("heading", level=1).count() == 1, place
        assert page.get_by_role("main").count() == 1, place
        assert page.evaluate(_UNLABELLED) == [], place
        assert page.title().endswith("Lumen Ltd"), place
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not page.evaluate(wide), place


def test_buttons_that_look_alike_say_what_they_are_about(
    server: Server, rich: World, page: Page
) -> None:
    page.goto(Visitor.of(server).url)
    names = page.evaluate(
        "() => [...document.querySelectorAll('.methods a, .methods button, .invoices .pay a')]"
        ".map(each => each.textContent.trim())"
    )
    assert "Make default Visa •••• 1881" in names
    assert all(len(name.split()) > 1 for name in names), names
