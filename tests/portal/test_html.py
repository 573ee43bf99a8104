"""The portal as a web page."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from portal_desk.portal.document import Brand, Link, PortalView, Reason, Verdict, Verdicts
from portal_desk.portal.html import render, render_notice
from portal_desk.portal.notices import NoticeKind
from portal_desk.portal.view import build_view

from .world import (
    NOW,
    card,
    customer,
    disabled,
    hidden,
    invoice,
    snapshot,
    subscription,
    verdicts,
    view,
)

HOSTILE = "<script>alert(1)</script>\"'&"


class Page(HTMLParser):
    """A page as a browser reads it: its elements with their attributes, and its visible text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in {"meta", "input", "img"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def has(self, text: str) -> bool:
        return " ".join(text.split()) in " ".join(self.text.replace("\xa0", " ").split())


def hostile_view() -> PortalView:
    world = snapshot(
        customer=customer(
            name=HOSTILE, email=HOSTILE, address={"line1": HOSTILE, "country": HOSTILE}
        ),
        products={"prod_team": {"id": "prod_team", "name": HOSTILE}},
        payment_methods=(card(last4=HOSTILE), {"id": HOSTILE, "type": HOSTILE}),
        invoices=(invoice(number=HOSTILE, hosted_invoice_url="javascript:alert(1)"),),
        account={"id": "acct_1", "business_profile": {"name": HOSTILE}},
    )
    configuration = {
        "business_profile": {"headline": HOSTILE, "privacy_policy_url": "javascript:alert(1)"},
        "default_return_url": "javascript:alert(1)",
    }
    allowed = verdicts(world, update_tax_ids=hidden(HOSTILE, HOSTILE))
    noted = Verdicts(
        allowed.portal, allowed.subscriptions, (Reason(HOSTILE, HOSTILE, HOSTILE, "javascript:x"),)
    )
    return build_view(world, configuration, noted, locale="en", now=NOW)


@pytest.mark.parametrize("annotated", [False, True])
def test_hostile_names_are_only_text(annotated: bool) -> None:
    html = render(hostile_view(), annotated=annotated)
    page = Page(html)
    assert not page.all("script")
    assert page.has(HOSTILE)
    assert "javascript:" not in html


@pytest.mark.parametrize("annotated", [False, True])
def test_the_page_asks_nothing_of_the_network_and_runs_nothing(annotated: bool) -> None:
    logo = "https://evil.example/logo.png"
    found = replace(view(), brand=Brand("N", icon_url=logo, logo_url=logo))
    html = render(found, annotated=annotated)
    page = Page(html)
    assert not page.all("img")
    assert not page.all("link")
    assert "url(" not in html
    assert "@import" not in html
    policies = [meta["content"] for meta in page.all("meta") if meta.get("http-equiv")]
    assert "default-src 'none'" in str(policies)


def test_a_logo_inside_the_page_is_shown_with_the_businesss_name() -> None:
    found = replace(view(), brand=Brand("Northwind", logo_url="data:image/png;base64,AA=="))
    assert Page(render(found)).all("img")[0]["alt"] == "Northwind"


@pytest.mark.parametrize("tag", ["en", "de", "ja", "zh-HK"])
def test_the_page_says_its_language(tag: str) -> None:
    assert Page(render(view(locale=tag))).all("html") == [{"lang": tag, "dir": "ltr"}]


def test_the_page_is_in_the_customers_language() -> None:
    page = Page(render(view(locale="de")))
    for text in (
        "Aktuelles Abonnement",
        "20,00 $ pro Monat",
        "Abonnement kündigen",
        "18.11.2026",
        "Bezahlt",
    ):
        assert page.has(text)
    assert Page(render(view(locale="ja"))).has("次回の請求日は 2026年11月28日です。")


def test_what_is_hidden_is_left_out_and_what_is_disabled_cannot_be_pressed() -> None:
    found = view(pause=hidden(), cancel=disabled("a schedule", "R3"), view_invoices=hidden())
    page = Page(render(found))
    assert not page.has("Pause subscription")
    assert not page.has("Invoice history")
    assert not page.has("R3")
    assert [button for button in page.all("button") if "disabled" in button] == [
        {"type": "button", "class": "button secondary", "disabled": None}
    ]


def test_an_agent_sees_what_is_missing_and_why() -> None:
    schedule = disabled("a schedule is attached", "R3")
    found = view(
        pause=hidden("it is disabled"), cancel=schedule, view_invoices=hidden("history is off")
    )
    page = Page(render(found, annotated=True))
    assert page.has("Pause subscription")
    assert page.has("Cannot pause: it is disabled. Enable it.")
    assert page.has("Cannot cancel: a schedule is attached (R3).")
    assert page.has("The customer doesn’t see this section History is off.")
    assert "https://docs.stripe.com/x" in [link.get("href") for link in page.all("a")]


def test_what_is_switched_off_for_everybody_is_one_quiet_line_and_no_button() -> None:
    off = Verdict("hidden", (Reason("", "it is switched off", switched_off=True),))
    page = Page(render(view(pause=off, cancel=hidden("a schedule is attached")), annotated=True))
    assert page.has("Switched off in this configuration: pausing.")
    assert not page.has("Pause subscription")
    assert page.has("Cancel subscription")
    assert [one for one in page.all("p") if one.get("class") == "off"]


def test_one_reason_is_said_once_for_all_that_it_prevents() -> None:
    ended = hidden("a cancellation is scheduled", "R12")
    found = view(
        update_plan=ended,
        update_quantity=ended,
        apply_promotion_code=ended,
        pause=ended,
        cancel=ended,
    )
    page = Page(render(found, annotated=True))
    assert page.has("Cannot change plan, pause or cancel: a cancellation is scheduled (R12).")


def test_the_brands_message_stands_where_stripes_would() -> None:
    assert Page(render(view())).has("Northwind partners with Stripe for simplified billing.")
    assert Page(render(replace(view(), headline="Hello"))).has("Hello")


def test_links_lead_back_and_to_the_terms() -> None:
    back = Link("Return to Northwind", "https://n.example/account")
    found = replace(view(), return_link=back, footer=(Link("Terms", "https://n.example/terms"),))
    hrefs = {link.get("href") for link in Page(render(found)).all("a")}
    assert {
        "https://n.example/account",
        "https://n.example/terms",
        "https://invoice.stripe.com/i/1",
    } <= hrefs


def test_a_customer_without_anything_is_told_so() -> None:
    empty = snapshot(subscriptions=(), payment_methods=(), invoices=(), customer={"id": "cus_1"})
    page = Page(render(view(empty, "de")))
    for text in (
        "Sie haben kein aktives Abonnement.",
        "Keine Zahlungsmethode hinterlegt.",
        "Noch keine Rechnungsinformationen.",
        "Noch keine Rechnungen.",
    ):
        assert page.has(text)


def test_sections_are_headed_and_named_for_screen_readers() -> None:
    page = Page(render(view(snapshot(subscriptions=(subscription(status="past_due"),)))))
    named = [section["aria-labelledby"] for section in page.all("section")]
    assert named == ["subscriptions", "payment_methods", "billing_information", "invoices"]
    assert [heading.get("id") for heading in page.all("h2")] == named
    assert len(page.all("h1")) == len(page.all("main")) == 1


NOTICES: list[tuple[NoticeKind, str, str]] = [
    ("expired", "de", "Dieser Link ist abgelaufen"),
    ("expired", "ja", "このリンクの有効期限が切れています"),
    ("login", "en", "Log in to manage your billing"),
    ("link_sent", "en", "If a@b.c matches"),
    ("not_found", "en", "return to Northwind."),
]


@pytest.mark.parametrize(("kind", "locale", "text"), NOTICES)
def test_a_message_has_a_page_of_its_own(kind: NoticeKind, locale: str, text: str) -> None:
    page = Page(render_notice(kind, Brand("Northwind"), locale=locale, email="a@b.c"))
    assert page.has(text)
    assert page.all("html")[0]["lang"] == locale
    assert bool(page.all("form")) is (kind == "login")


def test_the_login_is_filled_in_safely() -> None:
    html = render_notice("login", Brand(HOSTILE), email=HOSTILE, action="/p/login/x")
    page = Page(html)
    assert page.all("form") == [{"method": "post", "action": "/p/login/x"}]
    assert page.all("input")[0]["value"] == HOSTILE
    assert not page.all("script")
