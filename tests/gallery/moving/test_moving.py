"""A gallery moves in from nbgallery's database or bundle, and out again, and nothing twice."""

from __future__ import annotations

import asyncio
import io
import json
import struct
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gallery_databases import KINDS, new_database
from gallery_rows import BEGIN, fill, small_gallery
from nbgallery_database import make_nbgallery
from sqlalchemy import Engine, create_engine, func, insert, select
from sqlalchemy.orm import Session

from bookstore.errors import Conflict, StoreUnavailable
from bookstore.gallery.database.models import (
    NBGALLERYS,
    Base,
    Execution,
    Group,
    Notebook,
    NotebookFile,
    Revision,
    StoredRevision,
    User,
)
from bookstore.gallery.moving import tables
from bookstore.gallery.moving.bundle import BadBundle, names_in
from bookstore.gallery.moving.documents import Documented, Documents, move_documents
from bookstore.gallery.moving.giving_out import write_bundle
from bookstore.gallery.moving.tables import copy_tables, left_to_copy
from bookstore.gallery.moving.taking_in import Gallery, Taken, take_bundle
from bookstore.store.memory import MemoryStore


def key_of(uuid: str) -> str:
    return f"gallery/{uuid}.ipynb"


def ipynb(source: str, **metadata: Any) -> bytes:
    cell = {
        "cell_type": "code",
        "source": [source],
        "metadata": {"ExecuteTime": {}},
        "outputs": [{"output_type": "stream", "name": "stdout", "text": "secret"}],
        "execution_count": 3,
    }
    notebook = {"nbformat": 4, "nbformat_minor": 4, "metadata": metadata, "cells": [cell]}
    return json.dumps(notebook).encode()


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore("gallery")


@pytest.fixture(params=KINDS)
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty gallery of bookstore."""
    with new_database(request.param, tmp_path) as url:
        engine = create_engine(url)
        Base.metadata.create_all(engine)
        yield engine
        engine.dispose()


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Engine]:
    """The small gallery as nbgallery has it, with documents in its database."""
    engine = create_engine(f"sqlite:///{tmp_path}/nbgallery.db")
    Base.metadata.create_all(engine, tables=NBGALLERYS)
    fill(engine)
    uuids = [row["uuid"] for row in small_gallery()["notebooks"]]
    with Session(engine) as session, session.begin():
        for number, notebook_id in enumerate((1, 2, 1, 3, 1), 1):
            session.add(Revision(id=number, notebook_id=notebook_id, revtype="update"))
            text = ipynb(f"revision {number}").decode()
            if number != 4:  # nbgallery keeps this one in git
                session.add(_file("revision", uuids[notebook_id - 1], text, number))
        session.add(_file("notebook", uuids[2], ipynb("newest of 3").decode()))
        session.add(_file("notebook", uuids[3], ipynb("no revision of 4").decode()))
    yield engine
    engine.dispose()


def _file(kind: str, uuid: str, content: str, revision_id: int | None = None) -> NotebookFile:
    return NotebookFile(save_type=kind, uuid=uuid, content=content, revision_id=revision_id)


def rows_of(engine: Engine) -> dict[str, set[Any]]:
    """All rows of nbgallery's tables but documents."""
    names = [table for table in NBGALLERYS if table.name not in tables.LEFT_OUT]
    with engine.connect() as connection:
        return {table.name: {*map(tuple, connection.execute(select(table)))} for table in names}


def count(engine: Engine, model: Any) -> int:
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


# -- a whole database ------------------------------------------------------------------------------


def test_every_row_moves_under_its_number_and_none_twice(source: Engine, target: Engine) -> None:
    total = left_to_copy(source, target)
    seen: list[int] = []
    first = copy_tables(source, target, advance=seen.append)
    assert sum(seen) == sum(moved.moved for moved in first) == total > 700
    assert {name: len(rows) for name, rows in rows_of(target).items()} == {
        name: len(rows) for name, rows in rows_of(source).items()
    }
    assert rows_of(target)["clicks"] == rows_of(source)["clicks"]
    assert rows_of(target)["stars"] == rows_of(source)["stars"]
    assert sum(moved.moved for moved in copy_tables(source, target)) == 0


def test_a_dry_run_counts_and_writes_nothing(source: Engine, target: Engine) -> None:
    would = {moved.table: moved.moved for moved in copy_tables(source, target, dry_run=True)}
    assert would["clicks"] == len(small_gallery()["clicks"])
    assert not any(rows_of(target).values())


def test_an_interrupted_run_goes_on_where_it_was(
    source: Engine, target: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "BATCH", 7)

    class Interrupted(Exception):
        pass

    for rows in (1, 50, 300):
        left = [rows]

        def advance(count: int, left: list[int] = left) -> None:
            left[0] -= count
            if left[0] <= 0:
                raise Interrupted

        with pytest.raises(Interrupted):
            copy_tables(source, target, advance=advance)
    copy_tables(source, target)
    assert rows_of(target)["clicks"] == rows_of(source)["clicks"]
    assert {name: len(rows) for name, rows in rows_of(target).items()} == {
        name: len(rows) for name, rows in rows_of(source).items()
    }


def test_new_rows_get_numbers_after_those_that_moved(source: Engine, target: Engine) -> None:
    copy_tables(source, target)
    with Session(target) as session, session.begin():
        session.add(User(user_name="new"))
    assert count(target, User) == count(source, User) + 1


@pytest.mark.database
@pytest.mark.parametrize("target", ["sqlite"], indirect=True)
def test_numbers_move_with_all_that_mysql_keeps_of_them(target: Engine, tmp_path: Path) -> None:
    with new_database("mariadb", tmp_path) as url:
        source = create_engine(url)
        make_nbgallery(source)
        fill(source)
        copy_tables(source, target)
        source.dispose()
    with Session(target) as session:
        moved = dict(session.execute(select(Execution.id, Execution.runtime)).all())
    for row in small_gallery()["executions"]:
        known, found = row["runtime"], moved[row["id"]]
        if known is not None:
            assert struct.pack("f", known) == struct.pack("f", found)
            assert len(repr(found)) <= len(repr(known))


def test_a_gallery_with_people_of_its_own_is_left_as_it_is(source: Engine, target: Engine) -> None:
    with target.begin() as connection:
        connection.execute(insert(User), {"id": 1, "user_name": "ada"})
    with pytest.raises(Conflict, match="has users of its own: user_name 'ada'"):
        copy_tables(source, target)
    assert count(target, Notebook) == 0


def moved(source: Engine, target: Engine, store: Any) -> Documents:
    return asyncio.run(move_documents(Documented(source), target, store, key_of))


def sources_in(store: MemoryStore, number: int) -> list[str]:
    """What the cells say in the versions of a notebook, the oldest first."""

    async def read() -> list[str]:
        uuid = f"{number:08d}-0000-4000-8000-000000000000"
        found = [version async for version in store.versions(key_of(uuid))]
        bodies = [await store.get(one.key, version_id=one.version_id) for one in reversed(found)]
        return [json.loads(body.body)["cells"][0]["source"][0] for body in bodies]

    return asyncio.run(read())


def test_each_revision_becomes_a_version_and_none_twice(
    source: Engine, target: Engine, store: MemoryStore
) -> None:
    copy_tables(source, target)
    assert Documented(source).count() == 4
    first = moved(source, target, store)
    assert (first.moved, first.there, first.lost) == (6, 0, 8)
    assert sources_in(store, 1) == ["revision 1", "revision 3", "revision 5"]
    assert sources_in(store, 3) == ["newest of 3"]
    assert sources_in(store, 4) == ["no revision of 4"]
    again = moved(source, target, store)
    assert (again.moved, again.there) == (0, 6)
    assert sources_in(store, 1) == ["revision 1", "revision 3", "revision 5"]


class Failing(MemoryStore):
    """Stores a version, and says that it could not, the third time."""

    asked = 0

    async def put(self, *args: Any, **kwargs: Any) -> Any:
        self.asked += 1
        version = await super().put(*args, **kwargs)
        if self.asked == 3:
            raise StoreUnavailable("The connection is gone.")
        return version


def test_a_version_that_nobody_noted_is_noted_and_not_put_again(
    source: Engine, target: Engine
) -> None:
    store = Failing("gallery")
    copy_tables(source, target)
    with pytest.raises(StoreUnavailable):
        moved(source, target, store)
    result = moved(source, target, store)
    assert (result.moved, result.there) == (4, 2)
    assert sources_in(store, 1) == ["revision 1", "revision 3", "revision 5"]
    assert count(target, StoredRevision) == 5


def test_documents_in_nbgallerys_folder_move_as_well(
    source: Engine, target: Engine, store: MemoryStore, tmp_path: Path
) -> None:
    copy_tables(source, target)
    file = tmp_path / "00000009-0000-4000-8000-000000000000.ipynb"
    file.write_bytes(ipynb("on disk"))
    asyncio.run(move_documents(Documented(source, tmp_path), target, store, key_of))
    assert sources_in(store, 9) == ["on disk"]


# -- bundles ---------------------------------------------------------------------------------------

WHOLE = {
    "updated": "2026-02-12T10:50:23.000Z",
    "created": "2026-02-12T10:49:00.000Z",
    "title": "Example: one",
    "description": "What it does",
    "uuid": "5bc058c7-f651-4e39-a94c-cd5676fc676c",
    "changelog": "Changed a bit",
    "public": True,
    "updater": "user2",
    "creator": "user1",
    "owner": "user2",
    "owner_type": "User",
    "tags": ["tag1", "tag2"],
}
GROOMED = "Example\ua789 one"
LEAST = {"title": "Two", "description": "Second", "owner": "Group 1", "owner_type": "Group"}


def bundle(file: Path, **said: Any) -> Path:
    """A bundle as nbgallery's administrators make it."""
    with tarfile.open(file, "w:gz") as tar:
        files = {f"{name}.ipynb": ipynb(name, gallery={"link": "x"}) for name in said}
        for name, body in {"metadata.json": json.dumps(said).encode(), **files}.items():
            member = tarfile.TarInfo(name)
            member.size = len(body)
            tar.addfile(member, io.BytesIO(body))
    return file


@pytest.fixture
def gallery(target: Engine, store: MemoryStore) -> Gallery:
    """A gallery with users and groups."""
    with Session(target) as session, session.begin():
        session.add_all(User(id=number, user_name=f"user{number}") for number in (1, 2))
        session.add(Group(gid="one", name="Group 1"))
    return Gallery(target, store, key_of)


def take(gallery: Gallery, file: Path, **options: Any) -> list[Taken]:
    async def all_of_them() -> list[Taken]:
        return [taken async for taken in take_bundle(gallery, file, **options)]

    return asyncio.run(all_of_them())


def test_a_bundle_is_taken_in_once_with_all_that_it_says(gallery: Gallery, tmp_path: Path) -> None:
    file = bundle(tmp_path / "a.tar.gz", one=WHOLE, two=LEAST)
    assert {taken.fate for taken in take(gallery, file, dry_run=True)} == {"created"}
    assert count(gallery.engine, Notebook) == 0
    assert [taken.fate for taken in take(gallery, file)] == ["created", "created"]
    assert [taken.fate for taken in take(gallery, file)] == ["there already", "there already"]
    with Session(gallery.engine) as session:
        one, two = session.scalars(select(Notebook).order_by(Notebook.id))
        assert (one.title, one.uuid, one.public) == (GROOMED, WHOLE["uuid"], True)
        assert (one.creator.user_name, one.owner.user_name) == ("user1", "user2")
        assert [tag.tag for tag in one.tags] == ["tag1", "tag2"]
        assert one.created_at.isoformat() == "2026-02-12T10:49:00"
        assert (two.owner.name, two.public, two.lang) == ("Group 1", False, "unknown")
        [revision] = one.revisions
        stored = session.get(StoredRevision, revision.id)
        assert (revision.commit_message, revision.revtype) == ("Changed a bit", "create")
        key, version_id = stored.store_key, stored.version_id
    kept = asyncio.run(gallery.store.get(key, version_id=version_id))
    assert b"secret" not in kept.body
    assert json.loads(kept.body)["metadata"] == {"gallery": {}}


def test_a_newer_bundle_updates_and_an_older_one_does_not(gallery: Gallery, tmp_path: Path) -> None:
    take(gallery, bundle(tmp_path / "a.tar.gz", one=WHOLE))
    newer = {**WHOLE, "updated": "2026-03-01T00:00:00Z", "title": "New", "tags": ["tag3"]}
    [taken] = take(gallery, bundle(tmp_path / "b.tar.gz", changed=newer))
    assert taken.fate == "updated"
    [taken] = take(gallery, bundle(tmp_path / "c.tar.gz", one=WHOLE))
    assert taken.fate == "newer"
    with Session(gallery.engine) as session:
        [one] = session.scalars(select(Notebook))
        assert (one.title, len(one.revisions)) == ("New", 2)
        assert {tag.tag for tag in one.tags} == {"tag1", "tag2", "tag3"}


def test_a_version_whose_transaction_failed_is_not_put_again(
    gallery: Gallery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = bundle(tmp_path / "a.tar.gz", one=WHOLE)
    with monkeypatch.context() as broken:
        broken.setattr(Session, "merge", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            take(gallery, file)
    assert count(gallery.engine, Notebook) == 0
    assert [taken.fate for taken in take(gallery, file)] == ["created"]
    versions = gallery.store.versions(key_of(str(WHOLE["uuid"])))

    async def number() -> int:
        return len([version async for version in versions])

    assert asyncio.run(number()) == 1


REFUSED = {
    "owner": ({"owner": "nobody"}, "there is no user 'nobody'"),
    "group": ({"owner": "user2", "owner_type": "Group"}, "there is no group 'user2'"),
    "type": ({"owner_type": "Team"}, "owner_type is 'Team'"),
    "title": ({"title": " "}, "title is ' '"),
    "long title": ({"title": "x" * 256}, "its title has more than 255"),
    "time": ({"updated": "soon"}, "updated is 'soon'"),
    "tags": ({"tags": "a,b"}, "tags is 'a,b'"),
    "public": ({"public": "yes"}, "public is 'yes'"),
}


@pytest.mark.parametrize(("wrong", "why"), REFUSED.values(), ids=REFUSED)
def test_what_is_wrong_with_one_notebook_is_told_and_the_others_are_taken(
    gallery: Gallery, tmp_path: Path, wrong: dict[str, Any], why: str
) -> None:
    file = bundle(tmp_path / "a.tar.gz", one={**WHOLE, **wrong}, two=LEAST)
    one, two = take(gallery, file)
    assert (one.name, one.fate, two.fate) == ("one.ipynb", "refused", "created")
    assert why in one.why


def test_another_notebook_of_the_same_title_is_not_overwritten(
    gallery: Gallery, tmp_path: Path
) -> None:
    take(gallery, bundle(tmp_path / "a.tar.gz", one=WHOLE))
    [taken] = take(gallery, bundle(tmp_path / "b.tar.gz", one={**WHOLE, "uuid": "another"}))
    assert taken.fate == "refused"
    assert str(WHOLE["uuid"]) in taken.why


def test_what_is_no_bundle_is_told(gallery: Gallery, tmp_path: Path) -> None:
    file = tmp_path / "a.tar.gz"
    file.write_bytes(b"no archive")
    with pytest.raises(BadBundle, match=r"a\.tar\.gz is no tar\.gz"):
        take(gallery, file)
    with tarfile.open(file, "w:gz"):
        pass
    with pytest.raises(BadBundle, match=r"has no metadata\.json"):
        take(gallery, file)


def test_what_goes_out_comes_in_again(gallery: Gallery, tmp_path: Path) -> None:
    take(gallery, bundle(tmp_path / "a.tar.gz", one=WHOLE, two=LEAST))
    out = tmp_path / "out.tar.gz"
    public = asyncio.run(write_bundle(gallery.engine, gallery.store, out))
    assert (public.written, public.lost) == (1, [])
    assert names_in(out) == [f"{WHOLE['uuid']}.ipynb"]
    every = asyncio.run(write_bundle(gallery.engine, gallery.store, out, with_private=True))
    assert every.written == 2
    assert {taken.fate for taken in take(gallery, out)} == {"there already"}
    assert not list(tmp_path.glob(".*"))


def test_a_bundle_says_what_nbgallery_says(
    source: Engine, target: Engine, store: MemoryStore, tmp_path: Path
) -> None:
    copy_tables(source, target)
    moved(source, target, store)
    given = asyncio.run(write_bundle(target, store, tmp_path / "a.tar.gz", with_private=True))
    assert (given.written, len(given.lost)) == (4, 8)
    with tarfile.open(tmp_path / "a.tar.gz") as tar:
        said = json.load(tar.extractfile("metadata.json"))
    fourth = said["00000004-0000-4000-8000-000000000000"]
    assert (fourth["owner"], fourth["owner_type"]) == ("Group 1", "Group")
    assert fourth["created"].startswith(BEGIN.isoformat()[:8])
