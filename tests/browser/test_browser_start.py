"""The labextension is there in JupyterLab and Notebook 7, on every page, and breaks nothing."""

from __future__ import annotations

import pytest
from browser_user import BrowserUser, expect

COMMANDS = {
    "bookstore:show-history": "Show History",
    "bookstore:publish": "Publish Notebook…",
    "bookstore:show-published": "Published Notebooks",
    "bookstore:clone": "Clone Notebook from Link…",
    "bookstore:show-deleted": "Deleted Notebooks",
    "bookstore:show-status": "Show Archive Status",
}


def test_the_palette_offers_every_command(user: BrowserUser) -> None:
    user.write_notebook("a.ipynb", "1")
    user.open_notebook("a.ipynb")
    user.open_palette("Bookstore")
    items = user.page.locator(".lm-CommandPalette-item")
    for command, label in COMMANDS.items():
        item = items.and_(user.page.locator(f"[data-command='{command}']"))
        expect(item.first).to_contain_text(label)


def test_the_files_page_says_how_archiving_goes(user: BrowserUser) -> None:
    user.open_files()
    expect(user.page.locator("#bookstore-status")).to_contain_text("rchived")


@pytest.mark.parametrize("command", ["bookstore:publish", "bookstore:show-history"])
def test_a_notebook_has_it_in_its_context_menu_of_the_file_browser(
    user: BrowserUser, command: str
) -> None:
    user.write_notebook("b.ipynb", "1")
    files = user.open_files()
    files.locator(".jp-DirListing-item", has_text="b.ipynb").click(button="right")
    expect(user.page.locator(f".lm-Menu-item[data-command='{command}']")).to_be_visible()


def test_a_folder_has_no_publish_in_its_context_menu(user: BrowserUser) -> None:
    (user.server.root / "folder").mkdir(exist_ok=True)
    files = user.open_files()
    files.locator(".jp-DirListing-item", has_text="folder").click(button="right")
    expect(user.page.locator(".lm-Menu")).to_be_visible()
    expect(user.page.locator(".lm-Menu-item[data-command='bookstore:publish']")).to_have_count(0)
