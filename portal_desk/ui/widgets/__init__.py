"""Small reusable pieces of the window."""

from portal_desk.ui.widgets.band import LiveTestBand
from portal_desk.ui.widgets.banner import Banner
from portal_desk.ui.widgets.buttons import Button, CopyButton, IconButton
from portal_desk.ui.widgets.containers import (
    Card,
    KeyValueGrid,
    ScrolledColumn,
    clear_layout,
    row,
)
from portal_desk.ui.widgets.empty_state import EmptyState
from portal_desk.ui.widgets.labels import (
    ElidedText,
    Heading,
    HSeparator,
    SectionTitle,
    Text,
    VSeparator,
)
from portal_desk.ui.widgets.pill import Pill, StatusBadge, paint_pill, tone_of, words_of
from portal_desk.ui.widgets.style import set_style

__all__ = [
    "Banner",
    "Button",
    "Card",
    "CopyButton",
    "ElidedText",
    "EmptyState",
    "HSeparator",
    "Heading",
    "IconButton",
    "KeyValueGrid",
    "LiveTestBand",
    "Pill",
    "ScrolledColumn",
    "SectionTitle",
    "StatusBadge",
    "Text",
    "VSeparator",
    "clear_layout",
    "paint_pill",
    "row",
    "set_style",
    "tone_of",
    "words_of",
]
