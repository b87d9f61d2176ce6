"""What is wrong with a bucket that keeps no versions, in words for the administrator.

Knows: words.  Must not know: requests.
"""

from __future__ import annotations

from ...errors import BookstoreError
from ...records import StoreCheck

VERSIONING_PROBLEMS = {
    "enabled": "",
    "suspended": "Versioning is suspended on the bucket {bucket!r}: enable it.",
    "off": "The bucket {bucket!r} keeps no versions: enable versioning on it.",
    "unknown": "The server's credentials may not ask whether the bucket {bucket!r} keeps versions: "
    "allow them s3:GetBucketVersioning.",
}


def checked(
    *, reachable: bool = True, exists: bool = False, versioned: bool = False, problem: str = ""
) -> StoreCheck:
    """Return what a look at a bucket found."""
    problems = (problem,) if problem else ()
    return StoreCheck(reachable=reachable, exists=exists, versioned=versioned, problems=problems)


def sentence(error: BookstoreError) -> str:
    """Return what an error says, and what to do about it."""
    return f"{error.message} {error.hint}".strip()
