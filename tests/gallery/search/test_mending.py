"""An index that is lost or damaged says so, and is made anew from what the gallery has."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from databases import new_database
from search_engines import KINDS
from search_galleries import Gallery
from sqlalchemy import select, text

from bookstore.gallery.database.migrations import migrate
from bookstore.gallery.database.models import Notebook
from bookstore.gallery.database.sessions import Database
from bookstore.gallery.search.choosing import index_for
from bookstore.gallery.search.engines.derived.index import DerivedIndex
from bookstore.gallery.search.engines.derived.replica import Replica
from bookstore.gallery.search.index import IndexNotThere
from bookstore.gallery.search.upkeep import keep_up

DAMAGES = {
    "fts5": [
        "UPDATE bookstore_words_data SET block = x'0102030405' WHERE id > 10",
        "DELETE FROM bookstore_words_data",
        "DROP TABLE bookstore_words",
        "DROP TABLE bookstore_letters",
    ],
    "postgresql": ["DROP TABLE bookstore_vectors CASCADE"],
}
EACH_DAMAGE = [
    pytest.param(
        engine, damage, marks=[] if engine == "fts5" else [pytest.mark.database], id=damage[:40]
    )
    for engine, damages in DAMAGES.items()
    for damage in damages
]
LOSSES = {
    "fts5": "DROP TRIGGER bookstore_document_added",
    "postgresql": "DROP TRIGGER bookstore_document_written ON bookstore_documents",
}
QUERY = "kalman OR *alma*"


@pytest.fixture
def url(engine: str, tmp_path: Path) -> Iterator[str]:
    """The URL of a gallery that no other test has."""
    with new_database(KINDS[engine], tmp_path) as url:
        migrate(url)
        yield url


def spoil(gallery: Gallery, statement: str) -> None:
    with gallery.database.engine.begin() as connection:
        connection.execute(text(statement))
    gallery.database.engine.dispose()


@pytest.mark.parametrize(("engine", "damage"), EACH_DAMAGE, indirect=["engine"])
def test_what_is_damaged_says_so_and_is_made_anew(gallery: Gallery, damage: str) -> None:
    gallery.add("Kalman filter", "gain")
    spoil(gallery, damage)
    with pytest.raises(IndexNotThere, match="lost or damaged"):
        gallery.search(QUERY)
    with contextlib.suppress(IndexNotThere):
        gallery.add("Kalman tracker")
    stored = gallery.database.run_here(lambda s: s.scalars(select(Notebook.title)).all())
    assert {*stored} == {*gallery.ids}
    assert gallery.index.keep_whole(gallery.database)
    assert {*gallery.titles(QUERY)} == {*stored}
    gallery.add("Kalman smoother")
    assert len(gallery.titles(QUERY)) == len(stored) + 1
    assert not gallery.index.keep_whole(gallery.database)


@pytest.mark.parametrize("engine", ["fts5", pytest.param("postgresql", marks=pytest.mark.database)])
def test_what_a_lost_trigger_did_not_write_is_written(gallery: Gallery, engine: str) -> None:
    spoil(gallery, LOSSES[engine])
    gallery.add("Kalman filter")
    assert gallery.titles("kalman") == []
    assert gallery.index.keep_whole(gallery.database)
    assert gallery.titles(QUERY) == ["Kalman filter"]
    gallery.add("Kalman smoother")
    assert len(gallery.titles(QUERY)) == 2


def test_what_is_whole_stays(gallery: Gallery) -> None:
    gallery.add("Kalman filter")
    assert not gallery.index.keep_whole(gallery.database)
    gallery.index.is_suspect = True
    assert not gallery.index.keep_whole(gallery.database)
    assert gallery.titles(QUERY) == ["Kalman filter"]


@pytest.mark.parametrize("engine", ["tantivy"])
def test_before_there_is_an_index_that_is_told(gallery: Gallery, tmp_path: Path) -> None:
    gallery.add("Kalman filter")
    replica = Replica(tmp_path / "another", gallery.database)
    other = Gallery(gallery.database, DerivedIndex(replica), gallery.ids)
    with pytest.raises(IndexNotThere, match="not finished"):
        other.search("kalman")
    replica.follow()
    assert other.titles("kalman") == ["Kalman filter"]
    replica.close()


@pytest.mark.parametrize("engine", ["tantivy"])
def test_what_is_damaged_while_it_follows_is_made_anew_and_answers_meanwhile(
    gallery: Gallery,
) -> None:
    assert isinstance(gallery.index, DerivedIndex)
    replica = gallery.index.replica
    gallery.add("Kalman filter")
    shutil.rmtree(next(replica.folder.glob("v*-*")))
    settle, gallery.settle = gallery.settle, lambda: None
    gallery.add("Kalman smoother")
    with contextlib.suppress(OSError, ValueError):
        settle()
    assert gallery.titles("kalman") == ["Kalman filter"]
    settle()
    assert len(gallery.titles("kalman")) == 2
    assert len([*replica.folder.glob("v*-*")]) == 1


@pytest.mark.asyncio
@pytest.mark.parametrize("engine", ["fts5"])
async def test_while_a_gallery_is_served_its_index_is_kept_up(gallery: Gallery) -> None:
    await asyncio.to_thread(gallery.add, "Kalman filter")
    await asyncio.to_thread(spoil, gallery, DAMAGES["fts5"][2])
    catalogue = type("Served", (), {"database": gallery.database})()
    task = asyncio.create_task(keep_up(catalogue, gallery.index, every_s=0))
    while True:
        with contextlib.suppress(IndexNotThere):
            if await asyncio.to_thread(gallery.titles, QUERY):
                break
        assert not task.done()
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


FIRST_START = """
import sys
from pathlib import Path
from bookstore.gallery.database.migrations import migrate
from bookstore.gallery.database.sessions import Database
from bookstore.gallery.search.choosing import index_for
url, engine, folder, number = sys.argv[1:]
migrate(url)
database = Database(url)
index = index_for(database, engine=engine, folder=Path(folder))
from bookstore.gallery.database.models import Notebook
from bookstore.gallery.search.documents import Document

def work(session):
    row = Notebook(uuid=number, title=f"Kalman {number}", description="", public=True)
    session.add(row)
    session.flush()
    index.put(session, Document(notebook_id=row.id, title=row.title))

database.run_here(work)
index.start()
print("started", flush=True)
sys.stdin.read()
index.close()
"""


@pytest.mark.parametrize("kind", ["database", "tantivy"])
def test_two_processes_make_an_index_at_their_first_start(tmp_path: Path, kind: str) -> None:
    url, folder = f"sqlite:///{tmp_path / 'gallery.db'}", tmp_path / "index"
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", FIRST_START, url, kind, str(folder), str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(2)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "started\n"
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    check_both(url, kind, folder)


def check_both(url: str, kind: str, folder: Path) -> None:
    database = Database(url)
    index = index_for(database, engine=kind, folder=folder)
    gallery = Gallery(database, index)
    if isinstance(index, DerivedIndex):
        index.replica.follow()
    assert len(gallery.hits("kalman")) == 2
    assert not index.keep_whole(database)
    index.close()
    database.engine.dispose()
