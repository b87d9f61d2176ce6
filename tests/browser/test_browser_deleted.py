"""Deleted notebooks are found and brought back, where one misses them."""

from __future__ import annotations

from browser_user import BrowserUser, expect
from deleted_notebooks import DeletedNotebooks
from processes import Server


def save_and_delete(server: Server, path: str, source: str) -> None:
    (server.root / path).parent.mkdir(exist_ok=True)
    server.save(path, source)
    server.request("DELETE", f"api/contents/{path}")
    server.wait_until_delivered()


def test_a_notebook_deleted_in_the_file_browser_is_brought_back(user: BrowserUser) -> None:
    user.write_notebook("thesis.ipynb", "years = 4")
    user.open_notebook("thesis.ipynb")
    user.save()
    files = user.open_files()
    files.locator(".jp-DirListing-item", has_text="thesis.ipynb").click(button="right")
    user.page.locator(".lm-Menu-item[data-command='filebrowser:delete']").click()
    user.accept("thesis.ipynb")
    expect(files.locator(".jp-DirListing-item", has_text="thesis.ipynb")).to_have_count(0)
    assert not (user.server.root / "thesis.ipynb").exists()

    deleted = DeletedNotebooks(user).open()
    expect(deleted.row("thesis.ipynb")).to_contain_text("deleted")
    user.follow_new_page(lambda: deleted.restore("thesis.ipynb"))
    expect(user.notebook().locator(".cm-content").first).to_have_text("years = 4")
    assert "years = 4" in (user.server.root / "thesis.ipynb").read_text()


def test_one_that_is_back_is_no_longer_listed(user: BrowserUser) -> None:
    save_and_delete(user.server, "back.ipynb", "1")
    user.open_files()
    deleted = DeletedNotebooks(user).open()
    deleted.restore("back.ipynb")
    expect(deleted.row("back.ipynb")).to_have_count(0)


def test_what_took_its_place_is_not_overwritten(user: BrowserUser) -> None:
    save_and_delete(user.server, "taken.ipynb", "the old one")
    user.open_files()
    deleted = DeletedNotebooks(user).open()
    expect(deleted.row("taken.ipynb")).to_be_visible()
    user.write_notebook("taken.ipynb", "the new one")
    user.follow_new_page(lambda: deleted.restore("taken.ipynb"))
    expect(user.notebook().locator(".cm-content").first).to_have_text("the old one")
    assert "the new one" in (user.server.root / "taken.ipynb").read_text()


def test_a_deleted_notebook_can_be_looked_at_first(user: BrowserUser) -> None:
    save_and_delete(user.server, "looked/at.ipynb", "what_was = 'here'")
    user.open_files()
    deleted = DeletedNotebooks(user).open()
    deleted.row("looked/at.ipynb").get_by_role("button", name="Preview").click()
    expect(user.page.locator(".bs-Preview")).to_contain_text("what_was = 'here'")


def test_a_moved_notebook_is_listed_only_on_request(user: BrowserUser) -> None:
    user.server.save("old-name.ipynb", "1")
    user.server.request("PATCH", "api/contents/old-name.ipynb", {"path": "new-name.ipynb"})
    save_and_delete(user.server, "gone.ipynb", "1")
    user.open_files()
    deleted = DeletedNotebooks(user).open()
    expect(deleted.row("gone.ipynb")).to_be_visible()
    expect(deleted.row("old-name.ipynb")).to_have_count(0)
    user.page.get_by_label("Show moved notebooks").check()
    expect(deleted.row("old-name.ipynb")).to_contain_text("new-name.ipynb")


def test_the_last_one_deleted_is_first_and_others_are_found_by_their_path(
    user: BrowserUser,
) -> None:
    save_and_delete(user.server, "zebra/first.ipynb", "1")
    save_and_delete(user.server, "apple/then.ipynb", "1")
    user.open_files()
    deleted = DeletedNotebooks(user).open()
    rows = deleted.list.locator(".bs-List-row")
    expect(rows.nth(0)).to_have_attribute("data-path", "apple/then.ipynb")
    expect(rows.nth(1)).to_have_attribute("data-path", "zebra/first.ipynb")
    search = user.page.get_by_label("Search by path")
    search.fill("ZEBRA")
    expect(rows).to_have_count(1)
    expect(rows).to_have_attribute("data-path", "zebra/first.ipynb")
    search.fill("no such notebook")
    expect(user.page.locator("#bookstore-deleted")).to_contain_text("has this in its path")
    search.fill("")
    expect(rows.nth(0)).to_have_attribute("data-path", "apple/then.ipynb")


def test_a_long_list_comes_in_pages(user: BrowserUser) -> None:
    for number in range(60):
        user.server.save(f"many-{number:02}.ipynb", "1")
        user.server.request("DELETE", f"api/contents/many-{number:02}.ipynb")
    user.server.wait_until_delivered()
    user.open_files()
    deleted = DeletedNotebooks(user).open()
    rows = deleted.list.locator(".bs-List-row")
    expect(rows).to_have_count(50)
    user.page.get_by_role("button", name="Show More").click()
    expect(deleted.row("many-00.ipynb")).to_be_attached()
    assert rows.count() >= 60
