"""What other sites ask for who show a notebook by its address: oEmbed."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from jupyter_server.utils import url_path_join

from ...errors import BadRequest, BookstoreError, NotFound
from ...words import shown
from ..catalogue.reading import notebook
from ..faces.fields import checked_query
from ..faces.handlers import PAGES, reading
from .base import GalleryAPIHandler

CACHED_S = 3600
_OF_NOTEBOOK = re.compile(r"/nb/([^/@?#]+)(?:@\d+)?/?")


class OtherFormat(BookstoreError):
    """The other format that oEmbed has was asked for."""

    status = 501


class OEmbedHandler(GalleryAPIHandler):
    """``/api/bookstore/gallery/oembed?url=…``."""

    @reading
    async def get(self) -> None:
        """Tell what the page of a notebook is about, to whoever may read it."""
        await self.respond(self._told())

    async def _told(self) -> dict[str, Any]:
        query = self.query_fields()
        if (kind := query.get("format", "json")) != "json":
            refusal: type[BookstoreError] = OtherFormat if kind == "xml" else BadRequest
            raise refusal(f"format is {shown(kind)}, and only json is answered.")
        uuid = self._uuid_in(checked_query(query.get("url", ""), "url"))
        about = (
            await notebook((await self.gallery()).catalogue, await self.actor(), uuid)
        ).notebook
        whose = ("group", about.owner_gid) if about.owner_gid else ("user", about.owner)
        author = url_path_join(self.base_url, PAGES, whose[0], quote(whose[1], safe=""))
        return {
            "version": "1.0",
            "type": "link",
            "title": about.title,
            "author_name": about.owner,
            "author_url": self.origin + author,
            "provider_name": "Gallery",
            "provider_url": self.origin + url_path_join(self.base_url, PAGES),
            "cache_age": CACHED_S,
        }

    def _uuid_in(self, url: str) -> str:
        """Return the notebook that the address of a page here names."""
        try:
            told = urlsplit(url)
        except ValueError:
            told = urlsplit("")
        begin = url_path_join(self.base_url, PAGES)
        found = _OF_NOTEBOOK.fullmatch(told.path.removeprefix(begin))
        if told.netloc != self.request.host or not told.path.startswith(begin) or not found:
            raise NotFound(f"url is {shown(url)}, and has to be the address of a notebook here.")
        return unquote(found[1])
