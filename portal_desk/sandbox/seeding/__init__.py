"""How the sandbox's world is made up: its business, its customers, their histories."""
