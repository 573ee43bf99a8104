"""What we know: tables and plain values. No Qt, no Stripe SDK, no input or output."""
