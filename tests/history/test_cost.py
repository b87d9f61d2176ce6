"""What history asks of a store, counted at the wire."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import notebooks
import pytest
import pytest_asyncio
from archive_kit import WORKSPACE, Archive
from proxy import Proxy
from s3_server import new_bucket, options

from bookstore.errors import VersionNotFound
from bookstore.history import Wanted
from bookstore.history import history as history_module
from bookstore.outbox import Outbox
from bookstore.store.s3.store import S3Store

KEY = WORKSPACE.key("a.ipynb")
LONG = 60


@pytest_asyncio.fixture
async def on_s3(s3_endpoint: str, outbox: Outbox) -> AsyncIterator[tuple[Archive, Proxy]]:
    """An archive in S3 behind a proxy that counts."""
    with Proxy(s3_endpoint) as proxy:
        store = S3Store(new_bucket(s3_endpoint), options(proxy.url))
        yield Archive(store, outbox), proxy
        await store.close()


def listings(requests: list[str]) -> int:
    return sum("versions" in request.partition("?")[2] for request in requests)


def heads(requests: list[str]) -> int:
    return sum(request.startswith("HEAD") for request in requests)


@pytest.mark.asyncio
async def test_the_first_page_costs_one_listing_and_one_page_of_heads(
    on_s3: tuple[Archive, Proxy],
) -> None:
    """And the notebook's labels, in one request, however long the history is."""
    archive, proxy = on_s3
    for _ in range(LONG):
        await archive.save("a.ipynb", "same")
    proxy.requests.clear()
    page = await archive.history.page(KEY, limit=50)
    assert len(page.entries) == 50
    assert page.next
    assert (listings(proxy.requests), heads(proxy.requests)) == (1, 50)
    assert len(proxy.requests) == 1 + 50 + 1


@pytest.mark.asyncio
async def test_what_was_asked_once_is_not_asked_again(on_s3: tuple[Archive, Proxy]) -> None:
    archive, proxy = on_s3
    for _ in range(10):
        await archive.save("a.ipynb")
    await archive.history.page(KEY)
    newest = await archive.save("a.ipynb")
    proxy.requests.clear()
    page = await archive.history.page(KEY)
    assert page.entries[0].version_id == newest
    assert (listings(proxy.requests), heads(proxy.requests)) == (1, 1)


@pytest.mark.asyncio
async def test_a_version_is_read_with_one_request(on_s3: tuple[Archive, Proxy]) -> None:
    archive, proxy = on_s3
    version = await archive.save("a.ipynb", "old")
    await archive.save("a.ipynb", "new")
    proxy.requests.clear()
    read = await archive.history.read(KEY, version, max_bytes=1000)
    assert (read.body, read.entry.version_id) == (b"old", version)
    assert len(proxy.requests) == 1


@pytest.mark.asyncio
async def test_the_past_of_a_copy_is_found_by_halving(on_s3: tuple[Archive, Proxy]) -> None:
    """However much became of its source since."""
    archive, proxy = on_s3
    first = await archive.save("source.ipynb")
    await archive.save("a.ipynb", kind="copy", came_from="source.ipynb")
    for _ in range(60):
        await archive.save("source.ipynb")
    proxy.requests.clear()
    entries = (await archive.history.page(KEY)).entries
    assert [entry.version_id for entry in entries][1:] == [first]
    assert listings(proxy.requests) == 2
    assert heads(proxy.requests) <= 2 + 7


@pytest.mark.asyncio
async def test_a_save_that_never_was_is_not_looked_for_without_end(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_module, "MOST_LOOKED_THROUGH", 3)
    save_ids = []
    for _ in range(5):
        save = archive.make("a.ipynb")
        await archive.deliver(save)
        save_ids.append(save.provenance.save_id)
    assert (await archive.history.find(KEY, f"save:{save_ids[-1]}")).save_id == save_ids[-1]
    with pytest.raises(VersionNotFound):
        await archive.history.find(KEY, f"save:{save_ids[0]}")


@pytest.mark.asyncio
async def test_a_page_of_the_embedded_store_reads_a_page_of_versions(
    tmp_path: Path, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bookstore.store.local import tables
    from bookstore.store.local.store import LocalStore

    store = LocalStore(tmp_path / "bucket")
    archive = Archive(store, outbox)
    for _ in range(LONG):
        await archive.save("a.ipynb", "same")
    read: list[int] = []
    versions = tables.versions

    def counting(*values: Any) -> list[tables.Row]:
        rows = versions(*values)
        read.append(len(rows))
        return rows

    monkeypatch.setattr(tables, "versions", counting)
    page = await archive.history.page(KEY, limit=10)
    assert len(page.entries) == 10
    assert 0 < sum(read) <= 40
    await store.close()


@pytest.mark.asyncio
async def test_what_new_versions_changed_and_say_costs_no_request(
    on_s3: tuple[Archive, Proxy],
) -> None:
    """The store's answers and the bodies that were delivered tell it; nobody pays for listings."""
    archive, proxy = on_s3
    versions = []
    for number in range(3):
        save = archive.make("a.ipynb", notebooks.on_disk(notebooks.notebook(f"x{number}")).decode())
        versions.append(await archive.put(save))
        archive.history.cell_index.note(save.provenance.sha256, save.body)  # as the uploader does
    proxy.requests.clear()
    await archive.history.note(versions, may_read=False)
    assert proxy.requests == []
    found = await archive.history.searching.in_history(KEY, Wanted(text="x1"), limit=10)
    assert [entry.version_id for entry in found.versions] == [versions[1].version_id]
    assert proxy.requests == []
    page = await archive.history.page(KEY)
    assert heads(proxy.requests) == 0
    proxy.requests.clear()
    told = {entry: changed async for entry, changed in archive.history.changes(page.entries[:2])}
    assert [changed.excerpt for changed in told.values()] == ["x2", "x1"]
    assert not any(
        request.startswith("GET") and "versionId" in request for request in proxy.requests
    )
