"""Files in the store that several people edit, and restores in open editors, are told truly."""

from __future__ import annotations

from pathlib import Path

import pytest
from notebooks import model
from remote_contents import manager_on, notebook_model
from tornado.web import HTTPError

from bookstore.editors.announcements import Announcement
from bookstore.editors.reasons import Reason
from bookstore.errors import StoreUnavailable
from bookstore.history import Entry
from bookstore.notebooks.resemblance import Content
from bookstore.records import ObjectVersion
from bookstore.remote import ObjectStoreContentsManager
from bookstore.store.memory import MemoryStore

pytestmark = pytest.mark.asyncio

Manager = ObjectStoreContentsManager
PATH, KEY, ROOM = "plan.ipynb", "workspace/plan.ipynb", "json:notebook:1"
PYTHON = {"name": "python3", "display_name": "Python 3", "language": "python"}
IPYTHON = {"name": "python", "version": "3.11.7"}


class Failing(MemoryStore):
    """A store that can be away."""

    is_away = False

    async def put(self, *args: object, **facts: object) -> ObjectVersion:
        if self.is_away:
            raise StoreUnavailable("The store is away.")
        return await super().put(*args, **facts)  # type: ignore[arg-type]


@pytest.fixture
def memory() -> Failing:
    """What the files are in."""
    return Failing()


@pytest.fixture
def server(memory: Failing, tmp_path: Path) -> Manager:
    """A server on which people have a notebook open together."""
    manager = manager_on(memory, tmp_path, keep_refused=False)
    manager.bookstore.shared.open(ROOM, lambda: PATH)
    return manager


async def made_by(memory: MemoryStore) -> list[tuple[str, str]]:
    """Who made each version and what it is, oldest first."""
    versions = [version async for version in memory.versions(KEY)]
    facts = [await memory.head(KEY, version_id=version.version_id) for version in versions]
    entries = [Entry.of_version(each) for each in reversed(facts)]
    return [(entry.author, entry.kind) for entry in entries]


async def test_a_version_names_all_who_edited_it_since_the_one_before(
    server: Manager, memory: Failing
) -> None:
    shared = server.bookstore.shared
    for authors in (["ada", "bob"], ["bob"]):
        for author in authors:
            shared.note_edit(ROOM, author)
        await server.save(notebook_model(f"of {authors}"), PATH)
    assert await made_by(memory) == [("ada, bob", "save"), ("bob", "save")]


async def test_whoever_edited_is_named_once_the_store_is_back(
    server: Manager, memory: Failing
) -> None:
    await server.save(notebook_model("1"), PATH)
    server.bookstore.shared.note_edit(ROOM, "ada")
    memory.is_away = True
    with pytest.raises(HTTPError, match="503"):
        await server.save(notebook_model("2"), PATH)
    memory.is_away = False
    await server.save(notebook_model("2"), PATH)
    assert (await made_by(memory))[1:] == [("ada", "save")]


async def test_what_an_editor_writes_when_it_opens_a_shared_notebook_makes_no_version(
    server: Manager, memory: Failing
) -> None:
    """The next version brings it along."""
    named = {"name": "python3", "display_name": "Python 3"}
    await server.save(model("1", kernelspec=named), PATH)
    opened = await server.get(PATH)
    server.bookstore.shared.note_edit(ROOM, "ada", of_metadata=True)
    told = await server.save(model("1", kernelspec=PYTHON, language_info=IPYTHON), PATH)
    assert told["last_modified"] == opened["last_modified"]
    assert len(await made_by(memory)) == 1

    server.bookstore.shared.note_edit(ROOM, "bob")
    await server.save(model("2", kernelspec=PYTHON, language_info=IPYTHON), PATH)
    assert (await made_by(memory))[1:] == [("bob", "save")]
    assert (await server.get(PATH))["content"]["metadata"]["language_info"] == IPYTHON


async def test_another_kernel_makes_a_version(server: Manager, memory: Failing) -> None:
    await server.save(model("1", kernelspec=PYTHON), PATH)
    await server.get(PATH)
    server.bookstore.shared.note_edit(ROOM, "ada", of_metadata=True)
    await server.save(model("1", kernelspec={**PYTHON, "name": "julia"}), PATH)
    assert (await made_by(memory))[1:] == [("ada", "save")]


async def test_a_version_that_comes_back_in_an_open_editor_is_a_restore(
    server: Manager, memory: Failing
) -> None:
    """As it was announced, and only the first save of it."""
    for source in ("1", "2"):
        await server.save(notebook_model(source), PATH)
    [newest, oldest] = [version async for version in memory.versions(KEY)]
    before, back = [
        Content.of((await memory.get(KEY, version_id=version.version_id)).body)
        for version in (newest, oldest)
    ]
    why = Reason("restore", source=f"{KEY}?{oldest.version_id}", author="ada")
    announcement = Announcement(reason=why, version=back, before=before)
    server.bookstore.announcements.announce(PATH, announcement)
    for source in ("3", "1", "1"):
        await server.save(notebook_model(source), PATH)
    assert [kind for _, kind in (await made_by(memory))[2:]] == ["save", "restore", "save"]
