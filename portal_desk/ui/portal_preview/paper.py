"""What the portal page looks like: white paper with the brand's colours, in the desk's light and dark alike."""

from __future__ import annotations

from string import Template

from portal_desk.portal.colors import readable, readable_on
from portal_desk.portal.document import Brand, Tone

TONES: dict[Tone, tuple[str, str]] = {
    "neutral": ("#ebeef1", "#414552"),
    "positive": ("#d7f7c2", "#05690d"),
    "warning": ("#fcedb9", "#8a4100"),
    "critical": ("#ffe7f2", "#b3093c"),
    "info": ("#cff5f6", "#0055bc"),
}
"""Background and text of a badge, by its tone."""

LINK = "#0055bc"
"""The agent's links on the page, which is white in dark colours too."""

_STYLE = Template("""
#portalPage { background: #ffffff; border-radius: 8px; }
#portalPage QLabel { color: #1a1f36; background: transparent; }
#brandPanel { background: $brand; border-top-left-radius: 8px; border-bottom-left-radius: 8px; }
#brandPanel[compact="true"] { border-top-right-radius: 8px; border-bottom-left-radius: 0; }
#brandPanel QLabel { color: $on_brand; }
#brandPanel #brandIcon { background: $on_brand; color: $brand; border-radius: 14px; font-weight: 600; }
#brandPanel #brandName { font-weight: 600; }
#brandPanel #brandTitle { font-size: 15pt; font-weight: 600; }
#brandPanel #brandTitle[compact="true"] { font-size: 11pt; }
#portalFooter { background: transparent; margin-left: 28px; margin-bottom: 20px; }
#brandPanel #portalFooter { margin-left: 0; margin-bottom: 0; }
#portalFooter #small { font-size: 8pt; }
#portalContent { background: #ffffff; border-radius: 8px; }
#sectionTitle {
    font-size: 8.5pt; font-weight: 600; color: #596171;
    border-bottom: 1px solid #e3e8ee; padding-bottom: 6px;
}
#portalContent #sectionTitle { color: #596171; }
#portalContent #rowTitle { font-weight: 600; }
#portalContent #rowLine { color: #596171; }
#portalContent #quiet { color: #6b7385; font-size: 8.5pt; }
#portalContent #more { color: $link; font-weight: 600; }
#ghostSection { border: 1px dashed #c0c8d2; border-radius: 6px; background: #fafbfc; }
#portalContent #callout_warning, #portalContent #callout_info {
    border-radius: 4px; padding: 6px 10px; font-size: 8.5pt;
}
#portalContent #callout_warning { background: #fef7e0; color: #6b3a00; border: 1px solid #f5dc9a; }
#portalContent #callout_info { background: #eef4ff; color: #123f8c; border: 1px solid #c9dcfb; }
QPushButton[portal] {
    min-height: 0; padding: 5px 12px; border-radius: 6px; font-weight: 600;
    background: #ffffff; color: #414552; border: 1px solid #d5dbe1;
}
QPushButton[portal="primary"] { background: $accent; color: $on_accent; border: 1px solid $accent; }
QPushButton[portal="link"] { border: none; padding: 5px 0; color: $link; background: transparent; }
QPushButton[portal="disabled"] { color: #a3acba; background: #f6f8fa; border: 1px solid #e3e8ee; }
QPushButton[portal="ghost"] {
    color: #8792a2; background: transparent; border: 1px dashed #a3acba; font-weight: 400;
}
""")


def style_sheet(brand: Brand) -> str:
    """The page's style sheet in the brand's colours, each with text that can be read on it."""
    return _STYLE.substitute(
        brand=brand.color,
        on_brand=readable_on(brand.color),
        accent=brand.accent,
        on_accent=readable_on(brand.accent),
        link=readable(brand.accent),
    )
