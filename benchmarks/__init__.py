"""Measurements of what must be fast, each with its limit measured in the same run."""
