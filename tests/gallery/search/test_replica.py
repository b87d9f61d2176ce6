"""An index beside the database follows it, and is made again whatever happened to it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from search_galleries import NOW, Gallery
from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from bookstore.gallery.database.models import Change, Job, now
from bookstore.gallery.database.sessions import Database
from bookstore.gallery.jobs.changes import forget_some
from bookstore.gallery.search.choosing import BadSearchEngine, index_for
from bookstore.gallery.search.engines.derived import replica as replicas
from bookstore.gallery.search.engines.derived.index import DerivedIndex
from bookstore.gallery.search.engines.derived.replica import Replica
from bookstore.gallery.search.engines.fts5 import Fts5Index
from bookstore.gallery.search.engines.postgresql import PostgresqlIndex
from bookstore.gallery.search.following import FORGET_CHANGES


@pytest.fixture
def engine() -> str:
    return "tantivy"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def replica(gallery: Gallery) -> Iterator[Replica]:
    assert isinstance(gallery.index, DerivedIndex)
    yield gallery.index.replica
    gallery.index.replica.close()


def again(gallery: Gallery, replica: Replica) -> Gallery:
    """Return the gallery after the process that followed ended, and another one came."""
    replica.close()
    new = Replica(replica.folder, gallery.database)
    return Gallery(gallery.database, DerivedIndex(new, lambda: NOW), gallery.ids, new.follow)


def let_go(gallery: Gallery) -> None:
    assert isinstance(gallery.index, DerivedIndex)
    gallery.index.replica.close()


def test_what_changed_while_nobody_followed_is_taken_in(gallery: Gallery, replica: Replica) -> None:
    gallery.add("Kalman filter")
    gallery.settle = lambda: None
    gallery.add("Kalman smoother")
    assert gallery.titles("kalman") == ["Kalman filter"]
    other = again(gallery, replica)
    assert other.titles("kalman") == ["Kalman filter"]
    assert other.settle() == 1
    assert sorted(other.titles("kalman")) == ["Kalman filter", "Kalman smoother"]
    let_go(other)


def test_an_index_that_is_lost_or_damaged_is_made_anew(gallery: Gallery, replica: Replica) -> None:
    gallery.add("Kalman filter")
    replica.close()
    for spoil in (shutil.rmtree, lambda path: (path / "meta.json").write_text("{")):
        spoil(next(replica.folder.glob("v*-*")))
        other = again(gallery, replica)
        other.settle()
        assert other.titles("kalman") == ["Kalman filter"]
        let_go(other)


def test_while_an_index_by_other_rules_is_made_the_old_one_answers(
    gallery: Gallery, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    gallery.add("Kalman filter")
    replica.close()
    monkeypatch.setattr(replicas, "VERSION", replicas.VERSION + 1)
    other = Replica(replica.folder, gallery.database)
    seen = []
    making = other._all

    def all_while_somebody_asks() -> Iterator[object]:
        seen.append(Gallery(gallery.database, index, gallery.ids).titles("kalman"))
        yield from making()

    index = DerivedIndex(other, lambda: NOW)
    monkeypatch.setattr(other, "_all", all_while_somebody_asks)
    assert not other.is_current
    other.follow()
    assert other.is_current
    assert seen == [["Kalman filter"]]
    assert Gallery(gallery.database, index, gallery.ids).titles("kalman") == ["Kalman filter"]
    assert len([*replica.folder.glob("v*-*")]) == 1
    other.close()


def test_what_left_no_change_behind_is_found_by_comparing(
    gallery: Gallery, replica: Replica
) -> None:
    number = gallery.add("Kalman filter")
    gallery.add("Kalman smoother")
    gallery.settle = lambda: None
    gallery.add("Kalman tracker")
    gallery.database.run_here(lambda session: session.execute(delete(Change)))
    gallery.database.run_here(
        lambda session: session.execute(text(f"DELETE FROM notebooks WHERE id = {number}"))
    )
    assert replica.repair() == 2
    assert sorted(gallery.titles("kalman")) == ["Kalman smoother", "Kalman tracker"]
    assert replica.repair() == 0


def test_an_index_that_was_behind_when_changes_were_forgotten_compares_everything(
    gallery: Gallery, replica: Replica
) -> None:
    gallery.add("Kalman filter")
    gallery.add("Kalman smoother")
    gallery.settle()
    gallery.settle = lambda: None
    gallery.add("Kalman tracker")
    gallery.add("Another")

    def forget(session: Session) -> None:
        session.add(Job(name=FORGET_CHANGES))
        session.flush()
        forget_some(now() + timedelta(days=1), session)

    gallery.database.run_here(forget)
    assert replica.follow() == 2
    assert len(gallery.titles("kalman")) == 3
    gallery.add("Kalman gain")
    assert replica.follow() == 1  # and goes on as before
    assert len(gallery.titles("kalman")) == 4


def test_one_writes_and_others_read_until_it_ends(gallery: Gallery, replica: Replica) -> None:
    gallery.add("Kalman filter")
    other = Replica(replica.folder, gallery.database)
    index = DerivedIndex(other, lambda: NOW)
    gallery.settle = lambda: None
    gallery.add("Kalman smoother")
    assert other.follow() == 0
    replica.follow()
    replica.rebuild()
    assert other.follow() == 0
    found = Gallery(gallery.database, index, gallery.ids)
    assert sorted(found.titles("kalman")) == ["Kalman filter", "Kalman smoother"]
    gallery.add("Kalman tracker")
    replica.close()
    assert other.follow() == 1
    assert len(found.titles("kalman")) == 3
    other.close()


def test_on_a_thread_it_follows_until_it_is_closed(gallery: Gallery, replica: Replica) -> None:
    gallery.add("Kalman filter")
    replica.start(every_s=0.01)
    replica.close()
    replica.close()
    assert gallery.titles("kalman") == ["Kalman filter"]


def test_each_database_has_an_engine(gallery: Gallery, folder: Path) -> None:
    database = gallery.database
    assert isinstance(index_for(database), Fts5Index)
    beside = index_for(database, engine="tantivy", folder=folder)
    assert isinstance(beside, DerivedIndex)
    with pytest.raises(BadSearchEngine, match="needs a folder"):
        index_for(database, engine="tantivy")
    with pytest.raises(BadSearchEngine, match="'solr'"):
        index_for(database, engine="solr")


@pytest.mark.parametrize(
    ("server", "kind"), [("postgresql", PostgresqlIndex), ("mysql", DerivedIndex)]
)
def test_servers_have_engines(server: str, kind: type, folder: Path) -> None:
    database = Database(f"{server}://user@nowhere.invalid/gallery")
    assert isinstance(index_for(database, folder=folder), kind)
    if server == "mysql":
        with pytest.raises(BadSearchEngine, match="by tantivy only"):
            index_for(database, engine="database")
    database.engine.dispose()
