"""In JupyterLab and Notebook 7 with the other extensions: Jupytext's notebooks, nbdime's button."""

from __future__ import annotations

import pytest
from browser_fixtures import *  # noqa: F403
from browser_user import LAB, BrowserUser, FrontEnd, NewServer, expect
from history_panel import HistoryPanel
from jupytext_config.labconfig import LabConfig
from processes import Server

OVERRIDES = "default_setting_overrides.json"
SCRIPT = """\
# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %%
first = 1

# %%
keep = 1
"""


@pytest.fixture(scope="module")
def server(new_server: NewServer, front_end: FrontEnd) -> Server:
    """A server with all of them; a document is its editor's alone.

    Scripts open as notebooks, as after ``jupytext-config set-default-viewer python``.
    """
    server = new_server(front_end, arguments=("--YDocExtension.disable_rtc=True",))
    settings = LabConfig(settings_file=server.home / "config/labconfig" / OVERRIDES)
    settings.read().set_default_viewer("python")
    settings.write()
    return server


def test_a_script_is_edited_as_a_notebook_and_has_a_history(user: BrowserUser) -> None:
    file = user.server.root / "script.py"
    file.write_text(SCRIPT)
    notebook = user.open_notebook("script.py")
    history = HistoryPanel(user).open()
    expect(history.panel).to_contain_text("No versions yet")
    user.edit(notebook, "second = 2")
    user.save()
    assert "second = 2" in file.read_text()
    expect(history.versions).to_have_count(2)
    expect(history.versions.first).to_contain_text("Saved")
    expect(history.versions.last).to_contain_text("Changed outside")

    history.choose(history.versions.last, "bookstore:compare-with-current")
    comparison = user.page.locator(".bs-Diff")
    expect(comparison).to_contain_text("first = 1")
    expect(comparison).to_contain_text("second = 2")
    if user.front_end is LAB:
        user.page.locator("[role=tab]", has_text="script.py").first.click()
    else:
        user.page.keyboard.press("Escape")

    history.restore(history.versions.last)
    expect(notebook.locator(".cm-content").first).to_contain_text("first = 1")
    expect(history.versions).to_have_count(3)
    expect(history.versions.first).to_contain_text("Restored")
    assert "first = 1" in file.read_text()
    assert "second" not in file.read_text()


def test_a_version_of_a_script_is_shown_as_the_notebook_that_it_is(user: BrowserUser) -> None:
    (user.server.root / "shown.py").write_text(SCRIPT)
    user.open_notebook("shown.py")
    history = HistoryPanel(user).open()
    user.save()
    expect(history.versions).not_to_have_count(0)
    history.versions.last.click()
    preview = user.page.locator(".bs-Preview")
    expect(preview.locator(".jp-Cell")).to_have_count(2)
    expect(preview).to_contain_text("first = 1")


# In Notebook 7 nbdime has the button and opens nothing: it never asks the server.
@pytest.mark.parametrize("front_end", [LAB], ids=["lab"], scope="module")
def test_nbdimes_button_shows_what_changed_since_the_last_manual_save(user: BrowserUser) -> None:
    user.write_notebook("compared.ipynb", "first = 1")
    notebook = user.open_notebook("compared.ipynb")
    for source in ("by_hand = 1", "by_hand = 2"):
        user.edit(notebook, source)
        user.save()
    user.page.locator("[data-jp-item-name='Notebook checkpoint diff']").click()
    shown = user.page.locator(".nbdime-Widget")
    expect(shown).to_contain_text("by_hand = 1")
    expect(shown).to_contain_text("by_hand = 2")
