"""The routes that publish notebooks, list the published ones, and take them back."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..actions.addresses import Address
from ..actions.fields import limit_in, text_field
from ..actions.publish import (
    publish,
    publish_content,
    publish_version,
    publishable_path,
    published,
    published_at,
    unpublish,
)
from ..archive.identity import current_author
from ..errors import NotANotebook
from ..words import shown
from .base import BookstoreAPIHandler

PAGE = 50
MOST_A_PAGE = 500


class BookstorePublishAPIHandler(BookstoreAPIHandler):
    """``/api/bookstore/published/{path}`` and ``/api/bookstore/publish/{path}``."""

    @web.authenticated
    @authorized
    async def get(self, path: str) -> None:
        """Tell how the notebook is published, and since when."""
        await self.respond(published_at(self.bookstore, path))

    @web.authenticated
    @authorized
    async def put(self, path: str) -> None:
        """Publish the notebook in the body, the version it names, or what is saved at *path*."""
        await self.respond(self._publish(path))

    @web.authenticated
    @authorized
    async def delete(self, path: str) -> None:
        """Unpublish: a delete marker, on top of versions that stay."""
        await self.respond(unpublish(self.bookstore, path))

    async def _publish(self, path: str) -> dict[str, Any]:
        path, model = publishable_path(path), await self.json_body()
        author = current_author()
        if (kind := text_field(model, "type")) != "notebook":
            raise NotANotebook(f"type must be 'notebook', not {shown(kind)}.")
        if "content" in model:
            return await publish_content(self.bookstore, path, model["content"], author=author)
        await self.may_use_contents("read")
        if address := text_field(model, "address"):
            wanted = Address.parse(address)
            return await publish_version(self.bookstore, path, wanted, author=author)
        return await publish(self.bookstore, self.contents_manager, path, author=author)


class BookstorePublishedAPIHandler(BookstoreAPIHandler):
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
        await self.respond(publish(self.bookstore, self.contents_manager, "", author=""))

    async def _list(self) -> dict[str, Any]:
        query = self.query_fields()
        limit = limit_in(query, most=MOST_A_PAGE, default=PAGE)
        return await published(self.bookstore, limit=limit, cursor=query.get("cursor", ""))
