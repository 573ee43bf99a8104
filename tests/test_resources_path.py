"""Files beside the code are found in a checkout."""

from __future__ import annotations

from portal_desk.resources_path import resource


def test_a_resource_is_found_by_its_parts() -> None:
    assert resource("locales", "de", "LC_MESSAGES", "portal.po").is_file()
