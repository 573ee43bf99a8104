"""Dialogs that change something, each showing what will happen first."""
