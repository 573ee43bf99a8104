"""The content of a portal page on which a customer reads terms and fills in a form."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from portal_desk.portal.document import Link, Reason
from portal_desk.portal.explain import explain_notes
from portal_desk.portal.flows.document import Fact, FlowPage, Form, Tab
from portal_desk.ui.portal_preview.form_fields import FieldBox, GroupBox, label, values_of
from portal_desk.ui.portal_preview.paper import LINK, QUIET
from portal_desk.ui.widgets.buttons import Button
from portal_desk.ui.widgets.style import set_style

_MARGIN = 28
_WIDEST = 600
_KINDS = {"primary": "pagePrimary", "secondary": "pageSecondary", "critical": "pageCritical"}


class FormSheet(QWidget):
    """A page with one purpose. It is as high as what is on it.

    Signals:
        followed: a link was pressed: its address as the page has it.
        submitted: a form was sent: the form (Form), and what was filled in (dict of names and texts).
    """

    followed = Signal(str)
    submitted = Signal(object, object)

    def __init__(
        self,
        page: FlowPage,
        notes: Sequence[Reason],
        *,
        narrow: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("formSheet")
        self.setAccessibleName(page.title)
        self._narrow = narrow
        outer = QHBoxLayout(self)
        outer.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        inner = QWidget()
        inner.setMaximumWidth(_WIDEST)
        outer.addWidget(inner, 10)
        outer.addStretch(0)
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(10)
        self._write(page, notes)

    @property
    def first(self) -> QWidget:
        """What the keyboard begins with: what is wrong, else the first field, else the first button."""
        boxes = self.findChildren(FieldBox)
        wrong = [box for box in boxes if box.is_wrong]
        found = [*(box.control for box in (*wrong, *boxes)), *self.findChildren(QPushButton), self]
        return found[0]

    def _write(self, page: FlowPage, notes: Sequence[Reason]) -> None:
        self._say(page.message, "pageMessage")
        if notes:
            self._column.addWidget(_callout(notes))
        if page.done:
            self._column.addWidget(label("✓", "tick"), 0, Qt.AlignmentFlag.AlignLeading)
        self._say(page.title, "pageTitle")
        self._say(page.problem, "pageProblem")
        for line in page.lines:
            self._say(line, "muted")
        if page.facts:
            self._column.addWidget(_facts(page.facts))
        if page.tabs:
            self._column.addWidget(self._tabs(page.tabs))
        for number, form in enumerate(page.forms):
            self._form(form, page.leave if number == 0 else None)
        if not page.forms and page.leave and page.leave.href:
            self._column.addSpacing(8)
            name = "pagePrimary" if page.done else "pageSecondary"
            self._column.addWidget(self._leave(page.leave, name))

    def _say(self, text: str, name: str) -> None:
        if text:
            self._column.addWidget(label(text, name))

    def _tabs(self, tabs: Sequence[Tab]) -> QWidget:
        """The views to choose from, in as many lines as it takes."""
        box = QFrame()
        box.setObjectName("tabs")
        lines = QVBoxLayout(box)
        lines.setContentsMargins(3, 3, 3, 3)
        lines.setSpacing(2)
        most = 2 if self._narrow else 4
        for start in range(0, len(tabs), most):
            line = QHBoxLayout()
            line.setSpacing(2)
            for tab in tabs[start : start + most]:
                line.addWidget(self._tab(tab))
            line.addStretch(1)
            lines.addLayout(line)
        return box

    def _tab(self, tab: Tab) -> QPushButton:
        button = _button(tab.label, "pageTab")
        set_style(button, chosen="true" if tab.selected else "false")
        if tab.selected:
            button.setAccessibleDescription(self.tr("Selected"))
        button.clicked.connect(lambda: self.followed.emit(tab.href))
        return button

    def _form(self, form: Form, leave: Link | None) -> None:
        if form.title:
            self._column.addSpacing(14)
            self._say(form.title, "groupTitle")
        if form.kind == "line":
            self._line_form(form)
            return
        boxes: list[FieldBox] = []
        for group in form.groups:
            made = GroupBox(group, narrow=self._narrow)
            boxes += made.boxes
            self._column.addSpacing(8)
            self._column.addWidget(made)

        def send() -> None:
            self.submitted.emit(form, dict(form.hidden) | values_of(boxes))

        for box in boxes:
            box.entered.connect(send)
        submit = _button(form.submit, _KINDS[form.kind])
        submit.clicked.connect(send)
        self._column.addSpacing(8)
        self._buttons(submit, leave)

    def _buttons(self, submit: QPushButton, leave: Link | None) -> None:
        buttons = [submit]
        if leave and leave.href:
            buttons.append(self._leave(leave, "pageSecondary"))
        if self._narrow:
            for each in buttons:
                self._column.addWidget(each)
            return
        line = QHBoxLayout()
        line.setSpacing(10)
        for each in buttons:
            line.addWidget(each)
        line.addStretch(1)
        self._column.addLayout(line)

    def _line_form(self, form: Form) -> None:
        line = QHBoxLayout()
        remove = _button(form.submit, "pageLink")
        remove.setAccessibleName(f"{form.submit} {form.about}")
        remove.clicked.connect(lambda: self.submitted.emit(form, dict(form.hidden)))
        line.addWidget(label(form.about, "optionText"), 1)
        line.addWidget(remove)
        self._column.addLayout(line)

    def _leave(self, leave: Link, name: str) -> QPushButton:
        button = _button(leave.label, name)
        button.clicked.connect(lambda: self.followed.emit(leave.href))
        return button


def _button(text: str, name: str) -> QPushButton:
    button = Button(text.replace("&", "&&"))
    button.setObjectName(name)
    button.setAccessibleName(text)
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    return button


def _facts(facts: Sequence[Fact]) -> QFrame:
    """A summary, line by line: what it is, and how much or when."""
    box = QFrame()
    box.setObjectName("facts")
    column = QVBoxLayout(box)
    column.setContentsMargins(16, 4, 16, 4)
    column.setSpacing(0)
    for number, fact in enumerate(facts):
        column.addWidget(_fact(fact, ruled=number > 0))
    return box


def _fact(fact: Fact, *, ruled: bool) -> QFrame:
    row = QFrame()
    row.setObjectName("ruled" if ruled else "unruled")
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 10, 0, 10)
    line.setSpacing(18)
    words = QVBoxLayout()
    words.setSpacing(1)
    words.addWidget(label(fact.label, "factStrong" if fact.strong else "muted"))
    if fact.detail:
        words.addWidget(label(fact.detail, "hint"))
    line.addLayout(words, 3)
    value = label(fact.value, "factStrong" if fact.strong else "factValue")
    value.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignTop)
    value.setAccessibleName(f"{fact.label}: {fact.value}")
    line.addWidget(value, 2)
    return row


def _callout(notes: Sequence[Reason]) -> QLabel:
    """What the agent should know about the page, with links to Stripe's documentation."""
    paragraphs = []
    for one in explain_notes(notes):
        source = (
            f' <a style="color:{LINK}" href="{escape(one.source)}">Stripe’s rule</a>'
            if one.source
            else ""
        )
        facts = f'<br><font color="{QUIET}">{escape(one.facts)}</font>' if one.facts else ""
        told = f"<b>{escape(one.text)}</b> {escape(one.way_out)}{source}{facts}"
        paragraphs.append(f"<p>{told}</p>")
    made = QLabel("".join(paragraphs))
    made.setObjectName("agentNotes")
    made.setTextFormat(Qt.TextFormat.RichText)
    made.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    made.setWordWrap(True)
    made.setOpenExternalLinks(True)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
    return made
