"""The history of a notebook in JupyterLab and Notebook 7: see, compare, restore, name."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from browser_user import LAB, BrowserUser, expect
from history_panel import HistoryPanel
from notebooks import code, error, markdown
from papermill_kit import ENDED, written
from processes import jupyter_environment

from bookstore.papermill_io import PapermillHandler


def test_a_save_appears_in_the_history(user: BrowserUser) -> None:
    user.write_notebook("saves.ipynb", "first = 1")
    notebook = user.open_notebook("saves.ipynb")
    history = HistoryPanel(user).open()
    user.edit(notebook, "second = 2")
    user.save()
    expect(history.version("Current")).to_have_count(1)
    expect(history.version("Current")).to_contain_text("Saved")
    user.edit(notebook, "third = 3")
    history.save()


def test_an_earlier_version_is_compared_and_restored_in_the_open_notebook(
    user: BrowserUser,
) -> None:
    """The kernel goes on with what it knew, and what was replaced is in the history."""
    user.write_notebook("restore.ipynb", "answer = 6 * 7\nanswer", "# keep")
    notebook = user.open_notebook("restore.ipynb")
    assert user.run_cell(notebook) == "42"
    user.save()
    history = HistoryPanel(user).open()
    user.edit(notebook, "answer")
    history.save()
    before = history.versions.count()
    earlier = history.versions.nth(1)

    history.choose(earlier, "bookstore:compare-with-current")
    diff = user.page.locator(".bs-Diff")
    expect(diff).to_contain_text("6 * 7")
    if user.front_end is LAB:
        user.page.locator(".jp-NotebookPanel").first.wait_for(state="attached")
        user.page.locator("[role=tab]", has_text="restore.ipynb").first.click()
    else:
        user.page.keyboard.press("Escape")

    history.restore(earlier)
    expect(notebook.locator(".cm-content").first).to_contain_text("6 * 7")
    expect(history.versions).to_have_count(before + 1)
    expect(history.versions.first).to_contain_text("Restored")

    user.edit(notebook, "answer + 1")
    assert user.run_cell(notebook) == "43", "the kernel forgot"


def test_a_restore_can_be_undone_with_the_notebooks_own_undo(user: BrowserUser) -> None:
    user.write_notebook("undo.ipynb", "before")
    notebook = user.open_notebook("undo.ipynb")
    user.save()
    history = HistoryPanel(user).open()
    user.edit(notebook, "after")
    history.save()
    history.restore(history.versions.nth(1))
    code = notebook.locator(".cm-content").first
    expect(code).to_have_text("before")
    notebook.locator(".jp-InputPrompt").first.click()
    user.page.keyboard.press("z")
    expect(code).to_have_text("after")


def test_a_version_gets_a_name_that_stays(user: BrowserUser) -> None:
    user.write_notebook("name.ipynb", "1")
    notebook = user.open_notebook("name.ipynb")
    user.edit(notebook, "2")
    user.save()
    history = HistoryPanel(user).open()
    history.name(history.version("Current"), "before cleaning")
    expect(history.version("before cleaning")).to_have_count(1)
    user.open_notebook("name.ipynb")
    history = HistoryPanel(user)
    if not history.panel.is_visible():
        history.open()
    expect(history.version("before cleaning")).to_have_count(1)


def test_a_click_previews_a_version_that_cannot_be_changed(user: BrowserUser) -> None:
    user.write_notebook("preview.ipynb", "old = 'content'")
    notebook = user.open_notebook("preview.ipynb")
    user.save()
    user.edit(notebook, "new = 'content'")
    user.save()
    history = HistoryPanel(user).open()
    history.versions.nth(1).click()
    preview = user.page.locator(".bs-Preview")
    expect(preview).to_contain_text("old = 'content'")
    preview.locator(".cm-content").click()
    user.page.keyboard.type("typed")
    expect(preview).not_to_contain_text("typed")


def test_a_version_is_restored_as_a_copy_that_opens(user: BrowserUser) -> None:
    user.write_notebook("source.ipynb", "early")
    notebook = user.open_notebook("source.ipynb")
    user.save()
    history = HistoryPanel(user).open()
    user.edit(notebook, "late")
    history.save()

    history.choose(history.versions.nth(1), "bookstore:restore-version-as-copy")
    user.dialog("Restore this version as a copy").get_by_role("textbox").fill("copied.ipynb")
    user.follow_new_page(lambda: user.accept("Restore this version as a copy"))
    copy = user.notebook()
    expect(copy.locator(".cm-content").first).to_have_text("early")
    assert "late" in (user.server.root / "source.ipynb").read_text()
    assert "early" in (user.server.root / "copied.ipynb").read_text()


def test_the_link_to_a_version_leads_to_its_page(user: BrowserUser) -> None:
    user.write_notebook("link.ipynb", "linked = 'yes'")
    user.open_notebook("link.ipynb")
    user.save()
    user.server.wait_until_delivered()
    history = HistoryPanel(user).open()
    history.choose(history.version("Current"), "bookstore:copy-version-link")
    expect(user.page.get_by_text("The link to this version is on the clipboard")).to_be_visible()
    link = urlsplit(user.clipboard())
    assert link.path == "/bookstore/clone"
    user.go(f"{link.path.strip('/')}?{link.query}")
    expect(user.page.locator("body")).to_contain_text("linked = 'yes'")


def test_a_run_is_in_the_history_and_a_version_has_an_address_that_papermill_reads(
    user: BrowserUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    user.write_notebook("run.ipynb", "1 / 0")
    user.open_notebook("run.ipynb")
    user.save()
    user.server.wait_until_delivered()
    history = HistoryPanel(user).open()
    history.choose(history.version("Current"), "bookstore:copy-version-address")
    expect(user.page.get_by_text("The address of this version is on the clipboard")).to_be_visible()
    address = user.clipboard()
    assert address.startswith("bookstore://run.ipynb?version=")

    for name, value in jupyter_environment(user.server.home).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(user.server.root)
    papermill = PapermillHandler()
    failed = code(papermill.read(address), "b", (error("no"),), 1)
    marked = markdown("failed", metadata={"tags": ["papermill-error-cell-tag"]})
    papermill.write(written(marked, failed, ended=ENDED).decode(), "bookstore://run.ipynb")
    user.open_notebook("run.ipynb")
    history = HistoryPanel(user)
    if not history.panel.is_visible():
        history.open()
    expect(history.version("failed: Cell 1: ValueError")).to_have_count(1)


def test_the_checkpoint_menu_lists_real_versions(user: BrowserUser) -> None:
    """Jupyter's own menu has one entry without bookstore; here it restores what was saved."""
    user.write_notebook("checkpoint.ipynb", "zero")
    notebook = user.open_notebook("checkpoint.ipynb")
    for source in ("one", "two", "three"):
        user.edit(notebook, source)
        user.save()
    user.server.wait_until_delivered()
    user.run_command("docmanager:restore-checkpoint", "to Checkpoint")
    dialog = user.page.locator(".jp-Dialog")
    expect(dialog).to_be_visible()
    expect(dialog.locator("li, option")).not_to_have_count(0)
    assert dialog.locator("li, option").count() >= 3
