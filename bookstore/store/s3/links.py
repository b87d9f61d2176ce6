"""Addresses that give a version to whoever has them: S3's signed ones, and those of public objects.

Knows: S3's signing and access lists.  Must not know: settings.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

logging.getLogger("botocore.auth").setLevel(logging.INFO)
"""Else, at its most talkative, it says what makes a whole link of an address."""


def sign_links_by_v4(*, signature_version: str, **_: Any) -> str | None:
    """Keep botocore from signing links as S3 did at first, with which nothing that KMS encrypts is
    read.  A listener of its ``choose-signer`` event, which leaves what is configured alone.
    """
    return "s3v4-query" if signature_version in ("v4-query", "s3v4-query") else None


async def presigned(client: Any, named: Mapping[str, str], lasts_s: int) -> str:
    """Return an address of an object that needs no sign-in for so many seconds."""
    url = await client.generate_presigned_url("get_object", Params=dict(named), ExpiresIn=lasts_s)
    return str(url)


async def made_public(client: Any, named: Mapping[str, str]) -> str:
    """Let everybody read a version; return its address."""
    await client.put_object_acl(**named, ACL="public-read")
    signed = urlsplit(await presigned(client, named, 1))
    return signed._replace(query=_query(named)).geturl()


async def made_private(client: Any, named: Mapping[str, str]) -> None:
    """Let only those read a version who may read the bucket."""
    await client.put_object_acl(**named, ACL="private")


def _query(named: Mapping[str, str]) -> str:
    return urlencode({"versionId": named["VersionId"]}, quote_via=quote)
