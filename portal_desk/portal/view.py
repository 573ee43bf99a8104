"""From a customer, a configuration and verdicts to the portal's home page."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.models.loose import as_list, as_object, as_text
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.portal.brand import brand_of
from portal_desk.portal.document import Link, PortalView, Verdicts
from portal_desk.portal.locales import resolve
from portal_desk.portal.sections.billing import billing_section
from portal_desk.portal.sections.invoices import SHOWN_INVOICES, invoices_section
from portal_desk.portal.sections.payment_methods import payment_methods_section
from portal_desk.portal.sections.subscriptions import subscriptions_section
from portal_desk.portal.words import Words


def build_view(
    snapshot: CustomerSnapshot,
    configuration: Json,
    verdicts: Verdicts,
    *,
    locale: str,
    now: int,
    return_url: str | None = None,
    invoices: int = SHOWN_INVOICES,
) -> PortalView:
    """The portal's home page as this customer would see it.

    Args:
        snapshot: the customer.
        configuration: the portal's configuration; empty where there is none.
        verdicts: what the customer can do.
        locale: one of the API's tags, or `auto` for the customer's own language.
        now: seconds UTC.
        return_url: where the page leads back to; None for the configuration's default.
        invoices: how many invoices the page shows.
    """
    words = Words(resolve(locale, as_list(snapshot.customer.get("preferred_locales"))))
    brand = brand_of(snapshot.account)
    profile = as_object(configuration.get("business_profile"))
    return PortalView(
        locale=words.locale,
        direction=words.direction,
        brand=brand,
        title=words.gettext("Billing"),
        headline=as_text(profile.get("headline")),
        sections=(
            subscriptions_section(words, snapshot, verdicts),
            payment_methods_section(words, snapshot, verdicts, now=now),
            billing_section(words, snapshot, verdicts),
            invoices_section(words, snapshot, verdicts, shown=invoices),
        ),
        return_link=return_link(
            words, brand.name, return_url or as_text(configuration.get("default_return_url"))
        ),
        footer=legal_links(words, profile),
        powered_by=powered_by(words),
        notes=verdicts.notes,
        tagline=words.gettext("{business} partners with Stripe for simplified billing.").replace(
            "{business}", brand.name
        ),
    )


def return_link(words: Words, business: str, url: str) -> Link | None:
    """The way back to the business's own site, where there is an address."""
    if not url:
        return None
    return Link(words.gettext("Return to {business}").replace("{business}", business), url)


def powered_by(words: Words) -> str:
    """Whose portal the business uses."""
    return words.gettext("Powered by {name}").replace("{name}", "Stripe")


def legal_links(words: Words, profile: Json) -> tuple[Link, ...]:
    """The business's terms and privacy policy, as far as a configuration's profile has them."""
    links = (
        Link(words.gettext("Terms"), as_text(profile.get("terms_of_service_url"))),
        Link(words.gettext("Privacy"), as_text(profile.get("privacy_policy_url"))),
    )
    return tuple(link for link in links if link.href)
