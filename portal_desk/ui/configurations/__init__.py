"""The account's portal configurations: list, compare, edit with a live preview."""
