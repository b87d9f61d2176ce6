"""One of two people who have a notebook open restores it, and the other loses nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from agents import Agent
from browser_user import BrowserUser, expect
from collaboration_fixtures import *  # noqa: F403
from collaboration_fixtures import Together
from collaboration_kit import SharedNotebook, until
from history_panel import HistoryPanel
from processes import Server

if TYPE_CHECKING:
    from playwright.sync_api import Route

SCRIPT = "<b>a stranger's</b><img src=x onerror=\"document.body.dataset.ran='yes'\">"
STRANGERS = {
    "output_type": "display_data",
    "metadata": {},
    "data": {"text/html": SCRIPT, "text/plain": "plain"},
}
# It runs when its image is not found; another that is asked for later is not found later.
RAN = """new Promise(done => {
    const image = new Image();
    image.onerror = () => done(document.body.dataset.ran === 'yes');
    image.src = 'x';
})"""


def restore_the_first_version(person: BrowserUser) -> None:
    history = HistoryPanel(person).open()
    expect(history.versions).not_to_have_count(0)
    history.restore(history.versions.last)


def test_what_another_types_during_a_restore_is_in_a_version(together: Together) -> None:
    ada, bob, notebook = together.ada, together.bob, together.notebook

    def let_bob_type(asked: Route) -> None:
        answer = asked.fetch()
        together.types(bob, "bob was typing", cell=1)
        expect(ada.notebook().locator(".cm-content").nth(1)).to_have_text("bob was typing")
        asked.fulfill(response=answer)

    together.types(ada, "x = 2", cell=0)
    notebook.saved_with("x = 2")
    ada.page.route("**/api/bookstore/restore/**", let_bob_type)
    restore_the_first_version(ada)
    expect(bob.notebook().locator(".cm-content")).to_have_text(["x = 1", "y = 1"])
    until(lambda: "restore" in [kind for _, kind in notebook.facts()])
    ada.page.unroute_all()
    assert any("bob was typing" in notebook.sources(version) for version in notebook.versions())


def test_undoing_a_program_leaves_what_people_typed_together(together: Together) -> None:
    """It saved past what they share, which took that up; both see it go, and nothing else."""
    ada, bob, notebook = together.ada, together.bob, together.notebook
    together.types(bob, "bob = 1", cell=1)
    notebook.saved_with("bob = 1")
    Agent(ada.server).edit(notebook.path, "x = 'by claude'", cell=0)
    for person in (ada, bob):
        expect(person.notebook().locator(".cm-content")).to_have_text(
            ["x = 'by claude'", "bob = 1"]
        )
    together.types(bob, "bob = 2", cell=1)
    notebook.saved_with("bob = 2")
    assert ("ada/claude", "save") in notebook.facts()
    history = HistoryPanel(ada).open()
    history.choose(history.version("ada/claude").last, "bookstore:undo-author")
    ada.accept("Undo what ada/claude did?")
    for person in (ada, bob):
        expect(person.notebook().locator(".cm-content")).to_have_text(["x = 1", "bob = 2"])
    told = [notebook.sources(version) for version in notebook.versions()]
    for state in (["x = 1", "bob = 1"], ["x = 'by claude'", "bob = 1"], ["x = 1", "bob = 2"]):
        assert state in told


def test_the_cursor_of_who_types_stays_where_it_is(together: Together) -> None:
    """Also when another cell gets other outputs."""
    ada, bob, notebook = together.ada, together.bob, together.notebook
    together.types(ada, "print(2)", cell=0)
    assert ada.run_cell(together.panels[ada.server.token]) == "2"
    notebook.saved_with("print(2)")
    together.types(bob, "bob", cell=1)
    notebook.saved_with("bob")
    restore_the_first_version(ada)
    cells = bob.notebook().locator(".cm-content")
    expect(cells).to_have_text(["x = 1", "y = 1"])
    bob.page.keyboard.type("# on")
    expect(cells.nth(1)).to_contain_text("# on")


def test_a_strangers_outputs_are_trusted_in_nobodys_window(
    people: tuple[BrowserUser, BrowserUser], server: Server
) -> None:
    """Also not where the window trusted what the cell was."""
    ada, bob = people
    notebook = SharedNotebook(server, "strangers.ipynb")
    notebook.write("1 + 1")
    content = json.loads(notebook.file.read_bytes())
    content["cells"][0] |= {"outputs": [STRANGERS], "execution_count": 1}
    notebook.file.write_text(json.dumps(content))
    ada.run_cell(ada.open_notebook(notebook.path))
    until(lambda: b"a stranger's" not in notebook.file.read_bytes())

    windows = [person.open_notebook(notebook.path) for person in people]
    restore_the_first_version(ada)
    for person, window in zip(people, windows, strict=True):
        expect(window.locator(".jp-OutputArea-output")).to_contain_text("a stranger's")
        assert not person.page.evaluate(RAN)
    until(lambda: b"a stranger's" in notebook.file.read_bytes())
    again = bob.open_notebook(notebook.path)
    expect(again.locator(".jp-OutputArea-output")).to_contain_text("a stranger's")
    assert not bob.page.evaluate(RAN)


def test_a_notebook_that_was_deleted_and_is_back_is_reopened(together: Together) -> None:
    ada, bob, notebook = together.ada, together.bob, together.notebook
    route = f"api/contents/{notebook.path}"
    until(lambda: notebook.facts())
    notebook.server.request("DELETE", route)
    together.types(bob, "typed while it was gone", cell=0)
    deleted = notebook.server.request("GET", "api/bookstore/deleted")["deleted"]
    [lost] = [item for item in deleted if item["path"] == notebook.path]
    back = {"version_id": lost["version_id"], "target_path": notebook.path}
    notebook.server.request("POST", f"api/bookstore/restore/{notebook.path}", back)
    for person in (ada, bob):
        told = person.page.locator(".Toastify__toast", has_text="was deleted while it was open")
        told.get_by_role("button", name="Reopen").click()
        expect(told).to_have_count(0)
        expect(person.notebook().locator(".cm-content")).to_have_text(["x = 1", "y = 1"])
    [copy] = notebook.file.parent.glob(f"{notebook.file.stem}-*.ipynb")
    assert "typed while it was gone" in copy.read_text()
    bob.edit(bob.notebook(), "saved again")
    notebook.saved_with("saved again")
