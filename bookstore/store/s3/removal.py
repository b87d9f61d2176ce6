"""Remove versions of one key for good.

Imported only in the store's own thread: botocore is slow to import.

Knows: S3's DeleteObjects.  Must not know: which versions may go.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from botocore.exceptions import ClientError  # type: ignore[import-untyped]

from ...errors import StoreRefused
from .errors import Target, forbids

HINT = (
    "Allow the server's credentials s3:DeleteObjectVersion below BookstoreSettings."
    "workspace_prefix. Versions under an object lock, and those of a bucket with MFA delete, "
    "cannot be removed by bookstore."
)

_MOST_AT_ONCE = 1000
_NOT_THERE = {
    "InvalidArgument",
    "InvalidRequest",  # Swift, of a version ID in a form not its own
    "InvalidVersionId",
    "NoSuchKey",
    "NoSuchVersion",
}
_NOT_IN_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


async def remove_versions(client: Any, bucket: str, key: str, version_ids: Sequence[str]) -> int:
    """Remove these versions; return how many the store says are gone."""
    try:
        # The request for many is XML, and there are keys that XML cannot hold.
        if len(version_ids) <= 1 or _NOT_IN_XML.search(key):
            return await _remove_each(client, bucket, key, version_ids)
        # Swift makes the next version the newest only when the newest is removed by itself.
        newest = await _newest(client, bucket, key)
        older = [version_id for version_id in version_ids if version_id != newest]
        gone = 0
        for start in range(0, len(older), _MOST_AT_ONCE):
            some = older[start : start + _MOST_AT_ONCE]
            gone += await _remove_at_once(client, bucket, key, some)
        last = [newest] if len(older) < len(version_ids) else []
        return gone + await _remove_each(client, bucket, key, last)
    except ClientError as error:
        if not forbids(error):
            raise
        message = f"{Target(bucket, key)}: the store does not allow that versions are removed."
        raise StoreRefused(message, hint=HINT) from error


async def _newest(client: Any, bucket: str, key: str) -> str:
    """Return the ID of the newest version of *key*, or of another key's when it has none.

    Nothing where these credentials may not list.
    """
    try:
        # Every key that begins with this one comes behind it.
        page = await client.list_object_versions(
            Bucket=bucket, Prefix=key, MaxKeys=1, EncodingType="url"
        )
    except ClientError as error:
        if forbids(error):
            return ""
        raise
    listed = (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))
    return str(listed[0]["VersionId"]) if listed else ""


async def _remove_at_once(client: Any, bucket: str, key: str, version_ids: Sequence[str]) -> int:
    objects = [{"Key": key, "VersionId": version_id} for version_id in version_ids]
    answer = await client.delete_objects(
        Bucket=bucket,
        Delete={"Objects": objects, "Quiet": True},  # Quiet: tell only what failed
    )
    failed = answer.get("Errors", [])
    for error in failed:
        if error.get("Code") not in _NOT_THERE:
            raise ClientError({"Error": error}, "DeleteObjects")
    return len(version_ids) - len(failed)


async def _remove_each(client: Any, bucket: str, key: str, version_ids: Sequence[str]) -> int:
    gone = 0
    for version_id in version_ids:
        try:
            await client.delete_object(Bucket=bucket, Key=key, VersionId=version_id)
            gone += 1
        except ClientError as error:
            if error.response["Error"]["Code"] not in _NOT_THERE:
                raise
    return gone
