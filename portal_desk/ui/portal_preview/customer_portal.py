"""The portal of one customer under one configuration: what shows a portal anywhere in the desk."""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.portal.document import PortalView
from portal_desk.services.portal.preview import preview
from portal_desk.ui.portal_preview.page import PortalPage


class CustomerPortal(PortalPage):
    """A portal page that is told whose it is, rather than what is on it. It has no bar and doesn't scroll."""

    def show_portal(
        self,
        snapshot: CustomerSnapshot,
        configuration: Json | None,
        *,
        locale: str,
        now: int,
        explain: bool = False,
    ) -> PortalView:
        """Draw the portal's home page, and return what is on it.

        Args:
            snapshot: the customer.
            configuration: the portal configuration, saved or not; None where the account has none.
            locale: one of the API's tags, or `auto` for the customer's own language.
            now: seconds UTC.
            explain: also draw what the customer doesn't see, and why.
        """
        view = preview(snapshot, configuration, locale=locale, now=now)
        self.set_view(view, explain=explain)
        return view
