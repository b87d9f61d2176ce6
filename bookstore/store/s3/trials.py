"""Tries out what an S3 service makes of requests that differ from store to store.

Each trial may write versions of the key it is given; whoever gives it cleans up.

Knows: S3's operations.  Must not know: settings, notebooks.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from botocore.exceptions import ClientError  # type: ignore[import-untyped]

from . import listings
from .answers import Answer
from .probe import S3Probe, is_unknown_request

Reply = Literal["honoured", "ignored", "refused"]

_PRECONDITION_FAILED = 412
_NOT_MD5 = base64.b64encode(hashlib.md5(b"other bytes", usedforsecurity=False).digest()).decode()
_BODY = b"probe"
_RULE_ID = "bookstore-doctor"


class Outcome(NamedTuple):
    """What a store made of a request."""

    reply: Reply
    """``ignored``: it said yes, and did otherwise."""
    code: str = ""
    """The code of its refusal."""


class S3Trials:
    """Tries things out in the bucket of *probe*."""

    def __init__(self, probe: S3Probe) -> None:
        self._probe = probe

    async def conditional_put(self, key: str) -> Outcome:
        """Put over *key*, which exists, on condition that it does not."""
        return await self._forbidden_put(key, {"IfNoneMatch": "*"})

    async def wrong_checksum(self, key: str) -> Outcome:
        """Put *key* with a checksum that is not its body's."""
        return await self._forbidden_put(key, {"ContentMD5": _NOT_MD5})

    async def newer_checksum(self, key: str) -> Outcome:
        """Put *key* with a checksum as botocore sends it unless told not to, and ask for it."""

        async def work(client: Any) -> Outcome:
            try:
                await client.put_object(**self._named(key), ChecksumAlgorithm="CRC32")
            except ClientError as error:
                return _refusal(error)
            found = await client.head_object(
                Bucket=self._probe.bucket, Key=key, ChecksumMode="ENABLED"
            )
            return Outcome("honoured" if found.get("ChecksumCRC32") else "ignored")

        return await self._probe.ask(work, key)

    async def tags(self, key: str, version_id: str) -> Outcome:
        """Tag one version of *key*, and read the tag."""
        named = {"Bucket": self._probe.bucket, "Key": key, "VersionId": version_id}
        tags = [{"Key": "bookstore", "Value": "probe"}]

        async def work(client: Any) -> Outcome:
            try:
                await client.put_object_tagging(**named, Tagging={"TagSet": tags})
            except ClientError as error:
                return _refusal(error)
            found = await client.get_object_tagging(**named)
            return Outcome("honoured" if found.get("TagSet") == tags else "ignored")

        return await self._probe.ask(work, key)

    async def encryption(self, key: str) -> Outcome:
        """Put *key* encrypted as the options say, else with keys of the store's own, and look
        whether it is."""
        kind = self._probe.options.sse or "AES256"

        async def work(client: Any) -> Outcome:
            try:
                await client.put_object(**{**self._named(key), "ServerSideEncryption": kind})
            except ClientError as error:
                return _refusal(error)
            found = await client.head_object(Bucket=self._probe.bucket, Key=key)
            return Outcome("honoured" if found.get("ServerSideEncryption") == kind else "ignored")

        return await self._probe.ask(work, key)

    async def keys_one_by_one(self, prefix: str) -> list[str]:
        """Return the keys below *prefix*, each asked for in a page of its own."""
        return [version.key async for version in listings.objects(self._one, prefix)]

    async def versions_one_by_one(self, key: str) -> list[str]:
        """Return the version IDs of *key*, each asked for in a page of its own."""
        found = listings.versions(self._one, key, "")
        return [version.version_id async for version in found]

    async def lifecycle_rule(self, prefix: str) -> tuple[Outcome, list[str]]:
        """Set a rule on the bucket, which must have none, read it back and remove it; return
        which of its conditions the store dropped.

        The rule is switched off and only about *prefix*.  Below it there must be objects: a store
        that takes the removal of rules for that of the bucket then refuses.
        """
        bucket = self._probe.bucket

        async def work(client: Any) -> tuple[Outcome, list[str]]:
            rules = {"Rules": [_rule(prefix)]}
            try:
                await client.put_bucket_lifecycle_configuration(
                    Bucket=bucket, LifecycleConfiguration=rules
                )
            except ClientError as error:
                return _refusal(error), []
            found = await client.get_bucket_lifecycle_configuration(Bucket=bucket)
            ours = [rule for rule in found.get("Rules", ()) if rule.get("ID") == _RULE_ID]
            if len(ours) != 1 or len(found["Rules"]) != 1:
                return Outcome("ignored"), []
            await client.delete_bucket_lifecycle(Bucket=bucket)
            dropped = _dropped(ours[0])
            return Outcome("ignored" if dropped else "honoured"), dropped

        return await self._probe.ask(work)

    # -- one by one ------------------------------------------------------------------------------

    async def _forbidden_put(self, key: str, condition: dict[str, str]) -> Outcome:
        """Ask for a put that must fail: ``refused`` when the store knows no such condition."""

        async def work(client: Any) -> Outcome:
            try:
                await client.put_object(**self._named(key), **condition)
            except ClientError as error:
                status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
                code = error.response.get("Error", {}).get("Code", "")
                if status == _PRECONDITION_FAILED or code in ("BadDigest", "InvalidDigest"):
                    return Outcome("honoured")
                return _refusal(error)
            return Outcome("ignored")

        return await self._probe.ask(work, key)

    async def _one(self, operation: str, prefix: str, marker: Mapping[str, str]) -> Answer:
        async def work(client: Any) -> Answer:
            answer: Answer = await getattr(client, operation)(
                **{**marker, "MaxKeys": 1},
                Bucket=self._probe.bucket,
                Prefix=prefix,
                EncodingType="url",
            )
            return answer

        return await self._probe.ask(work, prefix)

    def _named(self, key: str) -> dict[str, Any]:
        options = self._probe.options
        sse = {"ServerSideEncryption": options.sse, "SSEKMSKeyId": options.sse_kms_key_id}
        named = {"Bucket": self._probe.bucket, "Key": key, "Body": _BODY}
        return named | {name: value for name, value in sse.items() if value}


def _refusal(error: ClientError) -> Outcome:
    if not is_unknown_request(error):
        raise error
    return Outcome("refused", str(error.response.get("Error", {}).get("Code", "")))


def _rule(prefix: str) -> dict[str, Any]:
    return {
        "ID": _RULE_ID,
        "Status": "Disabled",
        "Filter": {"And": {"Prefix": prefix, "ObjectSizeGreaterThan": 1024}},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 365, "NewerNoncurrentVersions": 5},
    }


def _dropped(rule: Mapping[str, Any]) -> list[str]:
    kept = rule.get("NoncurrentVersionExpiration", {})
    both = rule.get("Filter", {}).get("And", {})
    wanted = {"NewerNoncurrentVersions": kept, "ObjectSizeGreaterThan": both}
    return [name for name, place in wanted.items() if name not in place]
