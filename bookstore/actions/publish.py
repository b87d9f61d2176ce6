"""Publish notebooks: put them under the published prefix, list them, take them back."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode

from ..archive.user_files import ContentsManager, saved_bytes
from ..errors import (
    BadRequest,
    Forbidden,
    InvalidNotebook,
    NotANotebook,
    ObjectNotFound,
    StoreError,
)
from ..notebooks.models import Untrusted, notebook_body, untrusted, warning
from ..notebooks.opening import NO_FORMAT, open_json
from ..records import NOTEBOOK_CONTENT_TYPE, ObjectVersion, Provenance
from ..s3_paths import MAX_KEY_BYTES, s3_path
from ..wiring import Bookstore
from ..words import shown
from . import resolving
from .addresses import Address
from .fields import api_path

_HEADS_AT_ONCE = 8


def publishable_path(value: str) -> str:
    """Return *value* as the API path of a notebook that can be published."""
    if not value.strip("/"):
        raise BadRequest("The path of the notebook is missing.")
    path = api_path(value.removeprefix("/"), field="path")  # which is the route's
    if not path.endswith(".ipynb"):
        raise NotANotebook(f"Only notebooks are published: {shown(path)} does not end in .ipynb.")
    return path


async def publish(
    bookstore: Bookstore, files: ContentsManager, path: str, *, author: str
) -> dict[str, Any]:
    """Publish the notebook that is saved at *path*; return where it is now."""
    path = publishable_path(path)
    _published_key(bookstore, path)
    body = await saved_bytes(files, path, allow_hidden=files.allow_hidden)
    return await _put(bookstore, path, await asyncio.to_thread(untrusted, body), author)


async def publish_content(
    bookstore: Bookstore, path: str, content: Any, *, author: str
) -> dict[str, Any]:
    """Publish a notebook's *content* as that of *path*; return where it is now."""
    path = publishable_path(path)
    _published_key(bookstore, path)
    return await _put(bookstore, path, await asyncio.to_thread(_of_content, content), author)


async def publish_version(
    bookstore: Bookstore, path: str, address: Address, *, author: str
) -> dict[str, Any]:
    """Publish the version that *address* means, such as a result, as that of *path*."""
    path = publishable_path(path)
    _published_key(bookstore, path)
    read = await resolving.read(bookstore, address)
    notebook = await asyncio.to_thread(untrusted, read.body)
    return await _put(bookstore, path, notebook, author, source=read.entry.address)


async def unpublish(bookstore: Bookstore, path: str) -> dict[str, Any]:
    """Put a delete marker on top of the versions of *path*, which stay; return where it is."""
    path = publishable_path(path)
    key, store = _published_key(bookstore, path), bookstore.store
    await bookstore.within(store.head(key))  # not published: that is said, and no marker made
    marker = await bookstore.within(store.delete(key))
    where = s3_path(store.bucket, key)
    return {"path": path, "s3_path": where, "versionID": marker.version_id}


async def published(bookstore: Bookstore, *, limit: int, cursor: str = "") -> dict[str, Any]:
    """Return what is published, in the order of the paths, from *cursor* on: the ``next`` of the
    answer before.
    """
    prefix = f"{_published_key(bookstore, '')}/"
    found = await bookstore.within(_after(bookstore, prefix, cursor, limit + 1))
    page, more = found[:limit], len(found) > limit
    return {
        "published": await bookstore.within(_described(bookstore, page, prefix)),
        "next": page[-1].key.removeprefix(prefix) if more else None,
    }


async def published_at(bookstore: Bookstore, path: str) -> dict[str, Any]:
    """Return how the notebook at *path* is published, None under its name where it is not."""
    path = publishable_path(path)
    prefix, key = f"{_published_key(bookstore, '')}/", _published_key(bookstore, path)
    return {"published": await bookstore.within(_described_key(bookstore, key, prefix))}


def may_publish(bookstore: Bookstore) -> None:
    """Raise Forbidden, naming the setting, where publishing is switched off."""
    if not bookstore.settings.published_prefix.strip("/"):
        raise Forbidden(
            "Publishing is switched off.",
            hint="The administrator can set BookstoreSettings.published_prefix.",
        )


def _published_key(bookstore: Bookstore, path: str) -> str:
    """Return the key that *path* is published under; publishing must be possible."""
    may_publish(bookstore)
    key = bookstore.published_key(path)
    if len(key.encode()) > MAX_KEY_BYTES:
        raise BadRequest(f"The path gives a key of more than {MAX_KEY_BYTES} bytes.")
    return key


def _addresses(bookstore: Bookstore, path: str) -> dict[str, str]:
    """Return where *path* is published: in the store, and as a link."""
    bucket, key = bookstore.store.bucket, _published_key(bookstore, path)
    query = urlencode({"s3_bucket": bucket, "s3_key": key})
    return {
        "path": path,
        "s3_path": s3_path(bucket, key),
        "url": f"bookstore/clone?{query}",  # below any server's base URL
    }


def _of_content(content: Any) -> Untrusted:
    if content is None or content in ("", [], {}):
        raise InvalidNotebook(
            "The notebook is empty.", hint="Leave content out to publish what is saved."
        )
    opened = open_json(content)
    if opened.format == NO_FORMAT:
        raise InvalidNotebook("The notebook does not say its nbformat.")
    return Untrusted(notebook_body(opened.notebook), opened.problem)


async def _put(
    bookstore: Bookstore, path: str, notebook: Untrusted, author: str, *, source: str = ""
) -> dict[str, Any]:
    body, problem = notebook
    source = source or bookstore.workspace.key(path)
    provenance = Provenance.of(body, author=author, kind="publish", source=source)
    before = await _moment_before(bookstore, path)
    put = bookstore.store.put(
        _published_key(bookstore, path),
        body,
        metadata=provenance.to_metadata(),
        content_type=NOTEBOOK_CONTENT_TYPE,
    )
    version = await bookstore.within(put, size_bytes=len(body))
    return {
        **_addresses(bookstore, path),
        "versionID": version.version_id,
        "published_before": before,
    } | warning(problem)


async def _moment_before(bookstore: Bookstore, path: str) -> datetime | None:
    """Return when the notebook at *path* was published last, None where that is not known."""
    try:
        published = (await published_at(bookstore, path))["published"]
    except StoreError:  # who may put may not look, perhaps; the put tells what is wrong else
        return None
    return published and cast(datetime, published["modified_at"])


async def _after(bookstore: Bookstore, prefix: str, cursor: str, limit: int) -> list[ObjectVersion]:
    found: list[ObjectVersion] = []
    async for version in bookstore.store.list(prefix, after=f"{prefix}{cursor}" if cursor else ""):
        found.append(version)
        if len(found) == limit:
            break
    return found


async def _described_key(bookstore: Bookstore, key: str, prefix: str) -> dict[str, Any] | None:
    """Return what is published under *key*; None where nothing is."""
    try:
        version = await bookstore.store.head(key)
    except ObjectNotFound:
        return None
    return {
        **_addresses(bookstore, key.removeprefix(prefix)),
        "version_id": version.version_id,
        "size_bytes": version.size_bytes,
        "modified_at": version.modified_at,
        "publisher": (version.metadata or {}).get("author", ""),
    }


async def _described(
    bookstore: Bookstore, page: list[ObjectVersion], prefix: str
) -> list[dict[str, Any]]:
    free = asyncio.Semaphore(_HEADS_AT_ONCE)

    async def describe(listed: ObjectVersion) -> dict[str, Any] | None:
        async with free:
            return await _described_key(bookstore, listed.key, prefix)

    described = await asyncio.gather(*map(describe, page))
    return [entry for entry in described if entry is not None]
