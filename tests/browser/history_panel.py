"""The History panel as a user sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from browser_user import BrowserUser, expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator


class HistoryPanel:
    """The side panel with the versions of the open notebook."""

    def __init__(self, user: BrowserUser) -> None:
        self.user = user
        self.panel = user.page.locator("#bookstore-history")
        self.list = self.panel.get_by_role("listbox", name="Versions")
        self.versions = self.list.get_by_role("option")

    def open(self) -> HistoryPanel:
        """Open it with the button in the notebook's toolbar."""
        self.user.page.locator("[data-jp-item-name='bookstore-history']:visible").click()
        expect(self.panel).to_be_visible()
        return self

    def save(self) -> None:
        """Save the notebook, which was changed, and wait until the list has the new version."""
        # The newest is "Current" before and after: only the number tells that the list is new.
        expect(self.versions).not_to_have_count(0)
        before = self.versions.count()
        self.user.save()
        expect(self.versions).to_have_count(before + 1)
        expect(self.versions.first).to_contain_text("Current")

    def version(self, text: str) -> Locator:
        """Return the versions whose row holds *text*."""
        return self.versions.filter(has_text=text)

    def choose(self, version: Locator, action: str) -> None:
        """Choose *action* in the context menu of *version*."""
        version.click(button="right")
        self.user.page.locator(f".lm-Menu-item[data-command='{action}']").click()

    def restore(self, version: Locator) -> None:
        """Restore *version* and confirm it."""
        self.choose(version, "bookstore:restore-version")
        self.user.accept("Restore this version?")

    def name(self, version: Locator, name: str) -> None:
        """Give *version* a name."""
        self.choose(version, "bookstore:name-version")
        self.user.dialog("Name this version").get_by_label("Name", exact=True).fill(name)
        self.user.accept("Name this version")
