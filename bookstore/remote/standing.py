"""In which order the versions of a file stand: what one was put over, and who had seen that.

Knows: the store.  Must not know: paths, folders, Jupyter.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from dataclasses import replace

from ..errors import StoreUnavailable, VersionNotFound
from ..records import ObjectVersion
from ..store.base import ObjectStore


async def unseen(
    store: ObjectStore, mine: ObjectVersion, base: ObjectVersion | None, own: Collection[str]
) -> ObjectVersion | None:
    """Return what *mine* was put over, or what was put over *mine*, and whoever put it had not
    seen; None where there is nothing like that.

    *base* is the version that was seen last, *own* are the save IDs of whoever put *mine*.
    """
    newest, is_below = None, False
    async for found in store.versions(mine.key):
        newest = newest or found
        if found.version_id == mine.version_id:
            if not await _is_same(store, newest, mine):
                return replace(newest, is_latest=True)
            is_below = True
        elif base is not None and found.version_id == base.version_id:
            break
        elif is_below and found.etag != mine.etag:  # else it is what was put, sent twice
            if found.is_delete_marker or (base and await _is_same(store, found, base)):
                break
            if await _save_id_of(store, found) not in own:
                return replace(found, is_latest=False)
    if not is_below:
        raise _not_listed(mine)
    return None


async def below(store: ObjectStore, version: ObjectVersion) -> ObjectVersion | None:
    """Return the version that stands right below *version*, and is not that, sent twice."""
    save_id = (version.metadata or {}).get("save-id", "")
    async for found in _versions_below(store, version):
        is_other = found.is_delete_marker or not save_id or found.etag != version.etag
        if is_other or await _save_id_of(store, found) != save_id:
            return found
    return None


async def ever_had(store: ObjectStore, key: str, etag: str) -> bool:
    """Was there a version of *key* with this ETag?"""
    async for found in store.versions(key):
        if found.etag == etag:
            return True
    return False


async def _is_same(store: ObjectStore, version: ObjectVersion, one: ObjectVersion) -> bool:
    """Is *version* what *one* is, or that put back on top, or its deletion?"""
    if version.is_delete_marker or one.version_id == version.version_id:
        return True
    save_id = (one.metadata or {}).get("save-id", "")
    if not save_id:
        return one.etag == version.etag
    return await _save_id_of(store, version) == save_id


async def _save_id_of(store: ObjectStore, version: ObjectVersion) -> str:
    facts = await store.head(version.key, version_id=version.version_id)
    return (facts.metadata or {}).get("save-id", "")


async def _versions_below(
    store: ObjectStore, version: ObjectVersion
) -> AsyncIterator[ObjectVersion]:
    try:
        async for found in store.versions(version.key, after=version.version_id):
            yield found
    except VersionNotFound as error:
        raise _not_listed(version) from error


def _not_listed(version: ObjectVersion) -> StoreUnavailable:
    message = f"{version.key}: the store does not list yet what was put there."
    return StoreUnavailable(message, hint="Nothing is lost. Try again.")
