"""Pure string rules for keys: how a prefix and a path become an object's key.

Slashes at either end of a prefix or a path make no difference, so ``"workspace"``,
``"/workspace"`` and ``"workspace/"`` all give the same keys and ``//`` never occurs.
"""

from __future__ import annotations

MAX_KEY_BYTES = 1024
"""AWS S3's limit, in UTF-8; every store keeps to it, so that a key valid in one is in all."""


def s3_key(prefix: str, path: str = "") -> str:
    """Return the key of *path* under *prefix*: ``s3_key("/workspace/", "a/b.ipynb")`` is
    ``"workspace/a/b.ipynb"``.

    An empty *path* gives the prefix itself, an empty *prefix* the path itself.  Keys are Unicode:
    what is not, in a file name from another age, becomes backslash escapes.
    """
    return "/".join(to_unicode(part) for part in (prefix.strip("/"), path.strip("/")) if part)


def to_unicode(path: str) -> str:
    """Return *path* with whatever is not valid Unicode in it written as backslash escapes."""
    return path.encode("utf-8", "backslashreplace").decode("utf-8")


def is_unicode(text: str) -> bool:
    """Is *text* free of lone surrogates, so that it can be written in UTF-8?"""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def s3_path(bucket: str, prefix: str, path: str = "") -> str:
    """Return ``bucket/key``: the object's address within its store."""
    return s3_key(bucket, s3_key(prefix, path))


def s3_display_path(bucket: str, prefix: str, path: str = "") -> str:
    """Return ``s3://bucket/key``, the form people read in logs and pages."""
    return f"s3://{s3_path(bucket, prefix, path)}"
