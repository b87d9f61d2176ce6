"""Units of work: in a transaction each, on threads, again where that is safe, and in our words."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from databases import SERVERS, as_administrator, shown
from proxy import Proxy
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from bookstore.gallery.database.engine import EngineOptions
from bookstore.gallery.database.errors import (
    DatabaseUnreachable,
    FateUnknown,
    ReadOnly,
    StatementTooLong,
)
from bookstore.gallery.database.models import (
    Click,
    Group,
    GroupsUser,
    Notebook,
    NotebookFile,
    StoredNotebook,
    Token,
    User,
    stars,
)
from bookstore.gallery.database.sessions import Database

MOMENT = datetime.fromisoformat("2026-01-02T03:04:05.678901")
LETTERS = "Zürich \N{SNOWMAN} \N{GRINNING FACE} 'quoted' \\ %s"
SLOW = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
    " SELECT count(*) FROM n",
    "postgresql": "SELECT pg_sleep(60)",
    "mariadb": "SELECT SLEEP(60)",
}


@pytest.fixture
def database(gallery: str) -> Iterator[Database]:
    database = Database(gallery, EngineOptions(connections=3))
    yield database
    database.engine.dispose()


def somebody(session: Session) -> User:
    user = User(user_name=LETTERS, created_at=MOMENT, updated_at=MOMENT)
    session.add(user)
    return user


def how_many(session: Session) -> int | None:
    return session.scalar(select(func.count()).select_from(User))


def test_what_is_written_comes_back_as_it_was(database: Database) -> None:
    def write(session: Session) -> None:
        user, group = somebody(session), Group(gid="g", name="Group")
        notebook = Notebook(
            uuid="u", title=LETTERS, description=LETTERS * 5000, public=True, creator=user
        )
        notebook.files.append(NotebookFile(content="x" * 100_000, save_type="notebook", uuid="u"))
        notebook.stored = StoredNotebook(store_key=f"published/{LETTERS}.ipynb")
        user.memberships.append(GroupsUser(group=group, owner=True))
        user.stars.append(notebook)
        notebook.shared_with.append(user)
        session.add_all([notebook, Click(user=user, notebook=notebook, action="viewed notebook")])
        session.flush()
        notebook.owner_type, notebook.owner_id = "Group", group.id

    database.run_here(write)

    def read(session: Session) -> None:
        notebook = session.scalars(select(Notebook)).one()
        user = session.scalars(select(User)).one()
        assert (notebook.title, notebook.description) == (LETTERS, LETTERS * 5000)
        assert (user.user_name, user.created_at) == (LETTERS, MOMENT)
        assert notebook.public is True
        assert (notebook.deprecated, notebook.verified, notebook.parent_uuid) == (
            False,
            False,
            None,
        )
        assert [len(each.content) for each in notebook.files] == [100_000]
        assert notebook.stored
        assert notebook.stored.store_key == f"published/{LETTERS}.ipynb"
        assert isinstance(notebook.owner, Group)
        assert notebook.owner.users == user.groups[0].users == [user]
        assert user.groups[0].notebooks == [notebook]
        assert (user.stars, user.shares, notebook.starred_by) == ([notebook], [notebook], [user])
        assert user.notebooks_created == [notebook]
        assert user.clicks == notebook.clicks

    database.run_here(read, read_only=True)


def test_what_belongs_to_a_row_goes_with_it_in_the_database(database: Database) -> None:
    def write(session: Session) -> None:
        user = somebody(session)
        notebook = Notebook(uuid="u", title="t", description="", public=False, updater=user)
        notebook.stored = StoredNotebook(store_key="k")
        user.tokens.append(Token(name="n", sha256="0" * 64, scopes="read"))
        user.stars.append(notebook)
        session.add(notebook)

    def remove_as_others_do(session: Session) -> None:
        session.execute(delete(User))
        notebook = session.scalars(select(Notebook)).one()
        assert notebook.updater_id is None
        assert session.execute(select(stars)).all() == []
        assert session.scalars(select(Token)).all() == []
        session.execute(delete(Notebook))
        assert session.scalars(select(StoredNotebook)).all() == []

    database.run_here(write)
    database.run_here(remove_as_others_do)


@pytest.mark.asyncio
async def test_work_runs_beside_the_event_loop_on_as_many_threads_as_connections(
    database: Database,
) -> None:
    together = threading.Barrier(3, timeout=30)

    def work(session: Session) -> str:
        session.execute(text("SELECT 1"))
        together.wait()
        return threading.current_thread().name

    names = await asyncio.gather(*(database.run(work, read_only=True) for _ in range(3)))
    assert len({*names}) == 3
    assert threading.current_thread().name not in names
    await database.close()
    await database.close()


def test_what_fails_leaves_nothing_behind(database: Database) -> None:
    def work(session: Session) -> None:
        somebody(session)
        session.flush()
        raise KeyError("changed my mind")

    with pytest.raises(KeyError):
        database.run_here(work)
    assert database.run_here(how_many) == 0


def test_what_the_schema_forbids_is_the_callers_to_hear(database: Database) -> None:
    def work(session: Session) -> None:
        session.add_all([somebody(session), User(user_name=LETTERS)])

    with pytest.raises(IntegrityError) as caught:
        database.run_here(work)
    assert "quoted" not in str(caught.value).replace(str(caught.value.orig), "")


def test_a_session_that_only_reads_is_held_to_it_by_the_database(database: Database) -> None:
    database.run_here(somebody)
    with pytest.raises(ReadOnly, match="only to be read"):
        database.run_here(
            lambda session: session.execute(update(User).values(org="x")), read_only=True
        )
    with pytest.raises(ReadOnly):
        database.run_here(
            lambda session: session.execute(insert(Group).values(gid="g", name="g")),
            read_only=True,
        )
    assert database.run_here(how_many, read_only=True) == 1
    org = database.run_here(lambda session: session.scalars(select(User.org)).one())
    assert org is None


def test_a_database_that_is_only_to_be_read_is_never_written(
    database: Database, gallery: str
) -> None:
    reader = Database(gallery, EngineOptions(reads_only=True))
    assert reader.run_here(how_many) == 0
    with pytest.raises(ReadOnly):
        reader.run_here(lambda session: session.execute(delete(User)))
    reader.engine.dispose()


def test_a_statement_that_takes_too_long_is_stopped(kind: str, gallery: str) -> None:
    database = Database(gallery, EngineOptions(statement_limit_s=0.2, connections=1))
    with pytest.raises(StatementTooLong, match=r"longer than the 0\.2 seconds"):
        database.run_here(lambda session: session.execute(text(SLOW[kind])).all(), read_only=True)
    assert database.run_here(lambda session: session.scalar(text("SELECT 1"))) == 1
    database.engine.dispose()


def kill(kind: str, session: Session) -> None:
    """Cut the session's connection from outside, as a server that restarts does."""
    if kind == "postgresql":
        number = session.scalar(text("SELECT pg_backend_pid()"))
        as_administrator(kind, f"SELECT pg_terminate_backend({number}, 10000)")
    else:
        number = session.scalar(text("SELECT CONNECTION_ID()"))
        as_administrator(kind, f"KILL HARD CONNECTION {number}")


@pytest.mark.parametrize("kind", SERVERS, indirect=True)
@pytest.mark.database
def test_work_is_done_again_after_a_lost_connection(kind: str, database: Database) -> None:
    calls: list[int] = []

    def work(session: Session) -> None:
        calls.append(1)
        somebody(session)
        session.flush()
        if len(calls) == 1:
            kill(kind, session)
        session.execute(text("SELECT 1"))

    database.run_here(work)
    assert len(calls) == 2
    assert database.run_here(how_many) == 1


@pytest.mark.parametrize("kind", SERVERS, indirect=True)
@pytest.mark.database
def test_a_connection_that_is_lost_again_and_again_is_told(kind: str, database: Database) -> None:
    def work(session: Session) -> None:
        kill(kind, session)
        session.execute(text("SELECT 1"))

    with pytest.raises(DatabaseUnreachable, match="was lost"):
        database.run_here(work)


@pytest.mark.parametrize("kind", SERVERS, indirect=True)
@pytest.mark.database
def test_a_change_whose_commit_was_not_answered_is_not_made_again(
    kind: str, database: Database
) -> None:
    calls: list[int] = []

    def work(session: Session) -> None:
        calls.append(1)
        somebody(session)
        session.flush()
        kill(kind, session)

    with pytest.raises(FateUnknown):
        database.run_here(work)
    assert len(calls) == 1


@pytest.fixture
def proxy(gallery: str) -> Iterator[Proxy]:
    """What stands between a server and those who reach it at ``proxied``."""
    url = make_url(gallery)
    with Proxy(f"tcp://{url.host}:{url.port}") as proxy:
        yield proxy


@pytest.fixture
def proxied(gallery: str, proxy: Proxy) -> Iterator[Database]:
    url = make_url(gallery).set(port=urlsplit(proxy.url).port)
    database = Database(shown(url), EngineOptions(connections=1))
    yield database
    database.engine.dispose()


@pytest.mark.parametrize("kind", SERVERS, indirect=True)
@pytest.mark.database
def test_a_server_that_vanishes_without_a_word_is_a_lost_connection(
    proxied: Database, proxy: Proxy
) -> None:
    calls: list[int] = []

    def work(session: Session) -> None:
        calls.append(1)
        somebody(session)
        session.flush()
        if len(calls) == 1:
            proxy.refuse()
            proxy.listen()

    def work_that_reads_on(session: Session) -> None:
        work(session)
        session.execute(text("SELECT 1"))

    proxied.run_here(work_that_reads_on)
    assert len(calls) == 2
    calls.clear()
    proxied.run_here(lambda session: session.execute(delete(User)))
    with pytest.raises(FateUnknown):
        proxied.run_here(work)
    assert len(calls) == 1


@pytest.mark.parametrize("kind", SERVERS, indirect=True)
@pytest.mark.database
def test_a_connection_that_was_lost_meanwhile_is_made_anew(proxied: Database, proxy: Proxy) -> None:
    assert proxied.run_here(how_many) == 0
    proxy.refuse()
    proxy.listen()
    assert proxied.run_here(how_many) == 0


@pytest.mark.parametrize("kind", SERVERS, indirect=True)
@pytest.mark.database
def test_of_two_in_a_deadlock_both_are_done_in_the_end(kind: str, database: Database) -> None:
    database.run_here(lambda session: session.add_all([User(user_name="a"), User(user_name="b")]))
    met = threading.Barrier(2, timeout=30)
    first: set[str] = set()

    def change(names: list[str]) -> Any:
        def work(session: Session) -> None:
            for name in names:
                session.execute(
                    update(User)
                    .where(User.user_name == name)
                    .values(sign_in_count=User.sign_in_count + 1)
                )
                if name == names[0] and name not in first:
                    first.add(name)
                    met.wait()

        return work

    async def both() -> None:
        await asyncio.gather(database.run(change(["a", "b"])), database.run(change(["b", "a"])))

    asyncio.run(both())
    counts = database.run_here(lambda session: session.scalars(select(User.sign_in_count)).all())
    assert counts == [2, 2]


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_writers_of_a_file_wait_for_each_other(database: Database) -> None:
    def count(session: Session) -> None:
        found = how_many(session)
        session.add(User(user_name=f"number {found}"))

    async def all_at_once() -> None:
        await asyncio.gather(*(database.run(count) for _ in range(12)))

    asyncio.run(all_at_once())
    assert database.run_here(how_many) == 12


def test_a_statement_that_is_wrong_is_not_tried_again(database: Database) -> None:
    calls: list[int] = []

    def work(session: Session) -> None:
        calls.append(1)
        session.execute(text("SELECT nonsense FROM users"))

    with pytest.raises(DBAPIError):
        database.run_here(work)
    assert len(calls) == 1
