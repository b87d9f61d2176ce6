"""A version with a long log is looked at and compared without drawing all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from browser_user import BrowserUser, FrontEnd, NewServer, expect
from processes import Server

if TYPE_CHECKING:
    from playwright.sync_api import Route

PREVIEW = "bookstore:preview-version"
COMPARE = "bookstore:compare-with-current"
LINE = "12:00:00 INFO \x1b[32mfinished\x1b[0m https://runs.test/step/{}\n"
LINES = 400_000
"""With 20 MB, of which an editor that draws all makes the page crash."""
FEW = 5_000
"""Elements of a page in which little is drawn."""


@pytest.fixture(scope="module")
def server(new_server: NewServer, front_end: FrontEnd) -> Server:
    """A server whose pages let a test run a command, and that has a notebook with a long log."""
    exposed = ("--LabServerApp.expose_app_in_browser=True",)
    server = new_server(front_end, arguments=exposed)
    for number in range(2):
        log = "".join(LINE.format(number + step) for step in range(LINES))
        output = nbformat.v4.new_output("stream", name="stdout", text=log)
        cell = nbformat.v4.new_code_cell("run()", id="cell", outputs=[output])
        content = nbformat.v4.new_notebook(cells=[cell, nbformat.v4.new_markdown_cell("*after*")])
        model = {"type": "notebook", "format": "json", "content": content}
        server.request("PUT", "api/contents/log.ipynb", model)
    return server


@pytest.fixture
def older(server: Server) -> dict[str, Any]:
    """The arguments of a command about the older version of the notebook with the log."""
    history = server.request("GET", "api/bookstore/versions/log.ipynb")["versions"]
    return {"path": "log.ipynb", "version_id": history[1]["version_id"]}


def open_small(user: BrowserUser) -> None:
    """Open another notebook, from which the one with the log is looked at."""
    user.write_notebook("small.ipynb", "1")
    user.go(user.front_end.notebook_route.format(path="small.ipynb"))
    user.notebook()


def elements(user: BrowserUser, view: str) -> int:
    """Return how many elements a view has."""
    return user.page.locator(f"{view} *").count()


def test_a_long_log_is_previewed_in_part_and_in_full_when_asked(
    user: BrowserUser, older: dict[str, Any]
) -> None:
    open_small(user)
    user.execute(PREVIEW, **older)
    preview = user.page.locator(".bs-Preview")
    expect(preview.get_by_text("step/0")).to_be_visible()
    expect(preview).to_contain_text(f"step/{LINES - 1}")
    expect(preview.locator("em", has_text="after")).to_be_attached()
    assert elements(user, ".bs-Preview") < FEW

    preview.get_by_role("button", name=f"{LINES} lines, show all").click()
    expect(preview).to_contain_text("step/150\n12:00:00")
    user.page.keyboard.press("End")
    expect(preview.get_by_text(f"step/{LINES - 1}")).to_be_visible()
    assert elements(user, ".bs-Preview") < 4 * FEW


def test_two_long_logs_are_compared(user: BrowserUser, older: dict[str, Any]) -> None:
    open_small(user)
    user.execute(COMPARE, **older)
    diff = user.page.locator(".bs-Diff")
    expect(diff.get_by_text("Changed: outputs")).to_be_visible()
    expect(diff).to_contain_text("step/1")
    assert elements(user, ".bs-Diff") < FEW


@pytest.mark.parametrize(
    ("command", "route", "told"),
    [
        (PREVIEW, "**/api/bookstore/versions/log.ipynb*content=1*", "Opening the version…"),
        (COMPARE, "**/api/bookstore/diff/log.ipynb*", "Comparing…"),
    ],
    ids=["preview", "comparison"],
)
def test_who_waits_is_told_for_what(
    user: BrowserUser, older: dict[str, Any], command: str, route: str, told: str
) -> None:
    """The answer comes only when that is seen, and then it goes away."""
    open_small(user)
    held: list[Route] = []
    user.page.route(route, lambda asked: held.append(asked))
    user.execute(command, **older)
    sign = user.page.locator(".Toastify").get_by_text(told)
    expect(sign).to_be_visible()
    [asked] = held
    asked.continue_()
    expect(user.page.locator(".bs-View")).to_be_visible()
    expect(sign).not_to_be_attached()
