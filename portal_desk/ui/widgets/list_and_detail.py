"""A list with the detail of what is chosen beside it, or one of them where there is no room for both."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from portal_desk.ui.theme import Theme
from portal_desk.ui.widgets.buttons import Button
from portal_desk.ui.widgets.containers import row


class ListAndDetail(QSplitter):
    """Side by side in a wide window; in a narrow one the list, and the detail once somebody asks for it.

    Args:
        least: the least widths of list and detail beside each other, with text of the usual size.

    Signals:
        left: the way back to the list was pressed.
    """

    left = Signal()

    def __init__(
        self,
        listing: QWidget,
        detail: QWidget,
        theme: Theme,
        *,
        least: tuple[int, int],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setChildrenCollapsible(False)
        self._listing = listing
        self._least = least
        self._theme = theme
        self._narrow = False
        self._at_detail = False
        self._sizes: list[int] = []
        self.back = Button(
            self.tr("Back to the list"), "ghost", theme=theme, icon_name="arrow-left"
        )
        self._way_back = row(self.back, stretch_after=True)
        self._detail = QWidget()
        self._lay_out(detail)
        self.back.clicked.connect(self._on_back)
        theme.changed.connect(self._fit)

    def show_detail(self) -> None:
        """Show the detail, where there is room for one of them alone."""
        self._at_detail = True
        self._arrange()

    def show_list(self) -> None:
        """Show the list, where there is room for one of them alone."""
        self._at_detail = False
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        return QSize(max(self._least), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()
        super().resizeEvent(event)

    def _fit(self) -> None:
        narrow = self.width() < sum(self._least) * self._theme.text_scale
        if narrow == self._narrow:
            return
        if narrow:
            self._sizes = self.sizes()
        self._narrow = narrow
        self._arrange()
        if not narrow:
            self.setSizes(self._sizes)

    def _arrange(self) -> None:
        self._way_back.setVisible(self._narrow)
        self._detail.setVisible(self._at_detail or not self._narrow)
        self._listing.setVisible(not self._at_detail or not self._narrow)

    def _on_back(self) -> None:
        self.show_list()
        self.left.emit()

    def _lay_out(self, detail: QWidget) -> None:
        self._listing.setMinimumWidth(self._least[0])
        self._detail.setMinimumWidth(self._least[1])
        self._detail.setObjectName("surface")
        self._detail.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._way_back.setContentsMargins(8, 6, 8, 0)
        self._way_back.hide()
        column = QVBoxLayout(self._detail)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._way_back)
        column.addWidget(detail, 1)
        self.addWidget(self._listing)
        self.addWidget(self._detail)
