"""What a bucket holds, listed page by page, as far as it is taken.

Knows: S3's listings.  Must not know: clients, bodies.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from ...records import DeletedObject, ObjectVersion
from .answers import (
    Answer,
    folders_of,
    in_order,
    must_move_on,
    newest_of,
    next_page_of,
    versions_of,
)

Ask = Callable[[str, str, Mapping[str, Any]], Awaitable[Answer]]
"""Asks for one page: the operation, the prefix, and the parameters that say where to go on."""

_FIRST_PAGE = 128
_LARGEST_PAGE = 1000
"""Those who show versions or keys take fifty or so, for which a store need not list a thousand."""


async def versions(ask: Ask, key: str, after: str) -> AsyncIterator[ObjectVersion]:
    """Yield the versions of exactly *key* that are older than *after*, newest first.

    Nothing comes when there is no version *after*, unless the store goes on from some place all
    the same: S3's documentation does not say.
    """
    goes_on, marker = True, {"KeyMarker": key, "VersionIdMarker": after} if after else {}
    size = _FIRST_PAGE
    while goes_on:
        page = await ask("list_object_versions", key, {**marker, "MaxKeys": size})
        size = _LARGEST_PAGE
        listed, goes_on = versions_of(key, page)
        for version in _told_rightly(listed, marker):
            if version.version_id != after:  # markers of Ceph have been inclusive
                yield version
        if goes_on:
            before, marker = marker, next_page_of(key, page)
            must_move_on(before, marker)


async def objects(ask: Ask, prefix: str, after: str = "") -> AsyncIterator[ObjectVersion]:
    """Yield the newest version of every key that starts with *prefix*, is behind *after* and is
    not deleted."""
    goes_on, marker = True, {"StartAfter": after} if after else {}
    size = _FIRST_PAGE
    while goes_on:
        page = await ask("list_objects_v2", prefix, {**marker, "MaxKeys": size})
        size = _LARGEST_PAGE
        for version in newest_of(page):
            if version.key > after:  # characters compare as their UTF-8 bytes do
                yield version
        goes_on = bool(page.get("IsTruncated"))
        if goes_on:
            token = page.get("NextContinuationToken", "")
            before, marker = marker, {"ContinuationToken": token} if token else {}
            must_move_on(before, marker)


async def children(ask: Ask, prefix: str, after: str = "") -> AsyncIterator[ObjectVersion | str]:
    """Yield the keys and folders directly below *prefix*, that are behind *after*."""
    goes_on, marker = True, {"StartAfter": after} if after else {}
    while goes_on:
        page = await ask("list_objects_v2", prefix, {**marker, "Delimiter": "/"})
        found: list[tuple[str, ObjectVersion | str]] = [
            (each.key, each) for each in newest_of(page)
        ]
        found += [(folder, folder) for folder in folders_of(page)]
        for key, child in sorted(found, key=lambda each: each[0]):
            if key > after:  # characters compare as their UTF-8 bytes do
                yield child
        goes_on = bool(page.get("IsTruncated"))
        if goes_on:
            token = page.get("NextContinuationToken", "")
            before, marker = marker, {"ContinuationToken": token} if token else {}
            must_move_on(before, marker)


async def deleted(ask: Ask, prefix: str, after: str) -> AsyncIterator[DeletedObject]:
    """Yield every key below *prefix* and behind *after* whose newest version is a delete marker
    with a version below it.

    S3 has no listing of these alone: every version below *prefix* is listed to find them.
    """
    marker: ObjectVersion | None = None
    async for version in _all_versions(ask, prefix, after):
        if version.is_delete_marker and version.is_latest:
            marker = version
        elif marker and marker.key == version.key and not version.is_delete_marker:
            yield DeletedObject(key=marker.key, deleted_at=marker.modified_at, last=version)
            marker = None


async def _all_versions(ask: Ask, prefix: str, after: str) -> AsyncIterator[ObjectVersion]:
    goes_on, marker = True, {"KeyMarker": after} if after else {}
    while goes_on:
        page = await ask("list_object_versions", prefix, marker)
        listed = in_order(page)
        for version in _told_rightly(listed, marker):
            if version.key > after:  # characters compare as their UTF-8 bytes do
                yield version
        goes_on = bool(page.get("IsTruncated"))
        if goes_on:
            before, marker = marker, next_page_of(listed[-1].key if listed else "", page)
            must_move_on(before, marker)


def _told_rightly(listed: list[ObjectVersion], marker: Mapping[str, str]) -> list[ObjectVersion]:
    """Return a page's entries, none of the key within which the page begins as its newest.

    Swift takes the first delete marker that it meets for the newest of its key, also behind newer
    versions that stood on the page before.
    """
    within = marker.get("KeyMarker") if "VersionIdMarker" in marker else None
    return [
        replace(version, is_latest=False) if version.key == within else version
        for version in listed
    ]
