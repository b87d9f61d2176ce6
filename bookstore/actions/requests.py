"""What somebody asks to clone, parsed once: past this there are no dicts.

Knows: names and paths as text.  Must not know: stores, disks, HTTP.
"""

from __future__ import annotations

import reprlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import BadRequest
from ..s3_paths import MAX_KEY_BYTES, is_unicode
from ..settings.checks import is_bucket_name

_SHOWN_CHARACTERS = 100
_shortly = reprlib.Repr()
_shortly.maxstring = _SHOWN_CHARACTERS
MAX_VERSION_ID_CHARACTERS = 1024
"""AWS S3's limit."""
_MAX_PATH_BYTES = 4096
"""Linux takes no longer one."""
_MAX_NAME_BYTES = 240
"""File systems take 255; Jupyter adds ``-checkpoint`` and bookstore a number to a taken name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CloneRequest:
    """One object to clone, and where to."""

    s3_bucket: str
    s3_key: str
    s3_version_id: str | None
    """None: the newest version."""
    target_path: str
    """API path, checked: it cannot leave the server's root."""
    mend: bool = False
    """Make a valid notebook of it."""

    @classmethod
    def from_json(cls, body: Mapping[str, Any], *, allow_hidden: bool = False) -> CloneRequest:
        """Return the request in *body*, or raise BadRequest naming the field and its value."""
        bucket = text_field(body, "s3_bucket").strip("/")
        key = text_field(body, "s3_key").strip("/")
        if not bucket:
            raise BadRequest("s3_bucket must name the bucket to clone from.")
        if not is_bucket_name(bucket):
            raise BadRequest(f"s3_bucket must be a bucket's name, not {shown(bucket)}.")
        if not key:
            raise BadRequest("s3_key must name the object to clone.")
        if len(key.encode()) > MAX_KEY_BYTES:
            raise BadRequest(f"s3_key must be at most {MAX_KEY_BYTES} bytes long.")
        return cls(
            s3_bucket=bucket,
            s3_key=key,
            s3_version_id=version_id_field(body, "s3_version_id") or None,
            target_path=_target_of(body, key, allow_hidden=allow_hidden),
            mend=flag_in(body, "mend"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FSCloneRequest:
    """One file below the administrator's folder to clone, and where to."""

    relpath: str
    target_path: str
    mend: bool = False

    @classmethod
    def from_json(cls, body: Mapping[str, Any], *, allow_hidden: bool = False) -> FSCloneRequest:
        """Return the request in *body*, or raise BadRequest naming the field and its value."""
        relpath = text_field(body, "relpath")
        if not relpath.strip("/"):
            raise BadRequest("relpath must name the file to clone.")
        if "\0" in relpath:
            raise BadRequest(f"relpath must be a path, not {shown(relpath)}.")
        if len(relpath.encode()) > _MAX_PATH_BYTES:  # finding one of millions takes for ever
            raise BadRequest(f"relpath must be at most {_MAX_PATH_BYTES} bytes long.")
        target = _target_of(body, relpath.strip("/"), allow_hidden=allow_hidden)
        return cls(relpath=relpath, target_path=target, mend=flag_in(body, "mend"))


def text_field(body: Mapping[str, Any], name: str) -> str:
    """Return the text under *name* in *body*, "" when it is absent or null."""
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadRequest(f"{name} must be text, not {shown(value)}.")
    if not is_unicode(value):
        raise BadRequest(f"{name} must be valid Unicode, not {shown(value)}.")
    return value


def flag_in(fields: Mapping[str, Any], name: str) -> bool:
    """Return the yes or no under *name* in a JSON body or a query, no when it is absent."""
    value = fields.get(name)
    if value in (None, False, "", "0", "false"):
        return False
    if value in (True, "1", "true"):
        return True
    raise BadRequest(f"{name} must be true or false, not {shown(value)}.")


def version_id_field(body: Mapping[str, Any], name: str) -> str:
    """Return the version ID under *name* in *body*, "" when it is absent or null."""
    version_id = text_field(body, name)
    if len(version_id) > MAX_VERSION_ID_CHARACTERS:
        raise BadRequest(f"{name} must be a version ID, not {shown(version_id)}.")
    return version_id


def api_path(value: str, *, field: str, allow_hidden: bool = True) -> str:
    """Return *value* as an API path that stays below the server's root.

    Raises BadRequest naming *field*.
    """
    path = value.strip("/")
    for segment in path.split("/"):
        problem = _segment_problem(segment, allow_hidden=allow_hidden)
        if problem:
            raise BadRequest(f"{field} {problem}, not {shown(value)}.")
    if not is_unicode(path) or len(path.encode()) > MAX_KEY_BYTES:
        raise BadRequest(f"{field} must be at most {MAX_KEY_BYTES} bytes of valid Unicode.")
    return path


def shown(value: Any) -> str:
    """Return *value* as a message may quote it: short, and printable wherever it came from.

    However large or deeply nested it is, only its beginning is looked at.
    """
    if isinstance(value, str):
        beginning = value[: _SHOWN_CHARACTERS + 1]
        text = repr(beginning) if is_unicode(beginning) else ascii(beginning)
    else:
        text = _shortly.repr(value)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"


def _target_of(body: Mapping[str, Any], source: str, *, allow_hidden: bool) -> str:
    name = source.rpartition("/")[2]
    target = text_field(body, "target_path")
    if target.strip("/") and target.endswith("/"):
        target += name  # a folder: the copy keeps its name
    path = api_path(target or name, field="target_path", allow_hidden=allow_hidden)
    if name.endswith(".ipynb") and not path.endswith(".ipynb"):
        raise BadRequest(
            f"target_path must end in .ipynb, as the notebook does, not {shown(path)}."
        )
    return path


def _segment_problem(segment: str, *, allow_hidden: bool) -> str:
    if segment in ("", ".", ".."):
        return "must be names with single slashes between them, without . and .."
    if "\0" in segment:
        return "must hold no NUL character"
    if segment.startswith(".") and not allow_hidden:
        return "must hold no hidden name, one that starts with a dot"
    if len(segment.encode(errors="replace")) > _MAX_NAME_BYTES:
        return f"must hold no name of more than {_MAX_NAME_BYTES} bytes"
    return ""
