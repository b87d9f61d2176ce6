"""Somebody types in a notebook while something else writes to its file: nothing typed is lost."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from agents import Agent
from browser_user import LAB, BrowserUser, FrontEnd, NewUser, expect
from history_panel import HistoryPanel
from notebooks import code, notebook
from processes import Server, eventually

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Response

KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
ANEW = "was changed elsewhere, and is open anew"
KEPT = "What you typed here is not saved, and is kept as a version"


@pytest.fixture(scope="module")
def front_end() -> FrontEnd:
    """JupyterLab; in Notebook 7 the same plugins see to the same notebooks."""
    return LAB


@pytest.fixture
def agent(server: Server) -> Agent:
    return Agent(server)


def put(user: BrowserUser, path: str, *sources: str) -> None:
    """Save a notebook with cells ``a``, ``b`` …."""
    content = notebook(*cells(*sources), kernelspec=KERNEL)
    model = {"type": "notebook", "format": "json", "content": content}
    user.server.request("PUT", f"api/contents/{path}", model)


def begin(user: BrowserUser, path: str, *sources: str) -> Locator:
    """Save a notebook, and open it."""
    put(user, path, *sources)
    return user.open_notebook(path)


def cells(*sources: str) -> list[dict[str, Any]]:
    return [code(source, "abcdef"[place]) for place, source in enumerate(sources)]


def told(user: BrowserUser, path: str) -> list[tuple[str, str, list[str]]]:
    """Return kind, program and sources of each version, the newest first."""
    found = []
    for version in user.server.request("GET", f"api/bookstore/versions/{path}")["versions"]:
        query = f"api/bookstore/versions/{path}?content=1&version_id={version['version_id']}"
        content = user.server.request("GET", query)["content"]
        program = version["author"].partition("/")[2]
        sources = ["".join(cell["source"]) for cell in content["cells"]]
        found.append((version["kind"], program, sources))
    return found


def shown(user: BrowserUser) -> list[str]:
    return [source.strip("\n") for source in user.cell_sources()]


def see(user: BrowserUser, *sources: str) -> None:
    """Wait until the open notebook shows these cells, with no dialog over it."""
    editors = user.page.locator(".jp-NotebookPanel:visible .jp-Cell .cm-content")
    expect(editors).to_have_text([*sources])
    expect(user.page.locator(".jp-Dialog")).to_have_count(0)


def save(user: BrowserUser) -> None:
    """Save, and wait until the editor knows what it saved: it asks for the file's hash then."""
    is_saved: list[bool] = []

    def is_known(answer: Response) -> bool:
        if answer.request.method == "PUT" and "/api/contents/" in answer.url:
            is_saved.append(True)
        return bool(is_saved) and answer.request.method == "GET" and "hash=1" in answer.url

    with user.page.expect_response(is_known):
        user.save()


def message(user: BrowserUser, text: str) -> Locator:
    return user.page.locator(".Toastify__toast", has_text=text)


def test_a_notebook_in_which_nobody_typed_follows_a_program(
    user: BrowserUser, agent: Agent
) -> None:
    begin(user, "follows.ipynb", "1")
    agent.put("follows.ipynb", *cells("by PUT"))
    see(user, "by PUT")
    agent.write("follows.ipynb", *cells("by file", "new"))
    see(user, "by file", "new")
    expect(message(user, ANEW).first).to_be_visible()
    assert [kind for kind, _, _ in told(user, "follows.ipynb")] == ["outside", "save", "save"]


def test_what_is_typed_beside_a_program_is_a_version_before_the_file_takes_its_place(
    user: BrowserUser, agent: Agent
) -> None:
    """It stays in the editor until somebody decides; it says so, and the file may be opened."""
    panel = begin(user, "typed.ipynb", "1")
    user.edit(panel, "typed")
    agent.put("typed.ipynb", *cells("by PUT"))
    expect(message(user, KEPT)).to_be_visible()
    assert shown(user) == ["typed"]
    assert ("kept", "", ["typed"]) in told(user, "typed.ipynb")
    assert told(user, "typed.ipynb")[0] == ("save", "claude", ["by PUT"])
    user.edit(panel, "typed, and more")
    user.page.get_by_role("button", name="Open What Is in the File").click()
    see(user, "by PUT")
    assert ("kept", "", ["typed, and more"]) in told(user, "typed.ipynb")
    assert told(user, "typed.ipynb")[0] == ("save", "claude", ["by PUT"])
    expect(message(user, KEPT)).to_have_count(0)
    user.edit(panel, "goes on")
    user.save()
    assert told(user, "typed.ipynb")[0][2] == ["goes on"]


def test_before_jupyter_asks_which_is_to_be_lost_what_is_typed_is_a_version(
    user: BrowserUser, agent: Agent
) -> None:
    panel = begin(user, "asked.ipynb", "1")
    user.edit(panel, "typed")
    agent.put("asked.ipynb", *cells("by PUT"))
    expect(message(user, KEPT)).to_be_visible()
    user.edit(panel, "typed later")
    user.page.keyboard.press("Control+S")
    dialog = user.dialog("File Changed")
    expect(message(user, "nothing is lost, whichever you choose")).to_be_visible()
    dialog.get_by_role("button", name="Revert").click()
    see(user, "by PUT")
    assert ("kept", "", ["typed later"]) in told(user, "asked.ipynb")


def test_each_state_that_a_program_leaves_is_a_version_and_undone_leaves_what_a_person_did(
    user: BrowserUser, agent: Agent
) -> None:
    """By PUT, past the server and by its tools; the toast's Undo takes that back in turn.

    What is written past the server is by another program, whichever that is, and stays.
    """
    path = "undone.ipynb"
    panel = begin(user, path, "load()", "plot()")
    before = agent.tool("checkpoint", path=path, label="before the agent")
    agent.put(path, *cells("load(fast=True)", "plot()"))
    see(user, "load(fast=True)", "plot()")
    user.edit(panel, "plot(1)", cell=1)
    save(user)
    agent.write(path, *cells("load(fast=True)", "plot(1)", "extra"))
    see(user, "load(fast=True)", "plot(1)", "extra")
    assert told(user, path) == [
        ("outside", "", ["load(fast=True)", "plot(1)", "extra"]),
        ("manual", "", ["load(fast=True)", "plot(1)"]),
        ("save", "claude", ["load(fast=True)", "plot()"]),
        ("save", "", ["load()", "plot()"]),
    ]
    user.edit(panel, "plot(2)", cell=1)  # not saved
    history = HistoryPanel(user).open()
    row = history.version("claude").last
    history.choose(row, "bookstore:undo-author")
    dialog = user.dialog("Undo what")
    expect(dialog).to_contain_text("/claude")
    dialog.locator("button.jp-mod-accept").click()
    see(user, "load()", "plot(2)", "extra")
    expect(message(user, "is without what")).to_be_visible()
    assert told(user, path)[0] == ("restore", "", ["load()", "plot(2)", "extra"])
    user.page.get_by_role("button", name="Undo", exact=True).click()
    see(user, "load(fast=True)", "plot(2)", "extra")
    undone = agent.tool("undo", path=path, since=before["version_id"])
    assert undone["versions"] == 1
    see(user, "load()", "plot(2)", "extra")


def test_only_what_a_program_did_is_offered_to_be_undone(user: BrowserUser, agent: Agent) -> None:
    begin(user, "offered.ipynb", "1")
    agent.put("offered.ipynb", *cells("by PUT"))
    see(user, "by PUT")
    history = HistoryPanel(user).open()
    expect(history.versions).to_have_count(2)
    item = user.page.locator(".lm-Menu-item[data-command='bookstore:undo-author']:visible")
    history.versions.last.click(button="right")
    expect(user.page.locator(".lm-Menu:visible")).to_have_count(1)
    expect(item).to_have_count(0)
    user.page.keyboard.press("Escape")
    history.versions.first.click(button="right")
    expect(item).to_contain_text(re.compile("Undo What .*/claude Did"))


def two_windows(
    user: BrowserUser, new_user: NewUser, front_end: FrontEnd, path: str
) -> BrowserUser:
    """Save two versions, and open the notebook in the user's window and in another."""
    put(user, path, "earlier")
    begin(user, path, "later")
    other = new_user(user.server, front_end)
    other.open_notebook(path)
    return other


def test_another_window_follows_a_restore(
    user: BrowserUser, new_user: NewUser, front_end: FrontEnd
) -> None:
    other = two_windows(user, new_user, front_end, "followed.ipynb")
    history = HistoryPanel(user).open()
    history.restore(history.versions.last)
    see(user, "earlier")
    see(other, "earlier")
    expect(message(other, ANEW).first).to_be_visible()


def test_what_was_typed_in_another_window_is_a_version_when_one_restores(
    user: BrowserUser, new_user: NewUser, front_end: FrontEnd
) -> None:
    """That window says so, and can restore as well: no question of Jupyter's comes between."""
    other = two_windows(user, new_user, front_end, "stale.ipynb")
    other.edit(other.notebook(), "typed elsewhere")
    history = HistoryPanel(user).open()
    history.restore(history.versions.last)
    see(user, "earlier")
    expect(message(other, KEPT)).to_be_visible()
    assert shown(other) == ["typed elsewhere"]
    stale = HistoryPanel(other).open()
    row = stale.version("typed").first
    stale.choose(row, "bookstore:restore-version")
    dialog = other.dialog("Restore this version?")
    expect(dialog).to_contain_text("become a version first")
    expect(dialog).to_contain_text("Something else has written to the file")
    other.accept("Restore this version?")
    see(other, "typed elsewhere")
    see(user, "typed elsewhere")
    newest = told(user, "stale.ipynb")[0]
    assert (newest[0], newest[2]) == ("restore", ["typed elsewhere"])


def test_a_restore_in_a_window_that_was_not_told_asks_nothing_and_loses_nothing(
    user: BrowserUser, agent: Agent
) -> None:
    """As where events do not come through: it finds out when somebody restores."""
    user.page.route_web_socket("**/api/events/subscribe*", lambda _: None)
    panel = begin(user, "untold.ipynb", "1")
    user.edit(panel, "typed")
    agent.put("untold.ipynb", *cells("by PUT"))
    history = HistoryPanel(user).open()
    expect(history.versions).to_have_count(2)
    history.restore(history.versions.last)
    see(user, "1")
    assert ("kept", "", ["typed"]) in told(user, "untold.ipynb")
    eventually(
        lambda: told(user, "untold.ipynb")[0] == ("restore", "", ["1"]), "the version is restored"
    )
