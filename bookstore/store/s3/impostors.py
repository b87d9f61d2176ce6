"""Tells what answers at the endpoint and is no S3: a store's console, a web page, another API.

Knows: HTTP answers.  Must not know: what was asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ...errors import StoreRefused

HINT = "Correct BookstoreSettings.s3_endpoint_url: it has to be the address of the S3 API."

_ROOT = re.compile(rb"\s*(?:<\?xml[^>]*>)?\s*<(\w+)")
_MISTAKEN_PORT = re.compile(rb"S3 API Requests? (?:must be )?made to (?:Console|API) port")
"""What MinIO's console says, in two ways."""
_FAILED = 500
_FROM_A_PROXY = {407, 408, 413, 425, 429}
"""Said before the store is reached, in whatever form; what it means is known all the same."""


def must_be_s3(*, response_dict: Mapping[str, Any], endpoint_url: str, **_: Any) -> None:
    """Raise :class:`~bookstore.errors.StoreRefused` where an answer is not one of S3.

    A listener of botocore's ``before-parse`` event.  What is well-formed XML by chance would pass
    for an answer in which nothing stands.
    """
    what = _impostor(response_dict)
    if what is not None:
        status = response_dict["status_code"]
        message = f"{endpoint_url} does not answer as S3, but as {what} ({status})."
        raise StoreRefused(message, hint=HINT)


def _impostor(response: Mapping[str, Any]) -> str | None:
    """Return what it is that answers; None where it may be S3."""
    body, status = response["body"], response["status_code"]
    headers = {name.lower(): value for name, value in response["headers"].items()}
    if isinstance(body, bytes) and _MISTAKEN_PORT.search(body):
        return "the console of a store"
    if status in _FROM_A_PROXY or status >= _FAILED or "x-amz-request-id" in headers:
        return None
    if not isinstance(body, bytes):  # not read yet: an object, which has an ETag, or a page
        is_page = headers.get("content-type", "").startswith("text/html") and "etag" not in headers
        return "a web page" if is_page else None
    if not body.strip():
        return None
    root = _ROOT.match(body)
    if root is not None and root[1].lower() != b"html":
        return None
    return "a web page" if b"<html" in body[:1000].lower() else "something else"
