"""A stateful server that speaks the part of Stripe's HTTP API that billing staff need."""
