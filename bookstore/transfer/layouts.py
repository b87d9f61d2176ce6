"""Where other systems that kept notebooks in a bucket put them: the first bookstore, s3contents.

Knows: their keys.  Must not know: how versions are put, terminals.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import AsyncIterator
from functools import partial
from typing import Literal

from ..keys.api_paths import normal_path
from ..keys.workspace import RESERVED_FOLDER
from ..records import Kind, ObjectVersion, StoredObject
from ..s3_paths import s3_path
from ..store.base import ObjectStore
from .intake import Foreign
from .sources import Import, ready, versions_of

Layout = Literal["versions", "files", "2013"]
LAYOUTS: tuple[Layout, ...] = ("versions", "files", "2013")

_ID = r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}"
_OF_2013 = re.compile(rf"({_ID})(?:/checkpoints/({_ID}))?")
_NAME_OF_2013 = "nbname"
"""Where Swift's objects had the notebook's name: ``X-Object-Meta-Nbname``."""
_FOLDER_MARKS = {".s3keep", ".gcskeep"}
"""What s3contents and its like put into empty folders."""


async def files_below(bucket: ObjectStore, prefix: str) -> AsyncIterator[Import]:
    """Yield every file below *prefix*, with its versions where the bucket keeps any.

    So s3contents has them, and whoever put files there by hand.
    """
    beginning = f"{prefix}/" if prefix else ""
    is_versioned = (await bucket.check()).versioned
    async for version in bucket.list(beginning):
        path = normal_path(version.key.removeprefix(beginning))
        name = path.rpartition("/")[2]
        is_file = not version.key.endswith("/") and name not in _FOLDER_MARKS
        if is_file and path.split("/")[0] not in ("", ".", "..", RESERVED_FOLDER):
            of_one = partial(versions_of, bucket, version.key)
            yield Import(path, of_one if is_versioned else partial(ready, [_now(bucket, version)]))


async def notebooks_of_2013(bucket: ObjectStore, prefix: str) -> AsyncIterator[Import]:
    """Yield the notebooks that the bookstore of 2013 kept below *prefix*, by their names.

    It kept a notebook under its ID and its checkpoints below that; the name is in the object's
    metadata, and in the notebook.  Of several that have the same name, all but the first have
    their ID's beginning in it.  What was deleted and still has checkpoints can be brought back.
    """
    beginning = f"{prefix}/" if prefix else ""
    newest: dict[str, ObjectVersion] = {}
    checkpoints: defaultdict[str, list[ObjectVersion]] = defaultdict(list)
    async for version in bucket.list(beginning):
        found = _OF_2013.fullmatch(version.key.removeprefix(beginning))
        if found is None:
            continue
        if found[2]:
            checkpoints[found[1]].append(version)
        else:
            newest[found[1]] = version
    taken: set[str] = set()
    for notebook_id in sorted({*newest, *checkpoints}):
        past = sorted(checkpoints[notebook_id], key=lambda version: version.modified_at)
        versions = [_now(bucket, version, "manual") for version in past]
        if notebook_id in newest:
            versions.append(_now(bucket, newest[notebook_id]))
        last = newest.get(notebook_id) or past[-1]
        name = _name_of(await bucket.get(last.key)) or notebook_id
        name = f"{name}-{notebook_id[:8]}" if name in taken else name
        taken.add(name)
        yield Import(f"{name}.ipynb", partial(ready, versions), notebook_id not in newest)


def _now(bucket: ObjectStore, version: ObjectVersion, kind: Kind = "save") -> Foreign:
    """Return what is there, of which the bucket may keep no version."""

    async def read() -> bytes:
        return (await bucket.get(version.key)).body

    source = s3_path(bucket.bucket, version.key)
    return Foreign(source=source, saved_at=version.modified_at, read=read, kind=kind)


def _name_of(stored: StoredObject) -> str:
    """Return the name of a notebook of 2013, as a file may be called."""
    name = stored.version.foreign.get(_NAME_OF_2013) or _name_in(stored.body)
    return name.removesuffix(".ipynb").replace("/", "-").strip().lstrip(".")


def _name_in(body: bytes) -> str:
    """Return the name that a notebook of 2013 has in it."""
    try:
        name = json.loads(body)["metadata"]["name"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return name if isinstance(name, str) else ""
