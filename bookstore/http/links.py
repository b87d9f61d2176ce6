"""The route that makes links which give a notebook to whoever has them, and takes them back."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..actions.fields import api_path, flag_in, notebook_path
from ..actions.links import LinkWish, link, take_back
from ..archive.identity import current_author
from .base import BookstoreAPIHandler

LINKS_OPTION = "bookstoreLinks"
"""Where a front end's page says which links can be made."""


class BookstoreLinksHandler(BookstoreAPIHandler):
    """``/api/bookstore/links/{path}``."""

    @web.authenticated
    @authorized
    async def post(self, path: str) -> None:
        """Make a link to the notebook as it is in the store."""
        await self.respond(self._link(path))

    @web.authenticated
    @authorized
    async def delete(self, path: str) -> None:
        """Make what was made public private again."""
        await self.respond(self._take_back(path))

    async def _link(self, path: str) -> dict[str, Any]:
        path, wish = self._seen(path), LinkWish.of(await self.json_body())
        await self.may_use_contents("read")
        return await link(self.bookstore, path, wish, author=current_author())

    async def _take_back(self, path: str) -> dict[str, Any]:
        path, published = self._seen(path), flag_in(self.query_fields(), "published")
        await self.may_use_contents("read")
        return await take_back(self.bookstore, path, published=published, author=current_author())

    def _seen(self, path: str) -> str:
        """Return *path* where users see what is there, or raise BadRequest."""
        is_seen = self.contents_manager.allow_hidden
        return api_path(notebook_path(path), field="path", allow_hidden=is_seen)
