"""The fields of what somebody asks for, each checked in one place and named where it is refused.

Knows: names and paths as text.  Must not know: stores, disks, HTTP.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import BadRequest, NotFound
from ..keys.workspace import is_reserved
from ..notebooks import strict_json
from ..s3_paths import MAX_KEY_BYTES, is_unicode
from ..words import shown

MAX_VERSION_ID_CHARACTERS = 1024
"""AWS S3's limit."""
_MAX_NAME_BYTES = 240
"""File systems take 255; Jupyter adds ``-checkpoint`` and bookstore a number to a taken name."""


def parse_json_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object in *body*, or raise BadRequest."""
    if not body.strip():
        raise BadRequest("The request has no body; it must be a JSON object.")
    try:
        value = strict_json.loads(body)
    except RecursionError as error:
        raise BadRequest("The body is nested too deeply.") from error
    except ValueError as error:  # not JSON, not UTF-8, a number of thousands of digits
        raise BadRequest(f"The body is not JSON: {error}.") from error
    if not isinstance(value, dict):
        raise BadRequest(f"The body must be a JSON object, not {shown(value)}.")
    return value


def limit_in(query: Mapping[str, str], *, most: int, default: int) -> int:
    """Return the ``limit`` in *query*, or raise BadRequest."""
    text = query.get("limit", str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= most):
        raise BadRequest(f"limit must be a number from 1 to {most}, not {shown(text)}.")
    return int(text)


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


def notebook_path(value: str, *, field: str = "path") -> str:
    """Return *value* as the API path of something that may have a history."""
    if not value.strip("/"):
        raise BadRequest("The path of the notebook is missing.")
    path = api_path(value.removeprefix("/"), field=field)  # which is the route's
    if is_reserved("", path):
        raise NotFound(f"There is no history of {shown(path)}, which is bookstore's own.")
    return path


def target_path(value: str, source: str, *, allow_hidden: bool) -> str:
    """Return the API path that a copy of *source* is to have: *value*, or the name that it has.

    A folder, which ends in ``/``, keeps that name; the copy of a notebook is one.
    """
    name = source.rpartition("/")[2]
    wanted = f"{value}{name}" if value.endswith("/") else value or name
    path = api_path(wanted, field="target_path", allow_hidden=allow_hidden)
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
