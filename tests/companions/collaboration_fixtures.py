"""Two people at their windows, who have one notebook open: ``import *`` it into their tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from browser_user import LAB, BrowserUser, browser_user
from chromium import running_chromium
from collaboration_kit import SharedNotebook, as_seen_by, shared_server, until
from processes import Server

if TYPE_CHECKING:
    from playwright.sync_api import Locator

__all__ = ["jp_asyncio_loop", "jp_server_cleanup", "people", "server", "together"]


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
