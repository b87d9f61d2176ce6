"""What the store does by itself: it copies.

Knows: S3's copying.  Must not know: settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...errors import StoreUnavailable
from ...keys.metadata import decode_metadata
from ...records import ObjectVersion
from . import listings
from .answers import Answer, answered_at, contradicts, etag_of, keeps_versions

if TYPE_CHECKING:
    from .versioning import VersioningGuard

_MD5_DIGITS = 32


async def copied(
    client: Any,
    source: ObjectVersion,
    target: Mapping[str, Any],
    metadata: Mapping[str, str],
    guard: VersioningGuard,
) -> ObjectVersion:
    """Copy the version *source*, with *metadata* in place of its own; return what came of it.

    *target*: where to, and what else is said of it.
    """
    named = {"Bucket": target["Bucket"], "Key": source.key, "VersionId": source.version_id}
    answer: Answer = await client.copy_object(
        CopySource=named, MetadataDirective="REPLACE", Metadata=metadata, **target
    )
    result: Answer = {**answer, **answer.get("CopyObjectResult", {})}
    if not keeps_versions(answer):  # Ceph never says
        result = {**result, "VersionId": await _listed_as(client, target, result)}
    if not keeps_versions(result):
        raise guard.disproved()
    is_plain = len(source.etag) == _MD5_DIGITS and "ServerSideEncryption" not in answer
    if is_plain and contradicts(result, source.etag):
        raise StoreUnavailable(f"{target['Key']}: the store copied something else.")
    return ObjectVersion(
        key=target["Key"],
        version_id=result["VersionId"],
        size_bytes=source.size_bytes,
        modified_at=answered_at(answer),
        etag=etag_of(result),
        metadata=decode_metadata(metadata),
        content_type=target["ContentType"],
    )


async def _listed_as(client: Any, target: Mapping[str, Any], result: Answer) -> str:
    """Return the version ID that a listing has of what was copied."""
    key, made_at = target["Key"], result.get("LastModified")

    async def ask(operation: str, prefix: str, marker: Mapping[str, Any]) -> Answer:
        asked = {"Bucket": target["Bucket"], "Prefix": prefix, "EncodingType": "url", **marker}
        answer: Answer = await getattr(client, operation)(**asked)
        return answer

    async for version in listings.versions(ask, key, ""):
        if made_at is None or version.modified_at < made_at:
            break
        if (version.modified_at, version.etag) == (made_at, etag_of(result)):
            return version.version_id
    message = f"{key}: the store does not list yet what it copied there."
    raise StoreUnavailable(message, hint="Nothing is lost. Try again.")
