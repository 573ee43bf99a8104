"""Portal Desk: a desktop back office for Stripe subscriptions and their customer portal."""

__version__ = "0.1.0"
