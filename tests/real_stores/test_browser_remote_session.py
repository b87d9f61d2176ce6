"""The story of 2013 again, in JupyterLab: a few lines of configuration, and everything in Swift."""

from __future__ import annotations

import asyncio
import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser_fixtures import *  # noqa: F403
from browser_user import LAB, BrowserUser, NewServer, NewUser, expect
from deleted_notebooks import DeletedNotebooks
from file_browser import FileBrowser
from history_panel import HistoryPanel
from processes import Server, eventually
from real_swift import container_for_servers, swift_options

if TYPE_CHECKING:
    from playwright.sync_api import Locator

pytestmark = pytest.mark.real_store

CONFIGURATION = """
c.ServerApp.contents_manager_class = "bookstore.remote.KeystoneContentsManager"
c.KeystoneContentsManager.account_name = {said.username!r}
c.KeystoneContentsManager.account_key = {said.password!r}
c.KeystoneContentsManager.auth_endpoint = {said.auth_url!r}
c.KeystoneContentsManager.tenant_name = {said.project_name!r}
c.KeystoneContentsManager.region = {said.region_name!r}
c.KeystoneContentsManager.container_name = {container!r}
"""
SIZE = {"width": 1100, "height": 600}
LARGE_BYTES = 30 * 2**20
SOURCES = ("height = 1", "height = 2", "height = 3")


@pytest.fixture(scope="module")
def server(new_server: NewServer) -> Server:
    """A server with nothing but that configuration, whose container is empty."""
    keystone = swift_options("swift-keystone")
    with ThreadPoolExecutor(1) as thread:  # playwright's loop may run in this one
        container = thread.submit(asyncio.run, container_for_servers(keystone)).result()
    return new_server(LAB, configuration=CONFIGURATION.format(said=keystone, container=container))


@pytest.fixture
def user(new_user: NewUser, server: Server) -> BrowserUser:
    """Somebody at JupyterLab."""
    return new_user(server, LAB, viewport=SIZE)


def new_notebook(user: BrowserUser, name: str) -> Locator:
    """Make a notebook from the launcher; its first save gives it its *name*."""
    user.page.locator(".jp-LauncherCard[data-category='Notebook']:visible").first.click()
    notebook = user.notebook()
    user.edit(notebook, SOURCES[0])
    user.save_as(name)
    return notebook


def kinds(server: Server, path: str) -> list[str]:
    """Return what each version is, newest first."""
    versions = server.request("GET", f"api/bookstore/versions/{path}")["versions"]
    return [version["kind"] for version in versions]


def restore_checkpoint(user: BrowserUser, number: int) -> None:
    """Revert the notebook to the checkpoint that stands at that place in Jupyter's own list."""
    user.run_command("docmanager:restore-checkpoint", "Revert Notebook to Checkpoint")
    user.dialog("Choose a checkpoint").locator("select").select_option(index=number)
    user.accept("Choose a checkpoint")
    user.accept("Revert notebook to checkpoint")


def test_a_day_of_work_in_jupyterlab(user: BrowserUser, tmp_path: Path) -> None:
    """Created, saved, restored, renamed, uploaded, downloaded, deleted, brought back."""
    server, page = user.server, user.page
    pictures = Path(os.environ.get("SCREENSHOTS", tmp_path))
    files = FileBrowser(user).open()
    files.make_folder("Tides")
    server.save("Tides/Moon.ipynb", "phase = 'full'")
    files.enter("Tides")
    notebook = new_notebook(user, "Harbour.ipynb")
    history = HistoryPanel(user).open()
    for source in SOURCES[1:]:
        user.edit(notebook, source)
        history.save()
    eventually(lambda: kinds(server, "Tides/Harbour.ipynb").count("manual") == 3, "all are marked")
    history.panel.get_by_title("Refresh").click()
    asked_for = history.versions.filter(has=page.get_by_text("Saved", exact=True))
    expect(asked_for).to_have_count(3)
    page.screenshot(path=pictures / "remote-history.png")

    restore_checkpoint(user, 1)
    expect(notebook.locator(".cm-content")).to_have_text(SOURCES[1])
    expect(history.version("Restored")).to_have_count(1)
    files.leave()
    files.rename("Tides", "Tides 2013")
    files.enter("Tides 2013")
    status = page.locator("#bookstore-status").get_by_role("button")
    status.click()
    expect(page.get_by_role("dialog", name="Archive status")).to_contain_text("swift://")
    page.screenshot(path=pictures / "remote-files.png")
    page.keyboard.press("Escape")

    large = tmp_path / "levels.bin"
    large.write_bytes(hashlib.shake_256(b"levels").digest(LARGE_BYTES))
    files.upload_large(large)
    assert files.download(large.name) == large.read_bytes()

    user.edit(notebook, "height = 4")  # it is still open, and moved
    history.save()
    files.leave()
    files.delete("Tides 2013")
    DeletedNotebooks(user).open().restore("Tides 2013/Harbour.ipynb")
    expect(user.notebook().locator(".cm-content")).to_have_text("height = 4")
    expect(history.versions.first).to_contain_text("Restored")
    files.enter("Tides 2013")
    expect(files.item("Harbour.ipynb")).to_have_count(1)
    expect(files.item("Moon.ipynb")).to_have_count(0)
    assert not [*server.root.rglob("*")]
