"""JupyterLab's file browser as a user works with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from browser_user import BrowserUser, expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator

UPLOAD_MS = 180_000
"""So long an upload of many pieces may take on a busy machine."""


class FileBrowser:
    """The left panel with the files of one folder."""

    def __init__(self, user: BrowserUser) -> None:
        self.user = user
        self.panel = user.page.locator("#filebrowser")
        self.listing = self.panel.locator(".jp-DirListing")

    def open(self) -> FileBrowser:
        """Open JupyterLab with the files at the left."""
        self.user.open_files()
        return self

    def item(self, name: str) -> Locator:
        """Return what is listed as *name*."""
        text = self.listing.page.get_by_text(name, exact=True)
        return self.listing.locator(".jp-DirListing-item", has=text)

    def choose(self, name: str, command: str) -> None:
        """Choose *command* in the context menu of *name*."""
        self.item(name).click(button="right")
        self.user.page.locator(f".lm-Menu-item[data-command='filebrowser:{command}']").click()

    def make_folder(self, name: str) -> None:
        """Make a folder, and give it its name."""
        self.panel.locator("[data-jp-item-name='new-directory'] jp-button").click()
        self._type_name(name)

    def rename(self, old: str, new: str) -> None:
        """Give *old* another name."""
        self.choose(old, "rename")
        self._type_name(new)

    def enter(self, name: str) -> None:
        """Go into the folder *name*."""
        self.item(name).dblclick()
        expect(self.panel.locator(".jp-BreadCrumbs-item").last).to_have_text(name)

    def leave(self) -> None:
        """Go to the first folder of all."""
        self.panel.locator(".jp-BreadCrumbs-home").click()

    def upload_large(self, file: Path) -> None:
        """Upload *file*, about whose size one is asked, and wait until it is listed."""
        with self.user.page.expect_file_chooser() as chooser:
            self.panel.locator("[data-jp-item-name='uploader'] jp-button").click()
        chooser.value.set_files(file)
        self.user.accept("Large file size")
        self.item(file.name).wait_for(timeout=UPLOAD_MS)

    def download(self, name: str) -> bytes:
        """Return what the browser gets when *name* is downloaded."""
        with self.user.page.expect_download() as download:
            self.choose(name, "download")
        return Path(download.value.path()).read_bytes()

    def delete(self, name: str) -> None:
        """Delete *name*, and say so again."""
        self.choose(name, "delete")
        self.user.accept("Delete")
        expect(self.item(name)).to_have_count(0)

    def _type_name(self, name: str) -> None:
        editor = self.listing.locator("input.jp-DirListing-editor")
        editor.fill(name)
        editor.press("Enter")
        self.item(name).wait_for()
