"""Two people edit one notebook in real time, in two windows, and each version tells the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from browser_user import expect
from collaboration_fixtures import *  # noqa: F403
from collaboration_fixtures import Together
from collaboration_kit import until
from history_panel import HistoryPanel

if TYPE_CHECKING:
    from playwright.sync_api import Route

TRIES = 5


def test_opening_makes_no_version_and_each_version_names_who_edited(together: Together) -> None:
    ada, bob, notebook = together.ada, together.bob, together.notebook
    [(_, kind)] = notebook.facts()
    assert kind == "outside"
    together.types(ada, "adas", cell=0)
    assert notebook.saved_with("adas")["author"] == "ada"
    together.types(bob, "bobs", cell=1)
    assert notebook.saved_with("bobs")["author"] == "bob"
    for number in range(TRIES):  # until both type within the second before it is saved
        together.types(ada, f"first {number}", cell=0)
        together.types(bob, f"second {number}", cell=1)
        newest = notebook.saved_with(f"second {number}")
        if newest["author"] == "ada, bob":
            break
        assert newest["author"] == "bob"
        assert notebook.facts()[-2] == ("ada", "save")
    assert newest["author"] == "ada, bob"
    assert {kind for _, kind in notebook.facts()[1:]} == {"save"}


def test_what_something_else_writes_is_nobodys_in_the_document(together: Together) -> None:
    bob, notebook = together.bob, together.notebook
    notebook.write("x = 2, from outside", "y = 1")
    until(lambda: "x = 2, from outside" in bob.cell_sources())
    together.types(bob, "bobs", cell=1)
    assert notebook.saved_with("bobs")["author"] == "bob"
    notebook.write("x = 2, from outside", like=notebook.file)  # only a cell less
    until(lambda: bob.cell_sources() == ["x = 2, from outside"])
    together.types(bob, "bobs again", cell=0)
    assert notebook.saved_with("bobs again")["author"] == "bob"
    kinds = [kind for _, kind in notebook.facts()]
    assert kinds == ["outside", "outside", "save", "outside", "save"]


def test_anothers_autosave_is_not_the_restore_that_is_under_way(together: Together) -> None:
    ada, bob, notebook = together.ada, together.bob, together.notebook
    together.types(ada, "x = 2", cell=0)
    notebook.saved_with("x = 2")
    autosaves: list[dict[str, Any]] = []

    def let_bob_be_first(asked: Route) -> None:
        answer = asked.fetch()
        together.types(bob, "bob was typing", cell=1)  # before the version is in ada's window
        autosaves.append(notebook.saved_with("bob was typing"))
        asked.fulfill(response=answer)

    ada.page.route("**/api/bookstore/restore/**", let_bob_be_first)
    history = HistoryPanel(ada).open()
    history.restore(history.version("Changed outside"))
    expect(bob.notebook().locator(".jp-Cell .cm-content")).to_have_text(["x = 1", "y = 1"])
    ada.page.unroute_all()
    until(lambda: "restore" in [kind for _, kind in notebook.facts()])
    [autosave] = autosaves
    assert (autosave["author"], autosave["kind"]) == ("bob", "save")
    [restored] = [version for version in notebook.versions() if version["kind"] == "restore"]
    assert "ada" in restored["author"].split(", ")
    assert notebook.sources(restored) == ["x = 1", "y = 1"]
