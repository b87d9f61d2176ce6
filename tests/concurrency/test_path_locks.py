"""Paths are held in the order they are asked for, folders together with what is in them."""

from __future__ import annotations

import asyncio

import pytest

from bookstore.concurrency.background import start_in_background
from bookstore.concurrency.path_locks import PathLocks, TreeLock

pytestmark = pytest.mark.asyncio


async def settle() -> None:
    """Let everything that can run do so."""
    for _ in range(10):
        await asyncio.sleep(0)


class Holder:
    """Someone who holds paths until told to let go, in a task of its own."""

    def __init__(self, lock: TreeLock, *paths: str) -> None:
        self.has = False
        self.let_go = asyncio.Event()
        self.task = start_in_background(self._hold(lock, *paths))

    async def _hold(self, lock: TreeLock, *paths: str) -> None:
        async with lock.hold(*paths):
            self.has = True
            await self.let_go.wait()

    async def end(self) -> None:
        self.let_go.set()
        await self.task


@pytest.mark.parametrize(
    ("held", "asked", "waits"),
    [
        ("a/b.ipynb", "a/b.ipynb", True),
        ("a", "a/b.ipynb", True),
        ("a/b.ipynb", "a", True),
        ("", "a/b.ipynb", True),
        ("a/b.ipynb", "a/c.ipynb", False),
        ("a", "ab", False),
    ],
)
async def test_a_path_waits_for_itself_its_folders_and_what_is_in_it(
    held: str, asked: str, waits: bool
) -> None:
    lock = TreeLock()
    first = Holder(lock, held)
    await settle()
    second = Holder(lock, asked)
    await settle()
    assert second.has is not waits
    await first.end()
    await settle()
    assert second.has
    await second.end()
    assert len(lock) == 0


async def test_claims_are_served_in_the_order_they_were_made() -> None:
    lock = TreeLock()
    file, folder, later = Holder(lock, "a/b"), Holder(lock, "a"), Holder(lock, "a/c")
    await settle()
    assert (file.has, folder.has, later.has) == (True, False, False)
    await file.end()
    await settle()
    assert (folder.has, later.has) == (True, False)
    await folder.end()
    await settle()
    assert later.has
    await later.end()


async def test_who_holds_a_path_may_claim_it_and_what_is_in_it_again() -> None:
    lock = TreeLock()
    async with lock.hold("a", "b.ipynb"), lock.hold("b.ipynb"), lock.hold("a/deep/c.ipynb"):
        assert len(lock) == 1
    assert len(lock) == 0


async def test_work_in_the_background_does_not_inherit_what_is_held() -> None:
    lock = TreeLock()
    async with lock.hold("a"):
        other = Holder(lock, "a")
        await settle()
        assert not other.has
    await other.end()


async def test_a_claim_that_is_cancelled_stands_in_nobodys_way() -> None:
    lock = TreeLock()
    first, second, third = Holder(lock, "a"), Holder(lock, "a"), Holder(lock, "a")
    await settle()
    second.task.cancel()
    await first.end()
    await settle()
    assert third.has
    await third.end()
    assert len(lock) == 0


async def test_a_lock_per_path_is_kept_only_while_it_is_used() -> None:
    locks = PathLocks()
    async with locks.hold("a"):
        assert locks["a"].locked()
    assert locks == {}


async def test_whoever_holds_a_folder_holds_what_is_in_it_and_nobody_else_does() -> None:
    tree = TreeLock()

    async def of_another(path: str) -> bool:
        return tree.holds(path)

    async with tree.hold("a"):
        assert tree.holds("a")
        assert tree.holds("a/b")
        assert not tree.holds("ab")
        assert not await start_in_background(of_another("a"))
    assert not tree.holds("a")
