"""Remove versions of one key for good.

Knows: in what Swift's versions differ from S3's.  Must not know: which versions may go.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from typing import NamedTuple

from ...records import ObjectVersion

_AT_ONCE = 8
_MOST_LOOKS = 8


class Line(NamedTuple):
    """What can be done with the versions of one key."""

    versions: Callable[[], AsyncIterator[ObjectVersion]]
    """Lists them, newest first."""
    remove: Callable[[str], Awaitable[bool]]
    """Removes one, and tells whether it was there."""
    make_current: Callable[[str], Awaitable[None]]
    """Makes one what the key stands for, which copies nothing."""


async def remove_versions(line: Line, version_ids: Collection[str]) -> int:
    """Remove these versions; return how many there were.

    Behind a current version that is removed Swift puts none: its heir is made the current one
    beforehand, so that the key is there all the time.
    """
    wanted = frozenset(version_ids)
    has_heir = await _put_heir(line, wanted)
    at_once = asyncio.Semaphore(_AT_ONCE)

    async def one(version_id: str) -> bool:
        async with at_once:
            return await line.remove(version_id)

    tasks = [asyncio.ensure_future(one(version_id)) for version_id in wanted]
    try:
        gone = sum(await asyncio.gather(*tasks))
    finally:
        for task in tasks:  # one failed: asking again goes on
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for _ in range(_MOST_LOOKS if has_heir else 0):
        if await _is_newest_current(line):
            break
    return gone


async def _put_heir(line: Line, removed: frozenset[str]) -> bool:
    """Make the newest version that is not *removed* the current one, if that one is removed."""
    heir: ObjectVersion | None = None
    is_removed = False
    async for version in line.versions():
        if version.version_id in removed:
            is_removed = is_removed or version.is_latest
        elif version.is_latest and not version.is_delete_marker:
            return False
        else:
            heir = heir or version
        if heir and is_removed:
            break
    if not (heir and is_removed) or heir.is_delete_marker:
        return False
    await line.make_current(heir.version_id)
    return True


async def _is_newest_current(line: Line) -> bool:
    """What was put meanwhile must not be hidden behind the heir: if it is, make it current."""
    async for version in line.versions():
        if not version.is_latest and not version.is_delete_marker:
            await line.make_current(version.version_id)
            return False
        break
    return True
