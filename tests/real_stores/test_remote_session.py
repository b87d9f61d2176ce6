"""A session of a user whose notebooks live in Swift alone, through a server and an outage."""

from __future__ import annotations

import base64
import hashlib
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote

import pytest
import pytest_asyncio
from processes import TOKEN, WITHOUT_FRONT_ENDS, Server, eventually
from proxy import Proxy
from real_swift import container_for_servers, swift_environment, swift_options

from bookstore.remote.rescue import LABEL

pytestmark = pytest.mark.real_store

PIECE_BYTES = 2**20
PIECES = 30


@pytest_asyncio.fixture
async def container() -> str:
    """A container that keeps versions."""
    return await container_for_servers(swift_options("swift-tempauth"))


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """What can stand between the server and its store."""
    with Proxy(swift_options("swift-tempauth").auth_url) as between:
        yield between


@pytest.fixture
def server(tmp_path: Path, container: str, proxy: Proxy) -> Iterator[Server]:
    """A server whose contents are in the container."""
    said = swift_environment("swift-tempauth", container)
    manager = "--ServerApp.contents_manager_class=bookstore.remote.ObjectStoreContentsManager"
    with Server(
        home=tmp_path,
        arguments=(*WITHOUT_FRONT_ENDS, manager),
        environment=said | {"OS_AUTH_URL": f"{proxy.url}/auth/v1.0"},
    ) as running:
        yield running


def source_of(model: dict[str, Any]) -> str:
    """Return what the only cell says."""
    [cell] = model["content"]["cells"]
    return str(cell["source"])


def upload(server: Server, path: str, body: bytes) -> None:
    """Upload a file in pieces, as JupyterLab does."""
    starts = range(0, len(body), PIECE_BYTES)
    for number, start in enumerate(starts, start=1):
        content = base64.b64encode(body[start : start + PIECE_BYTES]).decode()
        chunk = -1 if start == starts[-1] else number
        model = {"type": "file", "format": "base64", "content": content, "chunk": chunk}
        server.request("PUT", f"api/contents/{path}", model)


def download(server: Server, path: str) -> bytes:
    """Return a file as a browser gets it."""
    request = urllib.request.Request(
        f"{server.url}files/{quote(path)}", headers={"Authorization": f"token {TOKEN}"}
    )
    with urllib.request.urlopen(request) as answer:
        return bytes(answer.read())


def versions(server: Server, path: str) -> list[dict[str, Any]]:
    """Return the versions of a notebook, newest first."""
    return list(server.request("GET", f"api/bookstore/versions/{path}")["versions"])


def test_a_day_of_work_in_swift(server: Server, proxy: Proxy) -> None:
    """Saved, checkpointed, restored, renamed, uploaded, deleted and brought back; nothing on
    disk."""
    server.request("PUT", "api/contents/Földer 1", {"type": "directory"})
    checkpoints = []
    for source in ("1", "2", "3"):
        server.save("Földer 1/demo.ipynb", source)
        made = server.request("POST", "api/contents/Földer 1/demo.ipynb/checkpoints")
        checkpoints.append(made["id"])
    server.request("POST", f"api/contents/Földer 1/demo.ipynb/checkpoints/{checkpoints[1]}")
    assert source_of(server.request("GET", "api/contents/Földer 1/demo.ipynb")) == "2"

    body = hashlib.shake_256(b"large").digest(PIECES * PIECE_BYTES + 17)
    upload(server, "Földer 1/large.bin", body)
    server.request("PATCH", "api/contents/Földer 1", {"path": "renamed"})
    assert download(server, "renamed/large.bin") == body
    listed = server.request("GET", "api/contents/renamed")
    assert [child["name"] for child in listed["content"]] == ["demo.ipynb", "large.bin"]
    assert len(versions(server, "renamed/demo.ipynb")) == 5

    server.request("DELETE", "api/contents/renamed")
    assert server.request("GET", "api/contents/")["content"] == []
    newest = next(each for each in versions(server, "renamed/demo.ipynb") if each["size_bytes"])
    address = {"version_id": newest["version_id"], "version_path": newest["path"]}
    server.request("POST", "api/bookstore/restore/renamed/demo.ipynb", address)
    assert source_of(server.request("GET", "api/contents/renamed/demo.ipynb")) == "2"
    assert not [*server.root.rglob("*")]


def test_an_outage_costs_no_edit(server: Server, proxy: Proxy) -> None:
    """What was refused is a version when the store is back."""
    server.save("demo.ipynb", "before")
    proxy.refuse()

    with pytest.raises(HTTPError) as told:
        server.save("demo.ipynb", "during")
    assert told.value.code == 503
    assert "kept on this server's disk" in told.value.read().decode()
    with pytest.raises(HTTPError) as told:
        server.request("GET", "api/contents/demo.ipynb")
    assert told.value.code == 503

    proxy.listen()
    kept = eventually(
        lambda: [each for each in versions(server, "demo.ipynb") if each["label"] == LABEL],
        "what was kept is a version",
    )
    assert len(kept) == 1
    assert source_of(server.request("GET", "api/contents/demo.ipynb")) == "before"
    server.save("demo.ipynb", "after")
    assert source_of(server.request("GET", "api/contents/demo.ipynb")) == "after"
