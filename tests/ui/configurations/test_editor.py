"""The form: checks at the fields, a preview that follows, and nothing typed is lost."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QMessageBox

from portal_desk.errors import OutcomeUnknown, StripeError
from portal_desk.models.actions import JournalEntry
from portal_desk.services.configurations.comparing import changed
from portal_desk.services.configurations.fields import (
    PRODUCTS,
    WRITABLE,
    unknown_fields,
    with_value,
)
from portal_desk.services.configurations.saving import ChangedMeanwhile
from portal_desk.ui.configurations.conflict import ConflictDialog

CANCEL, UPDATE = "features.subscription_cancel", "features.subscription_update"
METHODS = "features.payment_method_update"


def _edit(panel, configuration: str):
    panel.list.show_configuration(configuration)
    panel.detail.edit.click()
    return panel.editor


@pytest.fixture
async def editor(panel):
    """The editor with the default configuration."""
    return _edit(panel, "bpc_main")


async def test_every_field_of_stripes_has_an_input(editor):
    assert set(editor.form.inputs) == set(WRITABLE)


@pytest.mark.parametrize("configuration", ["bpc_main", "bpc_japan", "bpc_future"])
async def test_opening_one_changes_nothing(panel, configuration):
    editor = _edit(panel, configuration)
    assert not editor.is_dirty
    assert not editor.save.isEnabled()


async def test_what_is_not_known_survives_an_edit(panel):
    editor = _edit(panel, "bpc_future")
    before = panel.list.current.configuration
    editor.form.inputs["name"].edit.setText("Later")
    draft = editor.form.draft()
    assert changed(before, draft) == ["name"]
    assert unknown_fields(draft) == unknown_fields(before)
    assert draft["features"]["subscription_cancel"]["mode"] == "at_the_next_full_moon"


async def test_the_preview_follows_each_change(editor, until):
    editor.form.inputs["business_profile.headline"].edit.setText("Manage your plan")
    await until(
        lambda: editor.preview.page.view and editor.preview.page.view.headline == "Manage your plan"
    )
    await until(lambda: "Invoice history" in editor.preview.page.sheet.toPlainText())
    editor.form.inputs["features.invoice_history.enabled"].box.setChecked(False)
    await until(lambda: "Invoice history" not in editor.preview.page.sheet.toPlainText())


async def test_the_preview_can_be_a_customers_of_the_account(panel, desk, editor, until, qtbot):
    qtbot.keyClicks(editor.preview.customer, "ada")
    await until(editor.preview._names.stringList)
    editor.preview.customer.completer().activated.emit(editor.preview._names.stringList()[0])
    await until(lambda: "Ada" in editor.preview.page.sheet.toPlainText())
    editor.preview.made_up.click()
    await until(lambda: "Jenny Rosen" in editor.preview.page.sheet.toPlainText())


async def test_a_customer_who_is_read_late_takes_nobodys_place(panel, desk, editor, until, qtbot):
    qtbot.keyClicks(editor.preview.customer, "ada")
    await until(editor.preview._names.stringList)
    editor.preview._on_picked(editor.preview._names.stringList()[0])
    editor.preview.made_up.click()
    await until(lambda: "read a customer to preview" not in editor._tasks.running)
    await until(lambda: "Jenny Rosen" in editor.preview.page.sheet.toPlainText())
    assert editor.preview.customer.text() == ""


async def test_updates_without_payment_methods_are_refused_at_their_field(editor):
    editor.form.inputs[f"{METHODS}.enabled"].box.setChecked(False)
    assert "R26" in editor.form.fields[f"{UPDATE}.enabled"].note.text()
    assert editor.state.text() == "1 thing to mend"
    editor.save_now()
    assert editor.is_dirty


async def test_prorations_are_checked_against_the_mode(editor):
    credit = editor.form.inputs[f"{CANCEL}.proration_behavior"]
    credit.set_value("create_prorations")
    assert "R22" in editor.form.fields[f"{CANCEL}.proration_behavior"].note.text()
    editor.form.inputs[f"{CANCEL}.mode"].set_value("immediately")
    assert "R22" not in editor.form.fields[f"{CANCEL}.proration_behavior"].note.text()


async def test_details_show_only_while_their_feature_is_on(editor):
    fields = editor.form.fields
    editor.form.inputs[f"{CANCEL}.enabled"].box.setChecked(False)
    assert not fields[f"{CANCEL}.mode"].isVisible()
    assert not fields[f"{CANCEL}.cancellation_reason.options"].isVisible()
    editor.form.inputs[f"{CANCEL}.enabled"].box.setChecked(True)
    assert fields[f"{CANCEL}.cancellation_reason.options"].isVisible()


async def test_products_are_added_and_taken_away(editor):
    products = editor.form.inputs[PRODUCTS]
    before = len(products.offers)
    products._on_add(0)
    assert len(products.value()) == before + 1
    assert products.value()[-1]["prices"]
    products.offers[-1].removed.emit()
    assert len(products.value()) == before


async def test_metadata_and_pauses_are_edited_line_by_line(editor):
    metadata = editor.form.inputs["metadata"]
    metadata.add.click()
    key, value = metadata.rows[-1]
    key.setText("team")
    value.setText("billing")
    assert editor.form.draft()["metadata"] == {"team": "billing"}
    durations = editor.form.inputs["features.subscription_pause.duration.interval_options"]
    durations.add.click()
    assert durations.value()[-1] == {"interval": "month", "interval_count": 1}


async def test_leaving_asks_before_anything_is_lost(panel, editor):
    editor.form.inputs["name"].edit.setText("Other")
    editor.back.click()
    assert panel.pages.currentWidget() is editor
    [box] = panel.window().findChildren(QMessageBox)
    assert "“Other” is not saved." in box.text()
    discard = next(one for one in box.buttons() if "Discard" in one.text())
    discard.click()
    assert panel.pages.currentWidget() is panel.splitter
    assert panel.unsaved == ""


async def test_nothing_is_asked_where_nothing_was_changed(panel, editor):
    editor.back.click()
    assert panel.pages.currentWidget() is panel.splitter


async def test_a_duplicate_begins_with_all_that_the_other_one_has(panel):
    panel.list.show_configuration("bpc_main")
    panel.detail.duplicate.click()
    draft = panel.editor.form.draft()
    assert draft["name"] == "Copy of Standard"
    assert changed(panel.list.current.configuration, draft) == ["name"]
    assert panel.editor.save.isEnabled()


async def test_the_default_can_be_given_the_settings_of_another(panel):
    panel.list.show_configuration("bpc_japan")
    panel.detail.make_default.trigger()
    editor = panel.editor
    assert editor.form.draft()["name"] == "Standard"
    assert f"{UPDATE}.enabled" in changed(editor._base, editor.form.draft())
    assert "can’t make another configuration the default" in editor.banner.accessibleName()


class Refusing:
    """Configurations whose updates end as the test says."""

    def __init__(self, service, error) -> None:
        self._service, self.error = service, error

    async def update(self, base, draft):
        raise self.error

    def __getattr__(self, name):
        return getattr(self._service, name)


def _refuse(desk, error) -> None:
    desk.__dict__["configurations"] = Refusing(desk.configurations, error)


async def test_stripes_refusal_is_said_at_its_field_and_what_was_typed_stays(desk, editor, until):
    param = "features[subscription_cancel][mode]"
    _refuse(desk, StripeError("Not with your plan.", param=param))
    editor.form.inputs["name"].edit.setText("Other")
    editor.save.click()
    await until(editor.banner.isVisible)
    assert editor.form.fields[f"{CANCEL}.mode"].note.text() == "Not with your plan."
    assert editor.form.draft()["name"] == "Other"
    assert editor.save.isEnabled()
    editor.form.inputs[f"{CANCEL}.mode"].set_value("immediately")
    assert editor.form.fields[f"{CANCEL}.mode"].note.text() == ""


async def test_what_someone_else_changed_is_shown_and_the_admin_chooses(panel, desk, editor, until):
    base = editor._base
    theirs = with_value(with_value(base, "name", "Theirs"), "metadata", {"by": "them"})
    _refuse(desk, ChangedMeanwhile(theirs))
    editor.form.inputs["name"].edit.setText("Mine")
    editor.form.inputs["business_profile.headline"].edit.setText("Hello")
    editor.save.click()
    await until(lambda: panel.window().findChildren(ConflictDialog))
    [dialog] = panel.window().findChildren(ConflictDialog)
    assert list(dialog.choices) == ["name"]
    dialog.choices["name"].choose("theirs")
    dialog.keep.click()
    draft = editor.form.draft()
    assert draft["name"] == "Theirs"
    assert draft["metadata"] == {"by": "them"}
    assert draft["business_profile"]["headline"] == "Hello"
    assert changed(editor._base, draft) == ["business_profile.headline"]


async def test_without_an_answer_nothing_is_sent_twice(desk, editor, until):
    _refuse(desk, OutcomeUnknown("No answer came.", "Wait."))
    editor.form.inputs["name"].edit.setText("Other")
    editor.save.click()
    await until(editor.banner.isVisible)
    assert not editor.save.isEnabled()
    assert editor.form.draft()["name"] == "Other"


@pytest.mark.parametrize(("state", "left"), [("done", True), ("failed", False), (None, False)])
async def test_what_came_of_it_is_found_out_on_request(panel, desk, editor, until, state, left):
    _refuse(desk, OutcomeUnknown("No answer came.", "Wait."))
    settled = [JournalEntry(1, "configuration", "", None, "Edit", state=state)] if state else []

    class Actions:
        async def reconcile(self):
            return settled

    desk.__dict__["actions"] = Actions()
    editor.form.inputs["name"].edit.setText("Other")
    editor.save.click()
    await until(editor.banner.isVisible)
    editor.banner._button.click()
    await until(lambda: "Not known" not in editor.banner.accessibleName() or left)
    await until(lambda: (panel.pages.currentWidget() is panel.splitter) is left)
    assert editor.save.isEnabled() is (state == "failed")


async def test_a_permission_that_was_lacking_is_told_beforehand(panel, desk, until):
    entry = desk.journal.begin(kind="configuration", customer="", summary="Edit")
    desk.journal.finish(entry, "failed", error="lacks rak_customer_portal_write")
    editor = _edit(panel, "bpc_main")
    await until(editor.banner.isVisible)
    assert "rak_customer_portal_write" in editor.banner.accessibleName()


async def test_a_narrow_window_shows_form_or_preview(panel, editor):
    panel.resize(640, 500)
    assert editor.form.isVisible()
    assert not editor.preview.isVisible()
    editor.show_preview.click()
    assert editor.preview.isVisible()
    assert not editor.form.isVisible()


async def test_problems_name_products_and_prices_as_people_do(editor):
    products = editor.form.inputs[PRODUCTS]
    product = products.value()[0]["product"]
    for box in products.offers[0].prices.values():
        box.setChecked(False)
    note = editor.form.fields[PRODUCTS].note.text()
    assert product not in note
    assert "“Starter”" in note or "“Team”" in note or "“Business”" in note


async def test_a_duplicate_can_do_without_what_is_not_known(panel):
    panel.list.show_configuration("bpc_future")
    panel.detail.duplicate.click()
    form = panel.editor.form
    assert "features.gift_cards" in unknown_fields(form.draft())
    form.leave_out.click()
    assert unknown_fields(form.draft()) == {}
    panel.editor.discard()
    panel.detail.edit.click()
    assert not form.leave_out.isVisible()
