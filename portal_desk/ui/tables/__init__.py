"""Lazy Qt models over ids, and the tables that show them."""
