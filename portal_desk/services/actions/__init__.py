"""One module per action on a customer's behalf."""
