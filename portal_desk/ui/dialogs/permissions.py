"""Which permissions a restricted key needs, by the names that Stripe's Dashboard gives them."""

from __future__ import annotations

from portal_desk.ui.dialogs.words import tr


def needed_permissions() -> list[tuple[str, str, str]]:
    """What each permission is about, read or write, and what it is for."""
    read, write = tr("Read"), tr("Write")
    return [
        (tr("Customers"), read, tr("find and show customers")),
        (tr("Subscriptions"), write, tr("cancel, resume and switch")),
        (tr("Invoices"), write, tr("list and save them; preview what a change costs")),
        (tr("Customer portal"), write, tr("preview the portal, issue links")),
        (tr("Products, Prices"), read, tr("names and amounts")),
        (tr("Coupons, Promotion codes"), read, tr("discounts")),
        (tr("Payment methods"), read, tr("what a customer pays with")),
        (tr("Events"), read, tr("stay up to date")),
    ]
