"""Runs of a notebook in JupyterLab and Notebook 7: start one, see what came of it, compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from browser_user import LAB, BrowserUser, expect
from history_panel import HistoryPanel

if TYPE_CHECKING:
    from playwright.sync_api import Locator


def test_a_version_is_run_from_the_history_and_its_result_is_compared(user: BrowserUser) -> None:
    user.write_notebook("daily.ipynb", "print('ran on', day)")
    notebook = user.open_notebook("daily.ipynb")
    user.save()
    history = HistoryPanel(user).open()
    user.edit(notebook, "print('edited since')")
    history.save()

    earlier = history.versions.nth(1)
    history.choose(earlier, "bookstore:run-version")
    asked = user.dialog("Run this version?")
    asked.locator("textarea").fill("day = Monday")
    user.accept("Run this version?")
    told = user.page.locator(".Toastify__toast", has_text="daily.ipynb: Succeeded")
    expect(told).to_have_count(1)

    runs = show_runs(user, history, earlier)
    expect(runs.locator(".bs-List-row")).to_have_count(1)
    expect(runs).to_contain_text("Succeeded")
    runs.get_by_title("Compare With Its Input").click()
    diff = user.page.locator(".bs-Diff")
    expect(diff).to_contain_text("ran on Monday")
    expect(diff).not_to_contain_text("edited since")
    if user.front_end is LAB:
        user.page.locator("[role=tab]", has_text="daily.ipynb").first.click()
    else:
        user.page.keyboard.press("Escape")

    runs = show_runs(user, history, history.versions.first)
    expect(runs).to_contain_text("Nothing was run yet.")


def show_runs(user: BrowserUser, history: HistoryPanel, version: Locator) -> Locator:
    history.choose(version, "bookstore:show-runs-of-version")
    runs = user.page.locator("#bookstore-runs:visible .bs-List-toolbar:visible").first
    runs.wait_for()
    return user.page.locator(".bs-List:visible")
