"""The portal in every language at once."""
