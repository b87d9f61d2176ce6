"""What a notebook was, and what changed between any two of its revisions."""

from __future__ import annotations

import asyncio
from typing import Any

from markupsafe import Markup

from ...errors import BadRequest
from ..catalogue.reading import body, notebook, revisions
from ..faces.fields import revision_named
from ..faces.handlers import reading
from .base import GalleryPageHandler

PAGE = 50


class RevisionsHandler(GalleryPageHandler):
    """``/bookstore/gallery/nb/{uuid}/revisions``."""

    @reading
    async def get(self, uuid: str) -> None:
        """Show the revisions, the newest first, two of which can be compared."""
        self.finish_page("revisions.html", **await self.outcome(self._page(uuid)))

    async def _page(self, uuid: str) -> dict[str, Any]:
        gallery, actor = await self.gallery(), await self.actor()
        after = self.query_fields().get("after") or None
        about = await notebook(gallery.catalogue, actor, uuid)
        page = await revisions(gallery.catalogue, actor, uuid, after=after, count=PAGE)
        return {"notebook": about.notebook, "page": page, "path": self.request.path}


class DiffHandler(GalleryPageHandler):
    """``/bookstore/gallery/nb/{uuid}/diff?base=…&remote=…``."""

    @reading
    async def get(self, uuid: str) -> None:
        """Show what changed from one revision to another, cell by cell."""
        self.finish_page("diff.html", **await self.outcome(self._page(uuid)))

    async def _page(self, uuid: str) -> dict[str, Any]:
        gallery, actor = await self.gallery(), await self.actor()
        catalogue, fields = gallery.catalogue, self.query_fields()
        about = await notebook(catalogue, actor, uuid)
        base = revision_named(fields.get("base") or None)
        remote = revision_named(fields.get("remote") or None)
        if base is None:
            raise BadRequest("base is missing: it is the number of the revision to compare with.")
        before, after = await asyncio.gather(
            body(catalogue, actor, uuid, revision_id=base),
            body(catalogue, actor, uuid, revision_id=remote),
        )
        compared = await gallery.renderer.compare(before, after)
        return {
            "notebook": about.notebook,
            "base": base,
            "remote": remote,
            "changes": Markup(compared.html),  # noqa: S704  # cleaned
            "summary": compared.words,
        }
