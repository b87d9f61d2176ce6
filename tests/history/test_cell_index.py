"""The cells of versions are made once from their bodies, and losing the index loses nothing."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import notebooks
import pytest
from archive_kit import WORKSPACE, Archive

from bookstore.errors import ObjectNotFound, TooLarge, VersionNotFound
from bookstore.history.cell_index import CellIndex
from bookstore.history.cell_index import index as module
from bookstore.manifests import Cell, cells_of

KEY = WORKSPACE.key("a.ipynb")


def body_of(*sources: str) -> bytes:
    return notebooks.on_disk(notebooks.notebook(*sources))


class Bodies:
    """Bodies by their SHA-256, and which of them were read."""

    def __init__(self) -> None:
        self.read: list[str] = []

    async def ask(self, index: CellIndex, body: bytes, sha256: str | None = None) -> object:
        async def read() -> bytes:
            self.read.append(body.decode())
            return body

        name = hashlib.sha256(body).hexdigest() if sha256 is None else sha256
        return await index.cells(name, read)


@pytest.fixture
def index(tmp_path: Path) -> CellIndex:
    return CellIndex(tmp_path / "outbox")


@pytest.fixture
def bodies() -> Bodies:
    return Bodies()


@pytest.mark.asyncio
async def test_cells_are_made_from_the_body_once(
    index: CellIndex, bodies: Bodies, tmp_path: Path
) -> None:
    body = body_of("x = 1", "x")
    assert await bodies.ask(index, body) == cells_of(body)
    assert await bodies.ask(index, body) == cells_of(body)
    assert await bodies.ask(CellIndex(tmp_path / "outbox"), body) == cells_of(body)
    assert len(bodies.read) == 1


@pytest.mark.asyncio
async def test_what_was_noted_is_not_read(index: CellIndex, bodies: Bodies) -> None:
    body = body_of("x = 1")
    await asyncio.to_thread(index.note, hashlib.sha256(body).hexdigest(), body)
    assert await bodies.ask(index, body) == cells_of(body)
    assert bodies.read == []


@pytest.mark.asyncio
async def test_what_is_no_notebook_has_no_cells_and_is_not_read_again(
    index: CellIndex, bodies: Bodies
) -> None:
    assert [await bodies.ask(index, b"text") for _ in range(2)] == [(), ()]
    assert len(bodies.read) == 1


@pytest.mark.asyncio
@pytest.mark.parametrize("sha256", ["", "0" * 64])
async def test_a_hash_that_is_not_the_bodys_is_not_believed(
    index: CellIndex, bodies: Bodies, sha256: str
) -> None:
    """What other tools put into a bucket has none, or any."""
    for body in (body_of("one"), body_of("two")):
        assert await bodies.ask(index, body, sha256) == cells_of(body)


def unlink(file: Path) -> None:
    file.unlink()


def fill_with_nonsense(file: Path) -> None:
    file.write_bytes(os.urandom(50_000))


def cut_off(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.truncate(file.stat().st_size // 2)


def overwrite_pages(file: Path) -> None:
    size = file.stat().st_size
    with file.open("r+b") as opened:
        opened.seek(4096)
        opened.write(os.urandom(size - 4096))


def let_another_release_write(file: Path) -> None:
    file.unlink()
    with sqlite3.connect(file) as database:
        database.executescript("CREATE TABLE bodies (other); PRAGMA user_version = 9")
    database.close()


def swap_rows(file: Path) -> None:
    with sqlite3.connect(file) as database:
        rows = database.execute("SELECT name, kept FROM bodies").fetchall()
        cells = [cells for _, cells in rows]
        swapped = zip([*cells[1:], cells[0]], [name for name, _ in rows], strict=True)
        database.executemany("UPDATE bodies SET kept = ? WHERE name = ?", swapped)
    database.close()


def put_nonsense_into_rows(file: Path) -> None:
    with sqlite3.connect(file) as database:
        database.execute("UPDATE bodies SET kept = x'00'")
    database.close()


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "harm",
    [
        *(unlink, fill_with_nonsense, cut_off, overwrite_pages, let_another_release_write),
        *(swap_rows, put_nonsense_into_rows),
    ],
)
async def test_a_damaged_file_is_begun_again(
    index: CellIndex, bodies: Bodies, harm: object, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    made = [body_of(f"x = {number}") for number in range(100)]
    for body in made:
        index.note(hashlib.sha256(body).hexdigest(), body)
    assert callable(harm)
    harm(index.file)
    for body in made:
        assert await bodies.ask(index, body) == cells_of(body)
    assert bodies.read
    bodies.read.clear()
    for body in made:
        assert await bodies.ask(index, body) == cells_of(body)
    assert bodies.read == []


@pytest.mark.asyncio
async def test_without_a_file_cells_are_made_each_time(tmp_path: Path, bodies: Bodies) -> None:
    (tmp_path / "outbox").write_text("a file where the folder should be")
    index = CellIndex(tmp_path / "outbox")
    body = body_of("x = 1")
    index.note(hashlib.sha256(body).hexdigest(), body)
    assert [await bodies.ask(index, body) for _ in range(2)] == [cells_of(body)] * 2
    assert len(bodies.read) == 2


@pytest.mark.asyncio
async def test_what_was_used_longest_ago_goes_first(tmp_path: Path, bodies: Bodies) -> None:
    now = 0.0
    index = CellIndex(tmp_path, most_bytes=256 * 1024, clock=lambda: now)
    often, seldom = body_of("often"), body_of("seldom")
    for body in (often, seldom):
        index.note(hashlib.sha256(body).hexdigest(), body)
    for number in range(2000):
        now += 7200
        body = body_of(f"x = {number}", "y")
        index.note(hashlib.sha256(body).hexdigest(), body)
        if number % 20 == 0:
            await bodies.ask(index, often)
    assert bodies.read == []
    await bodies.ask(index, seldom)
    assert len(bodies.read) == 1
    assert index.file.stat().st_size <= 2 * 256 * 1024


def test_a_version_of_very_many_cells_does_not_fill_the_index(tmp_path: Path) -> None:
    index = CellIndex(tmp_path, most_bytes=256 * 1024)
    body = json.dumps({"cells": [{"source": str(number)} for number in range(5000)]}).encode()
    index.note(sha256 := hashlib.sha256(body).hexdigest(), body)
    assert not index.known_cells([sha256])
    assert index.file.stat().st_size < 128 * 1024


def test_several_processes_share_a_file(tmp_path: Path) -> None:
    program = """
import hashlib, pathlib, sys
from bookstore.history.cell_index import CellIndex
index = CellIndex(pathlib.Path(sys.argv[1]))
for number in range(60):
    body = b'{"cells": [{"source": "%s %d"}]}' % (sys.argv[2].encode(), number)
    index.note(hashlib.sha256(body).hexdigest(), body)
"""
    command = [sys.executable, "-c", program, str(tmp_path)]
    running = [subprocess.Popen([*command, name]) for name in ("one", "two", "three")]
    assert [process.wait() for process in running] == [0, 0, 0]
    database = sqlite3.connect(tmp_path / "cells.sqlite3")
    assert database.execute("SELECT COUNT(*) FROM bodies").fetchone() == (180,)
    database.close()


# -- through history, over each store ----------------------------------------------------------


@pytest.mark.asyncio
async def test_history_tells_the_cells_of_a_version_that_waits_and_is_delivered(
    archive: Archive,
) -> None:
    body = body_of("x = 1", "x")
    save = await archive.wait("a.ipynb", body.decode())
    pending = f"save:{save.provenance.save_id}"
    assert await archive.history.cells(KEY, pending) == cells_of(body)
    version_id = await archive.deliver(save)
    assert await archive.history.cells(KEY, version_id) == cells_of(body)


@pytest.mark.asyncio
async def test_history_reads_a_version_once_for_its_cells(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = body_of("x = 1")
    version_id = await archive.save("a.ipynb", body.decode())
    expected: tuple[Cell, ...] | None = cells_of(body)
    assert await archive.history.cells(KEY, version_id) == expected
    monkeypatch.delattr(module, "written_cells_of")  # nothing makes them again
    assert await archive.another_server().cells(KEY, version_id) == expected


@pytest.mark.asyncio
async def test_the_cells_of_what_is_not_there_or_too_large_are_refused(archive: Archive) -> None:
    version_id = await archive.save("a.ipynb", body_of("x = 1").decode())
    with pytest.raises(VersionNotFound):
        await archive.history.cells(KEY, "save:none")
    with pytest.raises(TooLarge):
        await archive.history.cells(KEY, version_id, max_bytes=10)
    await archive.store.delete(KEY)
    marker = (await archive.history.page(KEY)).entries[0]
    with pytest.raises(ObjectNotFound):
        await archive.history.cells(KEY, marker.version_id)
