"""Two people edit a notebook that lives in a store alone, in real time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browser_user import BrowserUser, expect
from collaboration_fixtures import *  # noqa: F403
from collaboration_fixtures import Together
from collaboration_kit import SharedNotebook, shared_server, until
from notebooks import KERNEL, model
from processes import Server
from proxy import Proxy
from s3_server import ACCESS_KEY_ID, SECRET_ACCESS_KEY, new_bucket, running_s3_server

PATH = "plan.ipynb"
IN_THE_STORE = """
import logging
c.EventLogger.handlers = [logging.FileHandler("../events.jsonl")]
c.ServerApp.contents_manager_class = "bookstore.remote.ObjectStoreContentsManager"
c.ObjectStoreContentsManager.cache_s = 3600
"""
POLLS = 5


@pytest.fixture(scope="module")
def proxy() -> Iterator[Proxy]:
    """What stands between the server and its store, and sees each request."""
    with running_s3_server() as url, Proxy(url) as between:
        yield between


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, proxy: Proxy) -> Iterator[Server]:
    """A server whose files are in a bucket, beside real-time collaboration."""
    environment = {
        "JPYNB_S3_ENDPOINT_URL": proxy.url,
        "JPYNB_S3_BUCKET": new_bucket(proxy.url),
        "JPYNB_S3_ACCESS_KEY_ID": ACCESS_KEY_ID,
        "JPYNB_S3_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
    }
    home = tmp_path_factory.mktemp("remote-together-")
    with shared_server(home, configuration=IN_THE_STORE, environment=environment) as server:
        yield server
        server.kill()  # while documents are open, the other extension may never let it stop


@pytest.fixture
def together(people: tuple[BrowserUser, BrowserUser], server: Server) -> Together:
    """Both have a notebook of the store open."""
    server.request("PUT", f"api/contents/{PATH}", model("x = 1", "y = 1", kernelspec=KERNEL))
    return Together(people, SharedNotebook(server, PATH))


def polls(server: Server) -> int:
    """How often anybody, such as the other extension, asked what the notebook is like."""
    events = (server.home / "events.jsonl").read_text()
    return len([line for line in events.splitlines() if '"get"' in line and PATH in line])


def asked_about(proxy: Proxy, method: str) -> int:
    """How often the store was asked this of the notebook as it is now."""
    return len(
        [
            asked
            for asked in proxy.requests
            if asked.startswith(method) and asked.endswith(f"/{PATH}")
        ]
    )


def test_both_type_and_see_and_each_save_is_one_version_in_the_store(
    together: Together, proxy: Proxy
) -> None:
    """Opening it is none, and looking whether it changed, every second, asks the store nothing."""
    ada, bob, notebook = together.ada, together.bob, together.notebook
    together.types(ada, "x = 2", cell=0)
    expect(bob.notebook().locator(".cm-content")).to_have_text(["x = 2", "y = 1"])
    assert notebook.saved_with("x = 2")["author"] == "ada"
    together.types(bob, "y = 2", cell=1)
    expect(ada.notebook().locator(".cm-content")).to_have_text(["x = 2", "y = 2"])
    assert notebook.saved_with("y = 2")["author"] == "bob"

    polled = polls(notebook.server)
    until(lambda: polls(notebook.server) > polled)  # what belongs to the save is over
    polled, looked = polls(notebook.server), asked_about(proxy, "HEAD")
    until(lambda: polls(notebook.server) >= polled + POLLS)
    assert asked_about(proxy, "HEAD") == looked
    assert [kind for _, kind in notebook.facts()] == ["save"] * 3
    assert asked_about(proxy, "PUT") == 3
    assert not [*notebook.server.root.rglob("*.ipynb")]
