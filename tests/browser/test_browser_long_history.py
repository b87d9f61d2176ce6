"""A history of a thousand versions scrolls, draws only what is seen, and needs no mouse."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from browser_user import BrowserUser, FrontEnd, NewServer, expect
from history_panel import HistoryPanel
from processes import Server

from bookstore.notebooks.models import model_bytes
from bookstore.records import NOTEBOOK_CONTENT_TYPE, Provenance
from bookstore.store.local.store import LocalStore

VERSIONS = 1000
MOST_ROWS = 100
"""More than a screen holds, and far fewer than there are."""


async def fill(directory: Path) -> bytes:
    """Put a thousand versions of a notebook into an embedded store; return the last one."""
    store = LocalStore(directory)
    body = b""
    for number in range(VERSIONS):
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(f"number = {number}", id="cell")],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        )
        body = model_bytes({"type": "notebook", "content": notebook})
        known = Provenance.of(body, author="ada", kind="manual")  # which are not folded
        await store.put(
            "workspace/long.ipynb",
            body,
            metadata=known.to_metadata(),
            content_type=NOTEBOOK_CONTENT_TYPE,
        )
    await store.close()
    return body


@pytest.fixture(scope="module")
def long_history(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A folder of stores whose one bucket has the history, and what is to be on disk."""
    stores = tmp_path_factory.mktemp("stores")
    with ThreadPoolExecutor(1) as thread:  # playwright's loop runs in this one
        return stores, thread.submit(asyncio.run, fill(stores / "long")).result()


@pytest.fixture(scope="module")
def server(new_server: NewServer, front_end: FrontEnd, long_history: tuple[Path, bytes]) -> Server:
    """A server with a notebook that has a long history."""
    stores, body = long_history
    place = (
        f"--BookstoreSettings.local_store_dir={stores}",
        "--BookstoreSettings.local_bucket=long",
    )
    server = new_server(front_end, arguments=place)
    (server.root / "long.ipynb").write_bytes(body)
    return server


def test_a_thousand_versions_scroll_to_the_first_and_few_rows_are_drawn(
    user: BrowserUser,
) -> None:
    user.open_notebook("long.ipynb")
    history = HistoryPanel(user).open()
    expect(history.versions).not_to_have_count(0)
    most, at_end = 0, False
    for _ in range(VERSIONS):
        most = max(most, history.versions.count())
        history.list.evaluate("list => list.scrollTo(0, list.scrollHeight)")
        last = history.versions.last
        if last.get_attribute("aria-posinset") == last.get_attribute("aria-setsize"):
            at_end = True
            break
        user.page.wait_for_function("() => new Promise(requestAnimationFrame)")
    assert at_end, "the list never ended"
    assert int(history.versions.last.get_attribute("aria-setsize") or 0) >= VERSIONS
    assert 0 < most <= MOST_ROWS
    assert history.versions.count() <= MOST_ROWS


def test_the_panel_is_used_with_the_keyboard_alone(user: BrowserUser) -> None:
    user.open_notebook("long.ipynb")
    user.run_command("bookstore:show-history", "Show History")
    history = HistoryPanel(user)
    expect(history.versions).not_to_have_count(0)
    expect(history.list).to_be_focused()
    active = history.list.locator(".bs-mod-active")
    for key, position in {"Home": "1", "ArrowDown": "2", "End": None, "ArrowUp": None}.items():
        user.page.keyboard.press(key)
        expect(active).to_have_count(1)
        if position:
            expect(active).to_have_attribute("aria-posinset", position)
    user.page.keyboard.press("Home")
    user.page.keyboard.press("ArrowDown")
    user.page.keyboard.press("Space")
    user.page.keyboard.press("ArrowDown")
    user.page.keyboard.press("Space")
    expect(history.panel.get_by_text("2 chosen")).to_be_visible()
    user.page.keyboard.press("Enter")
    expect(user.page.locator(".bs-Preview")).to_contain_text("number = ")
