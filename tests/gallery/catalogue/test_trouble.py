"""The store is away, or its answers are lost, at any request: what is done again is then done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from catalogues import PREFIX, People, ipynb, put_there, rows, shown_and_listed

from bookstore.errors import StoreError, StoreUnavailable
from bookstore.gallery.catalogue import Catalogue, NoSuchNotebook, PublicationRefused, Rules
from bookstore.gallery.catalogue.deleting import delete, restore
from bookstore.gallery.catalogue.errors import BeingPublished
from bookstore.gallery.catalogue.forking import fork
from bookstore.gallery.catalogue.publication import Published
from bookstore.gallery.catalogue.reading import body
from bookstore.gallery.catalogue.reconciling import reconcile
from bookstore.gallery.catalogue.synchronising import synchronise
from bookstore.gallery.database.models import (
    Deletion,
    Notebook,
    Publishing,
    Revision,
    StoredRevision,
    now,
)
from bookstore.gallery.database.sessions import Database
from bookstore.store.memory import MemoryStore

pytestmark = pytest.mark.asyncio
AT_ONCE = Rules(publishing_limit=timedelta(0))
AWAY = StoreUnavailable("away")


class MoodyStore(MemoryStore):
    """A store that is away at one of its requests, or does that one and loses the answer."""

    def __init__(self) -> None:
        super().__init__("shelf")
        self.left: int | None = None
        self.is_done_all_the_same = False

    def be_moody(self, after: int, *, is_done_all_the_same: bool) -> None:
        self.left, self.is_done_all_the_same = after, is_done_all_the_same

    def _is_bad(self) -> bool:
        if self.left is None:
            return False
        self.left -= 1
        return self.left == -1

    async def _asked(self, request: Awaitable[Any]) -> Any:
        is_bad = self._is_bad()
        if is_bad and not self.is_done_all_the_same:
            asyncio.ensure_future(request).cancel()
            raise AWAY
        answer = await request
        if is_bad:
            raise AWAY
        return answer

    async def put(self, *given: Any, **named: Any) -> Any:
        return await self._asked(super().put(*given, **named))

    async def get(self, *given: Any, **named: Any) -> Any:
        return await self._asked(super().get(*given, **named))

    async def head(self, *given: Any, **named: Any) -> Any:
        return await self._asked(super().head(*given, **named))

    async def remove(self, *given: Any, **named: Any) -> Any:
        return await self._asked(super().remove(*given, **named))

    async def delete(self, *given: Any, **named: Any) -> Any:
        return await self._asked(super().delete(*given, **named))

    async def versions(self, *given: Any, **named: Any) -> AsyncIterator[Any]:
        if self._is_bad():
            raise AWAY
        async for each in super().versions(*given, **named):
            yield each

    async def list(self, *given: Any, **named: Any) -> AsyncIterator[Any]:
        if self._is_bad():
            raise AWAY
        async for each in super().list(*given, **named):
            yield each


@pytest.fixture
def moody(catalogue: Catalogue) -> Catalogue:
    return replace(catalogue, store=MoodyStore(), rules=AT_ONCE)


def store_of(catalogue: Catalogue) -> MoodyStore:
    assert isinstance(catalogue.store, MoodyStore)
    return catalogue.store


async def agreed(catalogue: Catalogue) -> None:
    """The store lists what is shown, in its newest revision, and nothing waits."""
    shown, listed = await shown_and_listed(catalogue)
    assert listed == shown
    assert rows(catalogue, Publishing, Publishing.finished_at.is_(None)) == []
    assert rows(catalogue, Deletion, Deletion.version_id.is_(None)) == []


async def others_put(catalogue: Catalogue, people: People, uuid: str, number: int) -> None:
    store = store_of(catalogue)
    kept, store.left = store.left, None
    for name in ("one", "two"):
        key = f"{PREFIX}{name}.ipynb"
        await store.put(key, ipynb(f"x = {number}"), metadata={}, content_type="x/y")
    store.left = kept


async def take_in(catalogue: Catalogue, people: People, uuid: str, number: int) -> None:
    done = await synchronise(catalogue)
    if done.problems:
        raise AWAY


DEEDS: dict[str, Callable[[Catalogue, People, str, int], Awaitable[object]]] = {
    "publish": lambda c, p, _, n: put_there(c, p.ada, title=f"Title {n}", token=f"{n}"),
    "revise": lambda c, p, uuid, n: put_there(
        c, p.ada, uuid=uuid, title=None, body=ipynb(f"x = {n}"), token=f"{n}"
    ),
    "fork": lambda c, p, uuid, n: fork(c, p.ada, uuid, title=f"Title {n}", token=f"{n}"),
    "delete": lambda c, p, uuid, _: delete(c, p.ada, uuid),
    "restore": lambda c, p, uuid, _: restore(c, p.ada, uuid),
    "take in": take_in,
}


@pytest.mark.parametrize("lost", [False, True])
@pytest.mark.parametrize("deed", DEEDS)
async def test_what_failed_at_any_request_is_done_when_it_is_asked_for_again(
    moody: Catalogue, people: People, deed: str, lost: bool
) -> None:
    do, store = DEEDS[deed], store_of(moody)
    uuid = (await put_there(moody, people.ada, public=True)).uuid
    failed = True
    for number in range(20):
        if deed == "restore" and not rows(moody, Deletion):
            await delete(moody, people.ada, uuid)
        if deed == "delete" and rows(moody, Deletion):
            await restore(moody, people.ada, uuid)
        if deed == "take in":
            await others_put(moody, people, uuid, number)
        store.be_moody(number, is_done_all_the_same=lost)
        try:
            await do(moody, people, uuid, number)
            failed = False
        except StoreError:
            failed = True
        store.left = None
        if failed:
            try:
                await do(moody, people, uuid, number)
            except NoSuchNotebook:  # it is done already
                assert deed in ("delete", "restore")
            await reconcile(moody)
        await agreed(moody)
        assert bool(rows(moody, Deletion)) == (deed == "delete")
        if not failed:
            break
    assert not failed
    assert number > 0


async def test_a_reader_is_told_that_the_store_is_away(moody: Catalogue, people: People) -> None:
    uuid = (await put_there(moody, people.ada)).uuid
    store_of(moody).be_moody(0, is_done_all_the_same=False)
    with pytest.raises(StoreUnavailable):
        await body(moody, people.ada, uuid)


async def test_what_began_before_a_clock_was_put_back_does_not_wait_for_years(
    moody: Catalogue, people: People
) -> None:
    usual = replace(moody, rules=Rules())
    uuid = (await put_there(usual, people.ada)).uuid
    store_of(moody).be_moody(0, is_done_all_the_same=True)
    with pytest.raises(StoreUnavailable):
        await put_there(usual, people.ada, uuid=uuid, title=None, body=ipynb("y = 2"))
    with pytest.raises(BeingPublished):
        await put_there(usual, people.ada, uuid=uuid, title=None)
    [waiting] = rows(usual, Publishing, Publishing.finished_at.is_(None))

    def turn_the_clock_back(session: Any) -> None:
        session.get(Publishing, waiting.id).created_at = now() + timedelta(days=2000)

    usual.database.run_here(turn_the_clock_back)
    assert (await reconcile(usual)).finished == 1
    await agreed(usual)
    assert b"y = 2" in await body(usual, people.ada, uuid)


# -- several processes -----------------------------------------------------------------------------


@pytest.fixture
def hosts(catalogue: Catalogue, gallery: str) -> Iterator[list[Catalogue]]:
    """The gallery as several processes have it, each with connections of its own."""
    with ExitStack() as stack:
        databases = [Database(gallery) for _ in range(3)]
        for database in databases:
            stack.callback(database.engine.dispose)
        yield [replace(catalogue, database=database) for database in databases]


@pytest.mark.parametrize("overwrite", [False, True])
async def test_each_owner_has_one_notebook_of_a_title_whoever_publishes_at_once(
    hosts: list[Catalogue], catalogue: Catalogue, people: People, overwrite: bool
) -> None:
    answers = await asyncio.gather(
        *(
            put_there(host, actor, owner=owner, overwrite=overwrite, body=ipynb(f"x = {number}"))
            for number, host in enumerate(hosts)
            for actor, owner in ((people.ada, "self"), (people.cy, "self"))
            for _ in range(2)
        ),
        *(put_there(host, people.ada, owner="group:readers") for host in hosts),
        return_exceptions=True,
    )
    published = [each for each in answers if isinstance(each, Published)]
    refused = [each for each in answers if isinstance(each, PublicationRefused | BeingPublished)]
    assert len(published) + len(refused) == len(answers) == 15
    owners = [(row.owner_type, row.owner_id) for row in rows(catalogue, Notebook)]
    assert len(owners) == len(set(owners)) == 3
    assert {each.uuid for each in published} == {row.uuid for row in rows(catalogue, Notebook)}
    assert len(rows(catalogue, Revision)) == len(published)
    for row in rows(catalogue, Notebook):
        newest = rows(catalogue, Revision, Revision.notebook_id == row.id)[-1]
        [stored] = rows(catalogue, StoredRevision, StoredRevision.revision_id == newest.id)
        head = await catalogue.store.head(catalogue.key_of(row.uuid))
        assert head.version_id == stored.version_id
