"""The window: panels, dialogs and tables over the services."""
