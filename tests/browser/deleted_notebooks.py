"""The list of deleted notebooks as a user sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from browser_user import BrowserUser, expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator


class DeletedNotebooks:
    """The list of deleted notebooks as a user sees it."""

    def __init__(self, user: BrowserUser) -> None:
        self.user = user
        self.list = user.page.locator("#bookstore-deleted .bs-List-rows:visible")

    def open(self) -> DeletedNotebooks:
        """Open it from the command palette."""
        self.user.run_command("bookstore:show-deleted", "Deleted Notebooks")
        expect(self.user.page.locator("#bookstore-deleted").first).to_be_visible()
        return self

    def row(self, path: str) -> Locator:
        """Return the row of what was at *path*."""
        return self.user.page.locator(f".bs-List-row[data-path='{path}']:visible")

    def restore(self, path: str) -> None:
        """Bring back what was at *path*."""
        self.row(path).get_by_role("button", name="Restore").click()
