"""From a save to its clone, with a real server and a real store."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from bucket import Bucket, running
from processes import Server, eventually
from real_stores import REAL_STORES, real_store
from real_swift import native_swift

pytestmark = pytest.mark.real_store


@pytest.fixture(scope="module", params=[*REAL_STORES, "swift-native"])
def bucket(request: pytest.FixtureRequest) -> Bucket:
    """One bucket of each real store in turn, for all tests; of Swift also by its own API."""
    is_native = request.param == "swift-native"
    store = native_swift() if is_native else real_store(request.param)
    return Bucket(store=store, name=store.new_bucket())


@pytest.fixture(scope="module")
def server(bucket: Bucket, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests."""
    with running(bucket, tmp_path_factory.mktemp(bucket.store.name)) as server:
        yield server


@dataclass(frozen=True, kw_only=True)
class Notebook:
    """A notebook with an awkward name, of which each test has its own."""

    server: Server
    path: str

    @property
    def in_url(self) -> str:
        """The path as it stands in a URL."""
        return quote(self.path)

    @property
    def key(self) -> str:
        """The key of its versions."""
        return f"workspace/{self.path}"

    @property
    def on_disk(self) -> bytes:
        """Its bytes on the server's disk."""
        return (self.server.root / self.path).read_bytes()

    def save(self, *sources: str) -> None:
        """Save it with each of *sources*, and wait until the store has them all."""
        for source in sources:
            self.server.save(self.in_url, source)
        self.server.wait_until_delivered()

    def versions(self) -> list[dict[str, Any]]:
        """Its history."""
        answer = self.server.request("GET", f"api/bookstore/versions/{self.in_url}")
        listed: list[dict[str, Any]] = answer["versions"]
        return listed


@pytest.fixture
def notebook(server: Server) -> Notebook:
    """A notebook that was never saved, in a folder that is there."""
    folder = f"50% é+ü 😀 {secrets.token_hex(4)}"
    (server.root / folder).mkdir()
    return Notebook(server=server, path=f"{folder}/demo #1?.ipynb")


def test_the_server_says_that_the_store_can_be_used(server: Server) -> None:
    """A store that is busy may be too late for the first answer."""
    told: dict[str, Any] = {}

    def is_usable() -> bool:
        told.update(server.request("GET", "api/bookstore"))
        return not told["problems"]

    eventually(is_usable, told)
    assert all(told["features"][name] for name in ("archive_valid", "publish_valid"))
    assert told["store"]["versioned"]


def test_every_save_is_a_version_byte_for_byte(notebook: Notebook, bucket: Bucket) -> None:
    on_disk = []
    for source in ("one", "two", "three"):
        notebook.save(source)
        on_disk.append(notebook.on_disk)
    assert bucket.bodies(notebook.key) == on_disk
    listed = notebook.versions()
    assert [version["is_latest"] for version in listed] == [True, False, False]
    assert [version["pending"] for version in listed] == [False] * 3
    for version, body in zip(listed, reversed(on_disk), strict=True):
        assert bucket.body(notebook.key, version["version_id"]) == body


def test_an_earlier_version_is_restored_and_none_is_lost(
    notebook: Notebook, bucket: Bucket
) -> None:
    notebook.save("first", "second")
    oldest = notebook.versions()[-1]["version_id"]
    restore(notebook, oldest)
    assert [version["kind"] for version in notebook.versions()] == ["restore", "save", "save"]
    first, second, restored = bucket.bodies(notebook.key)
    assert first == restored == notebook.on_disk
    assert b"first" in first
    assert b"second" in second


def test_what_was_published_is_cloned_as_it_was_then(notebook: Notebook, bucket: Bucket) -> None:
    notebook.save("as published")
    then, published = notebook.on_disk, publish(notebook)
    assert published["s3_path"] == f"{bucket.name}/published/{notebook.path}"
    assert bucket.body(f"published/{notebook.path}", published["versionID"]) == then
    notebook.save("as it is later")
    publish(notebook)

    named = {
        "s3_bucket": bucket.name,
        "s3_key": f"published/{notebook.path}",
        "s3_version_id": published["versionID"],
        "target_path": f"{notebook.path}-mine.ipynb",
    }
    clone = notebook.server.request("POST", "api/bookstore/cloned", named)
    notebook.server.wait_until_delivered()
    mine = Notebook(server=notebook.server, path=clone["path"])
    assert clone["versionID"] == published["versionID"]
    assert b"as published" in mine.on_disk
    assert bucket.bodies(mine.key) == [mine.on_disk]


def test_a_deleted_notebook_is_brought_back(notebook: Notebook, bucket: Bucket) -> None:
    notebook.save("precious")
    before = notebook.on_disk
    notebook.server.request("DELETE", f"api/contents/{notebook.in_url}")
    notebook.server.wait_until_delivered()
    [gone] = notebook.server.request("GET", "api/bookstore/deleted")["deleted"]
    assert gone["path"] == notebook.path
    restore(notebook, gone["version_id"])
    assert notebook.on_disk == before
    assert bucket.bodies(notebook.key) == [before, before]
    assert notebook.server.request("GET", "api/bookstore/deleted")["deleted"] == []


def test_a_renamed_notebook_keeps_its_history(notebook: Notebook) -> None:
    """Its versions stay under the old key; the new key's history leads there."""
    notebook.save("one", "two")
    moved = Notebook(server=notebook.server, path=f"{notebook.path}-moved.ipynb")
    notebook.server.request("PATCH", f"api/contents/{notebook.in_url}", {"path": moved.path})
    notebook.server.wait_until_delivered()
    assert [(version["kind"], version["path"]) for version in moved.versions()] == [
        ("rename", moved.path),
        ("save", notebook.path),
        ("save", notebook.path),
    ]


def test_a_backlog_becomes_versions_in_order(notebook: Notebook, bucket: Bucket) -> None:
    notebook.save(*(f"saved-{number:02}-" for number in range(30)))
    bodies = bucket.bodies(notebook.key)
    assert [f"saved-{n:02}-".encode() in body for n, body in enumerate(bodies)] == [True] * 30
    assert bodies[-1] == notebook.on_disk


def restore(notebook: Notebook, version_id: str) -> None:
    """Make an earlier version the current one, and wait until the store has that."""
    named = {"version_id": version_id}
    notebook.server.request("POST", f"api/bookstore/restore/{notebook.in_url}", named)
    notebook.server.wait_until_delivered()


def publish(notebook: Notebook) -> dict[str, Any]:
    """Publish what is saved."""
    route = f"api/bookstore/published/{notebook.in_url}"
    answer: dict[str, Any] = notebook.server.request("PUT", route, {"type": "notebook"})
    return answer
