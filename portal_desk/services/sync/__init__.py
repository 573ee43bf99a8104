"""Keeping the cache equal to Stripe: backfill, event tail, one writer."""
