"""What a container holds, listed page by page, as far as it is taken.

Knows: Swift's listings.  Must not know: clients, bodies.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from ...errors import StoreUnavailable, VersionNotFound
from ...records import DeletedObject, ObjectVersion
from .version_ids import just_newer

Ask = Callable[[Mapping[str, str]], Awaitable[Sequence[ObjectVersion]]]
"""Asks for one page, with these parameters."""

_FIRST_PAGE = 128
_LARGEST_PAGE = 1000
"""Those who show versions or keys take fifty or so, for which a store need not list a thousand."""


async def versions(ask: Ask, key: str, after: str) -> AsyncIterator[ObjectVersion]:
    """Yield the versions of exactly *key* that are older than *after*, newest first.

    Raises :class:`~bookstore.errors.VersionNotFound` when there is no version *after*.
    """
    marker, is_behind = _place_of(key, after), not after
    async for version in _versions(ask, key, marker):
        if version.key != key:  # keys come in order: those that begin with this one come behind it
            break
        if is_behind:
            yield version
        elif version.version_id == after:
            is_behind = True
        elif marker:  # where it would be first
            break
    if not is_behind:
        raise VersionNotFound(f"{key!r} has no version {after!r}.")


async def objects(ask: Ask, prefix: str, after: str = "") -> AsyncIterator[ObjectVersion]:
    """Yield the newest version of every key that starts with *prefix*, is behind *after* and is
    not deleted."""
    marker, size = after, _FIRST_PAGE
    while True:
        page = await ask(_asked(size, prefix=prefix, marker=marker))
        for version in page:
            yield version
        if len(page) < size:
            return
        if page[-1].key <= marker:
            raise _stuck()
        marker, size = page[-1].key, _LARGEST_PAGE


async def children(
    ask: Callable[[Mapping[str, str]], Awaitable[Sequence[ObjectVersion | str]]],
    prefix: str,
    after: str = "",
) -> AsyncIterator[ObjectVersion | str]:
    """Yield the keys and folders directly below *prefix*, that are behind *after*."""
    marker = after
    while True:
        page = await ask(_asked(_LARGEST_PAGE, prefix=prefix, marker=marker, delimiter="/"))
        for child in page:
            if not isinstance(child, str) or child > after:
                yield child
        if len(page) < _LARGEST_PAGE:
            return
        last = page[-1]
        before, marker = marker, last if isinstance(last, str) else last.key
        if marker <= before:
            raise _stuck()


async def deleted(ask: Ask, prefix: str, after: str) -> AsyncIterator[DeletedObject]:
    """Yield every key below *prefix* and behind *after* whose newest version is a delete marker
    with a version below it, or was removed by itself.

    Swift has no listing of these alone: every version below *prefix* is listed to find them.
    """
    newest: ObjectVersion | None = None
    last: ObjectVersion | None = None
    is_there = False
    async for version in _versions(ask, prefix, {"marker": after} if after else {}):
        if newest is None or version.key != newest.key:
            if newest and last and not is_there:
                yield _deleted(newest, last)
            newest, last, is_there = version, None, False
        if not version.is_delete_marker:
            last = last or version
            is_there = is_there or version.is_latest  # brought back from below a marker, it may be
    if newest and last and not is_there:
        yield _deleted(newest, last)


async def _versions(
    ask: Ask, prefix: str, start: Mapping[str, str]
) -> AsyncIterator[ObjectVersion]:
    """Yield all versions below *prefix*, by key, those of a key newest first.

    Swift takes the first delete marker of a key on a page for the newest of all, also behind newer
    versions that stood on the page before.
    """
    place, size = dict(start), _FIRST_PAGE
    above = place["marker"] if "version_marker" in place else None
    while True:
        page = await ask(_asked(size, versions="", prefix=prefix, **place))
        for version in page:
            is_below = version.is_delete_marker and version.key == above
            yield replace(version, is_latest=False) if is_below else version
            above = version.key
        if len(page) < size:
            return
        before = place
        place = {"marker": page[-1].key, "version_marker": page[-1].version_id}
        if place == before:
            raise _stuck()
        size = _LARGEST_PAGE


def _place_of(key: str, version_id: str) -> dict[str, str]:
    """Return where to begin for *version_id* to be the first, as far as its form tells that."""
    newer = just_newer(version_id)
    return {"marker": key, "version_marker": newer} if newer else {}


def _asked(size: int, **parameters: str) -> dict[str, str]:
    kept = {name: value for name, value in parameters.items() if value or name == "versions"}
    return {"format": "json", "limit": str(size), **kept}


def _deleted(newest: ObjectVersion, last: ObjectVersion) -> DeletedObject:
    return DeletedObject(key=newest.key, deleted_at=newest.modified_at, last=last)


def _stuck() -> StoreUnavailable:
    return StoreUnavailable("The store began a listing and does not say how it goes on.")
