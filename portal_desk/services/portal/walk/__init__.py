"""Every page of the portal as one customer would walk through it: pure functions from an address to a page."""

from portal_desk.services.portal.walk.route import entrance, page_at, sent
from portal_desk.services.portal.walk.visit import Answer, Catalogue, Sent, Stop, Visit

__all__ = [
    "Answer",
    "Catalogue",
    "Sent",
    "Stop",
    "Visit",
    "entrance",
    "page_at",
    "sent",
]
