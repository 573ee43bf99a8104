"""The account's portal configurations: who uses them, what differs between them, and changing them."""
