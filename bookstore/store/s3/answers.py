"""What S3 answers, read into our records: pure functions of answers already received.

Knows: the shape of botocore's answers.  Must not know: clients, errors of the wire.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import unquote_plus

from ...errors import StoreUnavailable
from ...keys.metadata import decode_metadata, foreign_metadata
from ...records import ObjectVersion, utc_now

Answer = Mapping[str, Any]

KINDS_IN_ORDER = "BookstoreKindsInOrder"
"""Under this name a listing's answer holds the order of its entries (see ``note_order``)."""

_MD5 = re.compile(r"[0-9a-f]{32}")
_KIND = re.compile(rb"<(Version|DeleteMarker)>")


def note_order(
    *, response_dict: Answer, customized_response_dict: dict[str, Any], **_: Any
) -> None:
    """Keep the order of versions and delete markers, which botocore parses into two lists.

    A listener of botocore's ``before-parse`` event.  Timestamps cannot tell that order again:
    they have a resolution of a second, and a backlog is delivered many versions a second.
    """
    body = response_dict["body"]
    customized_response_dict[KINDS_IN_ORDER] = [kind.decode() for kind in _KIND.findall(body)]


def keeps_versions(answer: Answer) -> bool:
    """Does the answer to a put or delete name a version that will be kept?"""
    return answer.get("VersionId") not in (None, "", "null")


def etag_of(answer: Answer) -> str:
    """Return the answer's ETag without its quotes."""
    return str(answer.get("ETag", "")).strip('"')


def contradicts(answer: Answer, md5: str) -> bool:
    """Does the answer to a put say that another body was stored than the one with this MD5?

    Only a plain MD5 can say so; with KMS encryption an ETag is 32 digits of something else.
    """
    if str(answer.get("ServerSideEncryption", "")).startswith("aws:kms"):
        return False
    etag = etag_of(answer).lower()
    return _MD5.fullmatch(etag) is not None and etag != md5


def answered_at(answer: Answer) -> datetime:
    """Return when the store answered, by its own clock if it says."""
    headers = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    try:
        return parsedate_to_datetime(headers["date"]).astimezone(timezone.utc)
    except (KeyError, ValueError):
        return utc_now()


def object_version(key: str, answer: Answer, *, is_latest: bool) -> ObjectVersion:
    """Return the version that an answer to GET or HEAD describes."""
    return ObjectVersion(
        key=key,
        version_id=answer.get("VersionId", "null"),
        size_bytes=int(answer.get("ContentLength", 0)),
        modified_at=_modified_at(answer),
        etag=etag_of(answer),
        is_latest=is_latest,
        metadata=decode_metadata(answer.get("Metadata", {})),
        content_type=answer.get("ContentType", ""),
        foreign=foreign_metadata(answer.get("Metadata", {})),
    )


def versions_of(key: str, page: Answer) -> tuple[list[ObjectVersion], bool]:
    """Return a page's versions of exactly *key*, newest first, and whether more may follow.

    Keys come in order, so the first other key of this prefix ends those of *key*.
    """
    entries = in_order(page)
    exact = [entry for entry in entries if entry.key == key]
    return exact, bool(page.get("IsTruncated")) and len(exact) == len(entries)


def newest_of(page: Answer) -> list[ObjectVersion]:
    """Return the objects of a page of ``list_objects_v2``."""
    return [_listed(entry, page, is_delete_marker=False) for entry in page.get("Contents", ())]


def folders_of(page: Answer) -> list[str]:
    """Return the common prefixes of a page of ``list_objects_v2``."""
    prefixes = [str(each["Prefix"]) for each in page.get("CommonPrefixes", ())]
    is_encoded = page.get("EncodingType") == "url"
    return [unquote_plus(prefix) if is_encoded else prefix for prefix in prefixes]


def next_page_of(key: str, page: Answer) -> dict[str, str]:
    """Return the parameters that ask for the page after *page*, the last entry of which is one of
    *key*."""
    marker = str(page.get("NextKeyMarker", ""))
    # Amazon URL-encodes the marker when asked to encode keys, Ceph does not: neither form may be
    # decoded blindly, but it is the key of the last entry.
    if key in (marker, unquote_plus(marker)):
        marker = key
    parameters = {"KeyMarker": marker, "VersionIdMarker": str(page.get("NextVersionIdMarker", ""))}
    return {name: value for name, value in parameters.items() if value}


def must_move_on(before: Mapping[str, str], after: Mapping[str, str]) -> None:
    """Refuse to ask for the same page again: a listing that does not advance never ends."""
    if not after or before == after:
        raise StoreUnavailable("The store began a listing and does not say how it goes on.")


def in_order(page: Answer) -> list[ObjectVersion]:
    """Return a page's versions and delete markers by key, those of a key newest first."""
    versions = [_listed(e, page, is_delete_marker=False) for e in page.get("Versions", ())]
    markers = [_listed(e, page, is_delete_marker=True) for e in page.get("DeleteMarkers", ())]
    kinds: Sequence[str] = page.get(KINDS_IN_ORDER, ())
    known = kinds.count("Version") == len(versions) and len(kinds) == len(versions) + len(markers)
    if known and kinds != sorted(kinds, reverse=True):
        lists = {"Version": iter(versions), "DeleteMarker": iter(markers)}
        return [next(lists[kind]) for kind in kinds]
    # All versions before all markers: some servers (moto) group them, so go by time.  Of one
    # second the marker counts as newer, since a marker lies on top of something.
    return list(heapq.merge(markers, versions, key=_recency))


def _recency(version: ObjectVersion) -> tuple[str, bool, float]:
    return version.key, not version.is_latest, -version.modified_at.timestamp()


def _listed(entry: Answer, page: Answer, *, is_delete_marker: bool) -> ObjectVersion:
    key = entry["Key"]
    # Asked to encode keys, a store says that it did; the form is that of HTML forms, "+" for " ".
    if page.get("EncodingType") == "url":
        key = unquote_plus(key)
    return ObjectVersion(
        key=key,
        version_id=entry.get("VersionId", ""),
        size_bytes=int(entry.get("Size", 0)),
        modified_at=_modified_at(entry),
        etag=etag_of(entry),
        is_latest=bool(entry.get("IsLatest", True)),
        is_delete_marker=is_delete_marker,
    )


def _modified_at(answer: Answer) -> datetime:
    moment: datetime | None = answer.get("LastModified")
    return moment.astimezone(timezone.utc) if moment else answered_at(answer)
