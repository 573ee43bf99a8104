"""Which languages are saved, as what, and in how many files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QWidget

from portal_desk.services.portal.saving import Format, Page, file_name
from portal_desk.ui import format as fmt
from portal_desk.ui.dialogs.fields import Choices, Field
from portal_desk.ui.dialogs.frame import DialogFrame
from portal_desk.ui.portal_preview.page import Width
from portal_desk.ui.widgets import Button, Text

_NAMED = 3


@dataclass(frozen=True)
class Wish:
    """What is to be saved.

    Attributes:
        pages: the languages' pages, at least one.
        kind: what they become.
        width: of the pages; HTML adapts to its window.
        together: all in one file, rather than one for each language.
        target: the file, or the folder for several.
    """

    pages: Sequence[Page]
    kind: Format
    width: Width
    together: bool
    target: Path


class ExportDialog(DialogFrame):
    """Asks what, then where.

    Args:
        sets: what can be saved: words for it, and its pages; the first is chosen.
        width: of the pages on the wall.
        folder: which one is offered first.

    Signals:
        wished: what is to be saved (Wish).
    """

    wished = Signal(object)

    def __init__(
        self,
        sets: Sequence[tuple[str, Sequence[Page]]],
        width: Width,
        folder: Path,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent.tr("Export languages") if parent else "", parent=parent)
        self._folder = folder
        self._sets = sets
        self.languages = QComboBox()
        for words, pages in sets:
            self.languages.addItem(words, pages)
        self.kind: Choices[Format] = Choices(self._kinds())
        self.files = Choices(self._files())
        self.width_choice = QComboBox()
        self.width_choice.addItem(self.tr("Phone"), "phone")
        self.width_choice.addItem(self.tr("Desktop"), "desktop")
        self.width_choice.setCurrentIndex(self.width_choice.findData(width))
        self.width_field = Field(self.tr("Width of the pages"), self.width_choice)
        self.save = Button(self.tr("Choose where…"), "primary")
        self.dismiss = Button(self.tr("Cancel"))
        self._arrange()
        self._connect()
        self._describe()

    @property
    def pages(self) -> Sequence[Page]:
        """What is to be saved."""
        return self._sets[max(self.languages.currentIndex(), 0)][1]

    @property
    def together(self) -> bool:
        """Whether all goes into one file."""
        return len(self.pages) == 1 or self.files.value

    def save_to(self, target: Path) -> None:
        """Save to this file, or into this folder."""
        width: Width = self.width_choice.currentData()
        self.accept()
        self.wished.emit(Wish(self.pages, self.kind.value, width, self.together, target))

    def _kinds(self) -> Sequence[tuple[Format, str, str]]:
        return (
            ("html", self.tr("Web page"), self.tr("Opens in any browser, needs nothing else.")),
            ("pdf", self.tr("PDF"), self.tr("To print or to send; its text can be searched.")),
            ("png", self.tr("Picture (PNG)"), self.tr("For slides, tickets and messages.")),
        )

    def _files(self) -> Sequence[tuple[bool, str, str]]:
        return (
            (True, self.tr("All in one file"), ""),
            (
                False,
                self.tr("A file for each language"),
                self.tr("In a folder; files there with the same names are replaced."),
            ),
        )

    def _describe(self) -> None:
        many = len(self.pages) > 1
        self.files_label.setVisible(many)
        self.files.setVisible(many)
        together = {
            "html": self.tr("One page with a list of the languages at its top."),
            "pdf": self.tr("A page for each language."),
            "png": self.tr("The pages side by side, smaller, each beneath its language’s name."),
        }
        self.files.describe(True, self.tr("All in one file"), together[self.kind.value])
        self.width_field.setEnabled(self.kind.value != "html")
        adapts = self.tr("A web page adapts to its window.")
        self.width_field.set_hint(adapts if self.kind.value == "html" else "")

    def _on_save(self) -> None:
        dialog = self._ask_for_file() if self.together else self._ask_for_folder()
        dialog.fileSelected.connect(lambda chosen: self.save_to(Path(chosen)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _ask_for_file(self) -> QFileDialog:
        kind = self.kind.value
        start = str(self._folder / file_name(self.pages, kind))
        dialog = QFileDialog(self, self.tr("Export languages"), start, f"{kind.upper()} (*.{kind})")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(kind)
        dialog.selectFile(start)
        return dialog

    def _ask_for_folder(self) -> QFileDialog:
        dialog = QFileDialog(self, self.tr("Export languages to"), str(self._folder))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        return dialog

    def _arrange(self) -> None:
        self.body.addWidget(Field(self.tr("Languages"), self.languages))
        self.body.addWidget(Text(self.tr("As"), "small"))
        self.body.addWidget(self.kind)
        self.files_label = Text(self.tr("Files"), "small")
        self.body.addWidget(self.files_label)
        self.body.addWidget(self.files)
        self.body.addWidget(self.width_field)
        self.body.addStretch(1)
        self.footer.addStretch(1)
        self.footer.addWidget(self.dismiss)
        self.footer.addWidget(self.save)
        self.save.setDefault(True)

    def _connect(self) -> None:
        self.languages.currentIndexChanged.connect(self._describe)
        self.kind.changed.connect(self._describe)
        self.save.clicked.connect(self._on_save)
        self.dismiss.clicked.connect(self.reject)
        self.press_with_ctrl_return(self.save)
        self.languages.setFocus()


def words_for(pages: Sequence[Page], total: int) -> str:
    """What the pages are called in a choice: the languages' names, or how many there are."""
    if len(pages) == total:
        return _tr("All {n} languages").format(n=fmt.count(total))
    if len(pages) <= _NAMED:
        return ", ".join(language.english for language, _view in pages)
    return _tr("{n} languages").format(n=fmt.count(len(pages)))


def _tr(text: str) -> str:
    return QCoreApplication.translate("LanguageWall", text)
