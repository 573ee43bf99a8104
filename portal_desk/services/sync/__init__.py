"""Fills the cache from Stripe and keeps it up to date: everything once, then the events."""
