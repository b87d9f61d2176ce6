"""Two people edit one notebook in real time, in two windows, and each version tells the truth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from browser_user import LAB, BrowserUser, browser_user, expect
from chromium import running_chromium
from collaboration_kit import SharedNotebook, as_seen_by, shared_server, until
from history_panel import HistoryPanel
from processes import Server

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Route

TRIES = 5


@pytest.fixture(autouse=True)
def jp_asyncio_loop() -> None:
    """Nothing: playwright runs a loop of its own, beside which pytest-jupyter's cannot be made."""


@pytest.fixture(autouse=True)
def jp_server_cleanup() -> None:
    """Nothing: no Jupyter server runs in this process."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of both, where each of them would have a place of their own if that could be."""
    home = tmp_path_factory.mktemp("together-")
    with shared_server(home, "--BookstoreSettings.workspace_prefix=workspace/{username}") as server:
        yield server
        server.kill()  # while documents are open, the other extension may never let it stop


@pytest.fixture(scope="module")
def people(server: Server) -> Iterator[tuple[BrowserUser, BrowserUser]]:
    """The windows of ada and bob."""
    with running_chromium() as browser:
        yield (
            browser_user(browser, as_seen_by(server, "ada"), LAB),
            browser_user(browser, as_seen_by(server, "bob"), LAB),
        )


class Together:
    """A notebook that both have open."""

    def __init__(self, people: tuple[BrowserUser, BrowserUser], notebook: SharedNotebook) -> None:
        self.ada, self.bob = people
        self.notebook = notebook
        self.panels: dict[str, Locator] = {}
        for person in people:
            self.panels[person.server.token] = person.open_notebook(notebook.path)

    def types(self, person: BrowserUser, text: str, *, cell: int) -> None:
        """Put *text* into a cell, as *person*."""
        person.edit(self.panels[person.server.token], text, cell=cell)


@pytest.fixture
def together(
    people: tuple[BrowserUser, BrowserUser], server: Server, request: pytest.FixtureRequest
) -> Together:
    """Both have a notebook open that was put there by something else; nobody touched it yet."""
    notebook = SharedNotebook(server, f"{request.node.name}.ipynb")
    notebook.write("x = 1", "y = 1")
    both = Together(people, notebook)
    until(lambda: b"nbconvert_exporter" in notebook.file.read_bytes())  # saved since it was opened
    return both


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
    asked: list[Route] = []
    ada.page.route("**/api/bookstore/restore/**", lambda route: asked.append(route))
    history = HistoryPanel(ada).open()
    with ada.page.expect_request("**/api/bookstore/restore/**"):
        history.restore(history.version("Changed outside"))
    answer = asked[0].fetch()
    together.types(bob, "bob was typing", cell=1)  # before the version is in ada's window
    autosave = notebook.saved_with("bob was typing")
    asked[0].fulfill(response=answer)
    ada.page.unroute_all()
    until(lambda: "restore" in [kind for _, kind in notebook.facts()])
    assert (autosave["author"], autosave["kind"]) == ("bob", "save")
    [restored] = [version for version in notebook.versions() if version["kind"] == "restore"]
    assert "ada" in restored["author"].split(", ")
    assert notebook.sources(restored) == ["x = 1", "y = 1"]
    expect(bob.notebook().locator(".jp-Cell .cm-content")).to_have_text(["x = 1", "y = 1"])
