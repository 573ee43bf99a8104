"""What the customer portal lets a customer do, and why not."""
