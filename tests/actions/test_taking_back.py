"""What was public is private again, under whatever name the notebook was then."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from notebooks import model
from traitlets.config import Configurable

from bookstore.actions.links import LinkWish, link, take_back
from bookstore.actions.publish import publish
from bookstore.archive.manager import BookstoreContentsArchiver
from bookstore.bookstore_config import BookstoreSettings
from bookstore.store.memory import MemoryStore
from bookstore.wiring import Bookstore, build_bookstore

pytestmark = pytest.mark.asyncio


class OpenStore(MemoryStore):
    """One with addresses, and what of it everybody may read."""

    has_addresses = True

    def __init__(self) -> None:
        super().__init__()
        self.public: set[tuple[str, str]] = set()

    async def make_public(self, key: str, version_id: str) -> str:
        self.public.add((key, version_id))
        return f"https://store.test/{key}?versionId={version_id}"

    async def make_private(self, key: str, version_id: str) -> None:
        self.public.discard((key, version_id))


class Desk:
    """What somebody does with notebooks and links to them."""

    def __init__(self, manager: BookstoreContentsArchiver, store: OpenStore) -> None:
        self.manager, self.bookstore, self.store = manager, manager.bookstore, store

    async def save(self, path: str, source: str) -> None:
        """Save what a notebook says."""
        await self.manager.save(model(source), path)
        await self.bookstore.uploader.drain(deadline_s=20)

    async def rename(self, old: str, new: str) -> None:
        """Give a notebook another name."""
        await self.manager.rename(old, new)
        await self.bookstore.uploader.drain(deadline_s=20)

    async def open(self, path: str, *, published: bool = False) -> None:
        """Let everybody read the newest version."""
        await link(self.bookstore, path, LinkWish(public=True, published=published), author="ada")

    async def take_back(self, path: str, *, published: bool = False) -> int:
        """Let nobody read any; return how many there are."""
        asked = take_back(self.bookstore, path, published=published, author="ada")
        versions: int = (await asked)["versions"]
        return versions

    @property
    def public(self) -> list[str]:
        """The keys that everybody reads a version of."""
        return sorted(key for key, _ in self.store.public)


@pytest_asyncio.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """A server's, whose store is open to the world."""
    (tmp_path / "root").mkdir()
    root, server, store = str(tmp_path / "root"), Configurable(), OpenStore()
    settings = BookstoreSettings(outbox_dir=str(tmp_path / "outbox"), links_public=True)
    bookstore = build_bookstore(settings, root_dir=root, log=settings.log, store=store)
    vars(server)["_bookstore"] = bookstore
    yield Desk(BookstoreContentsArchiver(parent=server, root_dir=root), store)
    await bookstore.close(deadline_s=10)


async def test_names_that_it_had_are_taken_back_too(desk: Desk) -> None:
    await desk.save("a.ipynb", "1")
    await desk.open("a.ipynb")
    await desk.save("a.ipynb", "2")
    await desk.open("a.ipynb")
    await desk.rename("a.ipynb", "b.ipynb")
    await desk.open("b.ipynb")
    await desk.rename("b.ipynb", "c.ipynb")
    assert len(desk.public) == 3

    assert await desk.take_back("c.ipynb") == 4

    assert desk.public == []


async def test_what_has_an_old_name_now_stays_public(desk: Desk) -> None:
    """It is another notebook, and so is what this one is a copy of."""
    await desk.save("a.ipynb", "1")
    await desk.rename("a.ipynb", "b.ipynb")
    await desk.save("a.ipynb", "another")
    await desk.open("a.ipynb")
    await desk.open("b.ipynb")
    copy = (await desk.manager.copy("b.ipynb", "copy.ipynb"))["path"]
    await desk.bookstore.uploader.drain(deadline_s=20)
    await desk.open(copy)

    await desk.take_back(copy)
    assert desk.public == ["workspace/a.ipynb", "workspace/b.ipynb"]
    await desk.take_back("b.ipynb")
    assert desk.public == ["workspace/a.ipynb"]


async def test_of_what_was_published_as_well(desk: Desk) -> None:
    """What another notebook of the old name published since stays."""
    await desk.save("a.ipynb", "1")
    await publish(desk.bookstore, desk.manager, "a.ipynb", author="ada")
    await desk.open("a.ipynb", published=True)
    await desk.rename("a.ipynb", "b.ipynb")
    await desk.save("a.ipynb", "another")
    await publish(desk.bookstore, desk.manager, "a.ipynb", author="ada")
    await desk.open("a.ipynb", published=True)
    assert desk.public == ["published/a.ipynb"] * 2

    assert await desk.take_back("b.ipynb", published=True) == 1

    assert desk.public == ["published/a.ipynb"]


async def test_each_version_has_the_time_that_a_request_may_take(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand cannot be made private in that time, and half of them would stay public."""
    for source in ("1", "2", "3"):
        await desk.save("a.ipynb", source)
    within, asked = Bookstore.within, list[str]()

    async def spying(bookstore: Bookstore, work: Awaitable[Any], **how: Any) -> Any:
        asked.append(getattr(work, "__name__", ""))
        return await within(bookstore, work, **how)

    monkeypatch.setattr(Bookstore, "within", spying)
    assert await desk.take_back("a.ipynb") == 3
    assert asked.count("make_private") == 3
