"""Tables over many rows: models that hold ids, and the view they share."""

from portal_desk.ui.tables.columns import Column
from portal_desk.ui.tables.lazy_model import LazyTableModel
from portal_desk.ui.tables.view import DeskTable

__all__ = ["Column", "DeskTable", "LazyTableModel"]
