"""Does the bucket keep versions?  Asked before the first put, believed until an answer differs.

Knows: S3's GetBucketVersioning.  Must not know: objects.
"""

from __future__ import annotations

from typing import Any, Literal

from botocore.exceptions import ClientError  # type: ignore[import-untyped]

from ...errors import StoreRefused
from .errors import forbids

Status = Literal["enabled", "suspended", "off", "unknown"]
"""``unknown``: the credentials may not ask."""

HINT = "Enable versioning on the bucket, and allow the server's credentials s3:GetBucketVersioning."


class VersioningGuard:
    """Lets nothing be written to a bucket where it would overwrite."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket
        self._keeps_versions: bool | None = None

    async def status(self, client: Any) -> Status:
        """Ask the store whether the bucket keeps versions.

        Where the credentials may not ask, the store's answers to writes tell: the first that
        names no version is the last write until somebody lets us ask.
        """
        status = await _status(client, self._bucket)
        if status == "unknown" and self._keeps_versions is False:
            return "off"
        self._keeps_versions = status in ("enabled", "unknown")
        return status

    async def require(self, client: Any) -> None:
        """Raise :class:`~bookstore.errors.StoreRefused` unless the bucket keeps versions."""
        if not self._keeps_versions and await self.status(client) in ("off", "suspended"):
            raise self._refusal()

    async def confirm(self, client: Any) -> None:
        """Ask again, after an answer that named no version, and raise unless the bucket does."""
        self._keeps_versions = False
        await self.require(client)

    def disproved(self) -> StoreRefused:
        """Note that the store answered a write without a version, and return what to raise."""
        self._keeps_versions = False
        return self._refusal()

    def _refusal(self) -> StoreRefused:
        return StoreRefused(f"The bucket {self._bucket!r} keeps no versions.", hint=HINT)


async def _status(client: Any, bucket: str) -> Status:
    try:
        answer = await client.get_bucket_versioning(Bucket=bucket)
    except ClientError as error:
        if forbids(error):
            return "unknown"
        raise
    named: dict[str, Status] = {"Enabled": "enabled", "Suspended": "suspended"}
    return named.get(answer.get("Status", ""), "off")
