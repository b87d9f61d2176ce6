"""What is wrong with a bucket that keeps no versions, in words for the administrator.

Knows: words.  Must not know: requests.
"""

from __future__ import annotations

VERSIONING_PROBLEMS = {
    "enabled": "",
    "suspended": "Versioning is suspended on the bucket {bucket!r}: enable it.",
    "off": "The bucket {bucket!r} keeps no versions: enable versioning on it.",
    "unknown": "The server's credentials may not ask whether the bucket {bucket!r} keeps versions: "
    "allow them s3:GetBucketVersioning.",
}
