"""Finds out what an S3 service is like, beyond what storing needs: for whoever sets it up.

Knows: S3's operations.  Must not know: settings, notebooks.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any, Literal, NamedTuple

from aiobotocore.session import AioSession  # type: ignore[import-untyped]
from botocore.exceptions import BotoCoreError, ClientError  # type: ignore[import-untyped]

from ..errors import StoreRefused
from .s3_client import SharedClient
from .s3_errors import Target, renamed
from .s3_options import S3Options

Answer = Literal["honoured", "ignored", "refused"]

_PROVIDERS = {
    "env": "environment variables (AWS_ACCESS_KEY_ID)",
    "shared-credentials-file": "the AWS credentials file",
    "custom-process": "a program that the AWS configuration names",
    "config-file": "the AWS configuration file",
    "ec2-credentials-file": "the file AWS_CREDENTIAL_FILE",
    "boto-config": "a boto configuration file",
    "assume-role": "a role that the AWS configuration names",
    "assume-role-with-web-identity": "a web identity, such as a Kubernetes service account",
    "sso": "an AWS sign-in (SSO)",
    "container-role": "the container's role",
    "iam-role": "the machine's role",
    "explicit": "BookstoreSettings.s3_access_key_id",
}
_PRECONDITION_FAILED = 412
_NOT_MD5 = base64.b64encode(hashlib.md5(b"other bytes", usedforsecurity=False).digest()).decode()


class Credentials(NamedTuple):
    """Where credentials come from; never what they are."""

    found: bool
    provider: str
    """In words."""
    are_temporary: bool


class S3Probe:
    """Asks one bucket what it does; opened and closed in one event loop."""

    def __init__(self, bucket: str, options: S3Options) -> None:
        self._bucket = bucket
        self._options = options
        self._client = SharedClient(options)

    async def credentials(self) -> Credentials:
        """Return where the credentials come from; asks the provider chain, not the store."""
        if self._options.access_key_id:
            return Credentials(True, _PROVIDERS["explicit"], bool(self._options.session_token))
        try:
            session = AioSession(profile=self._options.profile)
            found = await session.get_credentials()
        except BotoCoreError as error:
            ours = renamed(error, Target(self._bucket))
            raise (ours or StoreRefused("The AWS configuration cannot be used.")) from error
        if found is None:
            return Credentials(False, "", False)
        provider = _PROVIDERS.get(found.method, str(found.method))
        frozen = await found.get_frozen_credentials()
        return Credentials(True, provider, bool(frozen.token))

    async def clock_skew_s(self) -> float | None:
        """Return how many seconds the store's clock is ahead of ours; None when it tells none."""

        async def work(client: Any) -> Any:
            try:
                answer = await client.head_bucket(Bucket=self._bucket)
            except ClientError as error:  # a refusal has a date as well
                answer = error.response
            return answer["ResponseMetadata"].get("HTTPHeaders", {}).get("date")

        asked_at = datetime.now(timezone.utc)
        date = await self._client.call(work, Target(self._bucket))
        answered_at = datetime.now(timezone.utc)
        try:
            theirs = parsedate_to_datetime(date)
        except (TypeError, ValueError):
            return None
        ours = asked_at + (answered_at - asked_at) / 2
        return (theirs.astimezone(timezone.utc) - ours).total_seconds()

    async def conditional_put(self, key: str) -> Answer:
        """Put over *key*, which exists, on condition that it does not."""
        return await self._forbidden_put(key, {"IfNoneMatch": "*"})

    async def wrong_checksum(self, key: str) -> Answer:
        """Put *key* with a checksum that is not its body's."""
        return await self._forbidden_put(key, {"ContentMD5": _NOT_MD5})

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.close()

    async def _forbidden_put(self, key: str, condition: dict[str, str]) -> Answer:
        """Ask for a put that must fail: ``refused`` when the store knows no such condition."""

        options = self._options
        sse = {"ServerSideEncryption": options.sse, "SSEKMSKeyId": options.sse_kms_key_id}
        named = {"Bucket": self._bucket, "Key": key, **condition}
        named |= {name: value for name, value in sse.items() if value}

        async def work(client: Any) -> Answer:
            try:
                await client.put_object(Body=b"probe", **named)
            except ClientError as error:
                status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
                code = error.response.get("Error", {}).get("Code", "")
                if status == _PRECONDITION_FAILED or code in ("BadDigest", "InvalidDigest"):
                    return "honoured"
                if status in (400, 501):
                    return "refused"
                raise
            return "ignored"

        target = Target(self._bucket, key)
        return await asyncio.wait_for(self._client.call(work, target), _patience_s(self._options))


def _patience_s(options: S3Options) -> float:
    return options.connect_timeout_s + options.read_timeout_s
