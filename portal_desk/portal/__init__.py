"""The customer portal as a document: its parts, its words and its HTML. It decides nothing."""
