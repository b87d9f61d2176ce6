"""Read a part of a version.

Imported only in the store's own thread: botocore is slow to import.

Knows: S3's GetObject.  Must not know: what is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError  # type: ignore[import-untyped]

_NOT_THAT_LONG = "InvalidRange"


async def part_of(client: Any, named: Mapping[str, str], start: int, size: int) -> bytes:
    """Return *size* bytes of the version that is *named*, from *start* on; fewer at its end."""
    try:
        answer = await client.get_object(**named, Range=f"bytes={start}-{start + size - 1}")
    except ClientError as error:
        if error.response["Error"].get("Code") in (_NOT_THAT_LONG, "416"):
            return b""
        raise
    async with answer["Body"] as stream:
        body: bytes = await stream.read()
    # A service that knows no ranges gives the whole.
    is_part = answer["ResponseMetadata"]["HTTPStatusCode"] == 206
    return body if is_part else body[start : start + size]
