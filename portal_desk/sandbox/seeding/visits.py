"""Portal sessions of the last weeks, as the event feed tells of them; the sessions themselves are over."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox.seeding.world import DAY, FEED_DAYS, World

_SHARE = 0.2
_BY_CURRENCY = {"eur": "Eurozone", "gbp": "United Kingdom", "jpy": "日本"}
_OTHERS = ("Standard", "Standard", "Standard", "Cancel only", "Seats between 5 and 20")


def visit_portal(world: World, customer: Json) -> None:
    """Let some customers have been in the portal, under the configuration for their currency."""
    if not world.chance(_SHARE):
        return
    name = _BY_CURRENCY.get(customer["currency"]) or world.pick(_OTHERS)
    at = world.now - world.between(0, (FEED_DAYS - 1) * DAY)
    session: Json = {
        "id": world.state.new_id("bps", 24),
        "object": "billing_portal.session",
        "after_expiration": None,
        "configuration": world.configurations[name],
        "created": at,
        "customer": customer["id"],
        "customer_account": None,
        "flow": None,
        "livemode": world.state.livemode,
        "locale": None,
        "on_behalf_of": None,
        "return_url": None,
        "url": "",
    }
    if at > customer["created"]:
        world.note("billing_portal.session.created", session, at)
