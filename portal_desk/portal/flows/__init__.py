"""The pages on which a customer does something in the portal, as documents."""
