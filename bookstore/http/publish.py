"""Publish notebooks: put them under the published prefix, list them, take them back."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlencode

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..actions.requests import api_path, shown, text_field
from ..archive.identity import current_author
from ..archive.user_files import saved_bytes
from ..errors import BadRequest, Forbidden, InvalidNotebook, NotANotebook, ObjectNotFound
from ..notebooks.models import Untrusted, notebook_body, untrusted, warning
from ..notebooks.opening import NO_FORMAT, open_json
from ..records import NOTEBOOK_CONTENT_TYPE, ObjectVersion, Provenance
from ..s3_paths import MAX_KEY_BYTES, s3_path
from .base import BookstoreAPIHandler, BookstoreHandler, limit_in

PAGE = 50
MOST_A_PAGE = 500
_HEADS_AT_ONCE = 8


class PublishingHandler(BookstoreHandler):
    """Base of what publishes."""

    def published_key(self, path: str) -> str:
        """Return the key that *path* is published under; publishing must be possible."""
        if not self.bookstore.settings.published_prefix.strip("/"):
            raise Forbidden(
                "Publishing is switched off.",
                hint="The administrator can set BookstoreSettings.published_prefix.",
            )
        key = self.bookstore.published_key(path)
        if len(key.encode()) > MAX_KEY_BYTES:
            raise BadRequest(f"The path gives a key of more than {MAX_KEY_BYTES} bytes.")
        return key

    def addresses(self, path: str) -> dict[str, str]:
        """Return where *path* is published: in the store, and as a link."""
        bucket, key = self.bookstore.store.bucket, self.published_key(path)
        query = urlencode({"s3_bucket": bucket, "s3_key": key})
        return {
            "path": path,
            "s3_path": s3_path(bucket, key),
            "url": f"bookstore/clone?{query}",  # below any server's base URL
        }


class BookstorePublishAPIHandler(PublishingHandler, BookstoreAPIHandler):
    """``/api/bookstore/published/{path}`` and ``/api/bookstore/publish/{path}``."""

    @web.authenticated
    @authorized
    async def put(self, path: str) -> None:
        """Publish the notebook in the body, or the one saved at *path*."""
        await self.respond(self._publish(path))

    @web.authenticated
    @authorized
    async def delete(self, path: str) -> None:
        """Unpublish: a delete marker, on top of versions that stay."""
        await self.respond(self._unpublish(path))

    async def _publish(self, path: str) -> dict[str, Any]:
        path = _notebook_path(path)
        key = self.published_key(path)
        body, problem = await self._untrusted(await self.json_body(), path)
        provenance = Provenance.of(
            body,
            author=current_author(),
            kind="publish",
            source=self.bookstore.workspace.key(path),
        )
        put = self.bookstore.store.put(
            key, body, metadata=provenance.to_metadata(), content_type=NOTEBOOK_CONTENT_TYPE
        )
        version = await self.within(put, size_bytes=len(body))
        return {**self.addresses(path), "versionID": version.version_id} | warning(problem)

    async def _untrusted(self, model: dict[str, Any], path: str) -> Untrusted:
        """Return what to publish: that of *model*, else what is saved at *path*."""
        if (kind := text_field(model, "type")) != "notebook":
            raise NotANotebook(f"type must be 'notebook', not {shown(kind)}.")
        if "content" in model:
            return await asyncio.to_thread(_body_of_content, model["content"])
        await self.may_use_contents("read")
        body = await saved_bytes(self.contents_manager, path, allow_hidden=self.allow_hidden)
        return await asyncio.to_thread(untrusted, body)

    async def _unpublish(self, path: str) -> dict[str, Any]:
        path = _notebook_path(path)
        key = self.published_key(path)
        await self.within(self.bookstore.store.head(key))  # not published: 404, and no marker
        marker = await self.within(self.bookstore.store.delete(key))
        where = self.addresses(path)
        return {"path": path, "s3_path": where["s3_path"], "versionID": marker.version_id}


class BookstorePublishedAPIHandler(PublishingHandler, BookstoreAPIHandler):
    """``/api/bookstore/published``."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """List what is published, in the order of the paths, a page at a time."""
        await self.respond(self._list())

    @web.authenticated
    @authorized
    async def put(self) -> None:
        """Refuse: the path is missing."""
        await self.respond(_refuse_without_path())

    async def _list(self) -> dict[str, Any]:
        query = self.query_fields()
        limit, cursor = limit_in(query, most=MOST_A_PAGE, default=PAGE), query.get("cursor", "")
        prefix = f"{self.published_key('')}/"
        found = await self.within(self._after(prefix, cursor, limit + 1))
        page, more = found[:limit], len(found) > limit
        entries = await self.within(self._described(page, prefix))
        return {
            "published": entries,
            "next": page[-1].key.removeprefix(prefix) if more else None,
        }

    async def _after(self, prefix: str, cursor: str, limit: int) -> list[ObjectVersion]:
        found: list[ObjectVersion] = []
        after = f"{prefix}{cursor}" if cursor else ""
        async for version in self.bookstore.store.list(prefix, after=after):
            found.append(version)
            if len(found) == limit:
                break
        return found

    async def _described(self, page: list[ObjectVersion], prefix: str) -> list[dict[str, Any]]:
        free = asyncio.Semaphore(_HEADS_AT_ONCE)

        async def describe(listed: ObjectVersion) -> dict[str, Any] | None:
            async with free:
                try:
                    version = await self.bookstore.store.head(listed.key)
                except ObjectNotFound:
                    return None  # unpublished meanwhile
            return {
                **self.addresses(listed.key.removeprefix(prefix)),
                "version_id": version.version_id,
                "size_bytes": version.size_bytes,
                "modified_at": version.modified_at,
                "publisher": (version.metadata or {}).get("author", ""),
            }

        described = await asyncio.gather(*map(describe, page))
        return [entry for entry in described if entry is not None]


def _notebook_path(value: str) -> str:
    if not value.strip("/"):
        raise BadRequest("The path of the notebook is missing.")
    path = api_path(value, field="path")
    if not path.endswith(".ipynb"):
        raise NotANotebook(f"Only notebooks are published: {shown(path)} does not end in .ipynb.")
    return path


async def _refuse_without_path() -> dict[str, Any]:
    raise BadRequest("The path of the notebook is missing.")


def _body_of_content(content: Any) -> Untrusted:
    if content is None or content in ("", [], {}):
        raise InvalidNotebook(
            "The notebook is empty.", hint="Leave content out to publish what is saved."
        )
    opened = open_json(content)
    if opened.format == NO_FORMAT:
        raise InvalidNotebook("The notebook does not say its nbformat.")
    return Untrusted(notebook_body(opened.notebook), opened.problem)
