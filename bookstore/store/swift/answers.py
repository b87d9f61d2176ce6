"""What Swift answers, read into our records: pure functions of answers already received.

Knows: the shape of Swift's answers.  Must not know: requests.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ...errors import StoreRefused
from ...keys.metadata import decode_metadata, foreign_metadata
from ...records import ObjectVersion, utc_now
from .errors import Answer
from .version_ids import NULL_VERSION, moment_of

VERSION_ID = "X-Object-Version-Id"
_MARKER_TYPE = "application/x-deleted"
_META = "x-object-meta-"


def version_id_of(answer: Answer) -> str:
    """Return the version that an answer names; nothing where none is kept."""
    version_id = answer.headers.get(VERSION_ID, "")
    return "" if version_id == NULL_VERSION else version_id


def is_marker(answer: Answer) -> bool:
    """Does the refusal to give a version say that it is a delete marker?"""
    return answer.headers.get("Content-Type", "").startswith(_MARKER_TYPE)


def etag_of(answer: Answer) -> str:
    """Return the answer's ETag without its quotes."""
    return answer.headers.get("Etag", "").strip('"')


def object_version(key: str, answer: Answer, *, is_latest: bool) -> ObjectVersion:
    """Return the version that an answer to GET or HEAD describes."""
    headers = answer.headers
    meta = {
        name.lower().removeprefix(_META): value
        for name, value in headers.items()
        if name.lower().startswith(_META)
    }
    return ObjectVersion(
        key=key,
        version_id=headers.get(VERSION_ID, NULL_VERSION),
        size_bytes=int(headers.get("Content-Length", 0)),
        modified_at=moment_of(headers.get("X-Timestamp", "")) or _answered_at(headers),
        etag=etag_of(answer),
        is_latest=is_latest,
        metadata=decode_metadata(meta),
        content_type=headers.get("Content-Type", ""),
        foreign=foreign_metadata(meta),
    )


def listed(answer: Answer) -> list[Mapping[str, Any]]:
    """Return the entries of a page."""
    if answer.status == 204:
        return []
    try:
        entries = json.loads(answer.body)
        if all("name" in entry or "subdir" in entry for entry in entries):
            return list(entries)
    except (ValueError, TypeError):
        pass
    raise StoreRefused("The store answered a listing with something else.")


def versions_in(entries: list[Mapping[str, Any]]) -> Iterator[ObjectVersion]:
    """Yield the versions and delete markers of a page, in its order."""
    for entry in entries:
        is_delete_marker = str(entry.get("content_type", "")).startswith(_MARKER_TYPE)
        yield ObjectVersion(
            key=entry["name"],
            version_id=_listed_id(entry),
            size_bytes=int(entry.get("bytes", 0)),
            modified_at=_listed_moment(entry),
            etag="" if is_delete_marker else str(entry.get("hash", "")),
            is_latest=bool(entry.get("is_latest", True)),
            is_delete_marker=is_delete_marker,
            content_type="" if is_delete_marker else str(entry.get("content_type", "")),
        )


def children_in(entries: list[Mapping[str, Any]]) -> Iterator[ObjectVersion | str]:
    """Yield the keys of a page with a delimiter, and its folders by their prefixes."""
    for entry in entries:
        if "subdir" in entry:
            yield str(entry["subdir"])
        else:
            yield from versions_in([entry])


def _listed_id(entry: Mapping[str, Any]) -> str:
    if "version_id" in entry:
        return str(entry["version_id"])
    # Of a container that keeps versions, a listing shows links to the newest of them.
    target = urlsplit(str(entry.get("symlink_path", "")))
    return parse_qs(target.query).get("version-id", [""])[0]


def _listed_moment(entry: Mapping[str, Any]) -> datetime:
    moment = datetime.fromisoformat(str(entry["last_modified"]))
    return moment.replace(tzinfo=timezone.utc)


def _answered_at(headers: Mapping[str, str]) -> datetime:
    for name in ("Last-Modified", "Date"):
        try:
            return parsedate_to_datetime(headers[name]).astimezone(timezone.utc)
        except (KeyError, ValueError):
            continue
    return utc_now()
