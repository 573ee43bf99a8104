"""A page of the portal on which a customer reads terms and fills in a form, as a document.

All texts are in the page's locale. Drawing it decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from portal_desk.portal.document import Brand, Link

FieldKind = Literal[
    "text", "email", "tel", "number", "select", "textarea", "checkbox", "radio", "plan"
]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several things to choose from.

    Attributes:
        value: what is sent.
        label: what it is called.
        detail: what stands below it, or at its end.
        badge: a word in a pill; may be empty.
    """

    value: str
    label: str
    detail: str = ""
    badge: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """Something to fill in or to choose.

    Attributes:
        name: what it is called when it is sent; unique on the page.
        label: what the customer reads.
        kind: how it is drawn; `plan` is a radio button on a card with its price.
        value: what it holds; `on` for a checked box.
        choices: what there is to choose from.
        hint: what to know before filling it in.
        problem: what is wrong with it.
        required: whether it must be filled in.
        autocomplete, inputmode: HTML's own words, for keyboards and password managers.
        minimum, maximum: the bounds of a number.
        short: whether two of them fit on one line.
    """

    name: str
    label: str
    kind: FieldKind = "text"
    value: str = ""
    choices: tuple[Choice, ...] = ()
    hint: str = ""
    problem: str = ""
    required: bool = False
    autocomplete: str = ""
    inputmode: str = ""
    minimum: int | None = None
    maximum: int | None = None
    short: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together, under a title of their own where there is one."""

    fields: tuple[Field, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """What can be sent from the page.

    Attributes:
        submit: what its button says.
        groups: what is filled in.
        action: where it goes; empty for the page itself.
        method: whether it only leads on (`get`) or does something (`post`).
        kind: how its button looks; `line` is a line of text with a link at its end.
        title: a heading of its own.
        about: what the button is about, where it says too little alone ("Remove DE123456789").
        hidden: what else is sent.
    """

    submit: str
    groups: tuple[Group, ...] = ()
    action: str = ""
    method: Literal["get", "post"] = "post"
    kind: Literal["primary", "secondary", "critical", "line"] = "primary"
    title: str = ""
    about: str = ""
    hidden: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of a summary: what it is, and how much or when.

    Attributes:
        label, value: the line's two ends.
        detail: smaller print below the label.
        strong: whether it is what the customer should look at.
    """

    label: str
    value: str
    detail: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Tab:
    """One of several views of the same page."""

    label: str
    href: str
    selected: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page of a session has around it.

    Attributes:
        locale, direction: its language, and how that is written.
        brand: whose portal it is.
        back: the way back, where there is one.
        footer: legal links.
        powered_by: "Powered by Stripe".
    """

    locale: str
    direction: Literal["ltr", "rtl"]
    brand: Brand
    back: Link | None
    footer: tuple[Link, ...]
    powered_by: str


@dataclass(frozen=True, slots=True)
class FlowPage:
    """A page with one purpose.

    Attributes:
        frame: what is around it.
        title: what it is for.
        lines: what to know first.
        facts: a summary of what is about to happen.
        tabs: views to choose from, where there are several.
        forms: what can be done; the first is what the page is for.
        leave: the way out beside the button.
        problem: why the last attempt did nothing.
        message: what was just done.
        done: whether it says that something is done.
    """

    frame: Frame
    title: str
    lines: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    tabs: tuple[Tab, ...] = ()
    forms: tuple[Form, ...] = ()
    leave: Link | None = None
    problem: str = ""
    message: str = ""
    done: bool = False
