"""The portal of one customer under one configuration: what shows a portal anywhere in the desk."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode, urljoin, urlsplit

from PySide6.QtCore import Signal

from portal_desk.models.json import Json
from portal_desk.models.snapshot import CustomerSnapshot
from portal_desk.portal.document import PortalView
from portal_desk.portal.flows.document import Form
from portal_desk.services.portal.walk import Answer, Stop, Visit, entrance, page_at, sent
from portal_desk.ui.portal_preview.page import PortalPage


class CustomerPortal(PortalPage):
    """A portal that is told whose it is, rather than what is on it, and that can be walked through.

    Pressing a button leads where it would lead the customer, and changes nothing. It has no bar and doesn't scroll.

    Signals:
        walked: another page is drawn.
        left: the customer would leave the portal here: the address (str).
    """

    walked = Signal()
    left = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._visit: Visit | None = None
        self._address = ""
        self._trail: list[tuple[Visit, str]] = []
        self._stop: Stop | None = None
        self._explained = False
        self.followed.connect(self._on_followed)
        self.submitted.connect(self._on_submitted)

    @property
    def visit(self) -> Visit | None:
        """Who walks through which portal."""
        return self._visit

    @property
    def address(self) -> str:
        """Where the walk is."""
        return self._address

    @property
    def stop(self) -> Stop | None:
        """The page that is drawn, with what there is to know about it."""
        return self._stop

    @property
    def can_go_back(self) -> bool:
        """Whether there is a page before this one."""
        return bool(self._trail)

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
        self.show_visit(Visit(snapshot, configuration, locale, now), explain=explain)
        assert self.view is not None  # noqa: S101 - a visit without a flow begins at home
        return self.view

    def show_visit(self, visit: Visit, address: str = "", *, explain: bool = False) -> None:
        """Draw a page of a portal; the first one where no address is given."""
        self._trail.clear()
        self._explained = explain
        self._go(visit, address or entrance(visit))

    def redraw(self, visit: Visit, *, explain: bool) -> None:
        """Stay on the page, and draw it for another visit: in another language, say."""
        if self._visit is None:
            self.show_visit(visit, explain=explain)
            return
        completed = self._visit.flow is None
        self._trail = [(visit, address) for _, address in self._trail]
        self._explained = explain
        self._go(replace(visit, flow=None) if completed else visit, self._address)

    def go(self, address: str) -> None:
        """Walk to another page of the same portal."""
        if self._visit is not None:
            self._trail.append((self._visit, self._address))
            self._go(self._visit, address)

    def go_back(self) -> None:
        """Walk back to the page before."""
        if self._trail:
            self._go(*self._trail.pop())

    def answer(self, answer: Answer) -> None:
        """Draw the page with the amounts that Stripe gave for its question."""
        if self._visit is not None:
            self._show(page_at(self._visit, self._address, answer))

    def _go(self, visit: Visit, address: str) -> None:
        self._visit, self._address = visit, address
        self._show(page_at(visit, address))
        self.walked.emit()

    def _show(self, stop: Stop) -> None:
        self._stop = stop
        if isinstance(stop.page, PortalView):
            self.set_view(stop.page, explain=self._explained)
        else:
            self.set_flow(stop.page, stop.notes, explain=self._explained, alone=stop.alone)

    def _on_followed(self, href: str) -> None:
        address = urljoin(self._address, href)
        if _is_outside(address):
            self.left.emit(address)
        else:
            self.go(address)

    def _on_submitted(self, form: Form, values: dict[str, str]) -> None:
        if self._visit is None:
            return
        target = urljoin(self._address, form.action)
        if form.method == "get":
            self.go(f"{urlsplit(target).path}?{urlencode(values)}")
            return
        leads = sent(self._visit, target, values)
        if leads.completes:
            self._trail.append((self._visit, self._address))
            self._visit = replace(self._visit, flow=None)
        if _is_outside(leads.address):
            self.left.emit(leads.address)
        elif leads.completes:
            self._go(self._visit, leads.address)
        else:
            self.go(leads.address)


def _is_outside(address: str) -> bool:
    return bool(urlsplit(address).scheme)
