"""Clone an object, or one of its versions, from the store into the user's files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..archive.user_files import ContentsManager, save_copy
from ..bookstore_config import BookstoreSettings
from ..errors import BadRequest, Forbidden, NotFound, TooLarge
from ..keys.workspace import RESERVED_FOLDER
from ..records import ObjectVersion
from ..s3_paths import MAX_KEY_BYTES, s3_path
from ..settings.checks import is_bucket_name
from ..store.base import ObjectStore
from ..wiring import Bookstore
from ..words import shown
from .fields import flag_in, target_path, text_field, version_id_field


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
        target = text_field(body, "target_path")
        return cls(
            s3_bucket=bucket,
            s3_key=key,
            s3_version_id=version_id_field(body, "s3_version_id") or None,
            target_path=target_path(target, key, allow_hidden=allow_hidden),
            mend=flag_in(body, "mend"),
        )


class Found(NamedTuple):
    """An object that may be cloned."""

    request: CloneRequest
    store: ObjectStore
    version: ObjectVersion


async def find(bookstore: Bookstore, files: ContentsManager, body: Mapping[str, Any]) -> Found:
    """Return what *body* asks for; it may be cloned, and is not too large."""
    settings = bookstore.settings
    if not settings.enable_s3_cloning:
        raise Forbidden(
            "Cloning from the store is switched off.",
            hint="The administrator can set BookstoreSettings.enable_s3_cloning.",
        )
    request = CloneRequest.from_json(body, allow_hidden=files.allow_hidden)
    if RESERVED_FOLDER in request.s3_key.split("/"):
        raise NotFound(f"{shown(request.s3_key)} is bookstore's own, not to be cloned.")
    store = bookstore.store_for(request.s3_bucket)
    head = store.head(request.s3_key, version_id=request.s3_version_id)
    version = await bookstore.within(head)
    check_size(settings, version.size_bytes)
    return Found(request, store, version)


async def body_of(bookstore: Bookstore, found: Found) -> bytes:
    """Return the body of what was found."""
    version, limit = found.version, bookstore.settings.clone_max_bytes
    get = found.store.get(version.key, version_id=version.version_id or None, max_bytes=limit)
    return (await bookstore.within(get, size_bytes=version.size_bytes)).body


async def clone(
    bookstore: Bookstore, files: ContentsManager, body: Mapping[str, Any]
) -> dict[str, Any]:
    """Clone what *body* asks for; return its contents model and where it came from."""
    found = await find(bookstore, files, body)
    request, version_id = found.request, found.version.version_id
    path = s3_path(request.s3_bucket, request.s3_key)
    model = await save_copy(
        files,
        await body_of(bookstore, found),
        target_path=request.target_path,
        source=f"{path}?versionId={version_id}" if version_id else path,
        naming=bookstore.naming,
        mend=request.mend,
    )
    return {**model, "s3_path": path, "versionID": version_id}


def check_size(settings: BookstoreSettings, size_bytes: int) -> None:
    """Raise TooLarge, naming the setting, when the administrator lets nobody clone so much."""
    limit = settings.clone_max_bytes
    if size_bytes > limit:
        raise TooLarge(
            f"It is {size_bytes:,} bytes large; at most {limit:,} are cloned.",
            hint="The administrator can raise BookstoreSettings.clone_max_bytes.",
        )
