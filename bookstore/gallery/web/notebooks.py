"""The page of a notebook: what it is about, what is in it, and what there is to do with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jupyter_server.utils import url_path_join
from markupsafe import Markup
from tornado.httputil import url_concat

from ...errors import BookstoreError
from ..browsing import numbers
from ..catalogue import NoSuchNotebook
from ..catalogue.counting import VIEWED
from ..catalogue.reading import Shown, body, notebook, revisions
from ..catalogue.usage import record
from ..faces.fields import address_of, cell_named, revision_named
from ..faces.handlers import reading
from ..permissions import Actor
from ..rendering import FIRST_CELLS, Rendered, contents_html
from ..service import Gallery
from .base import GalleryPageHandler

OEMBED = "api/bookstore/gallery/oembed"
REVISIONS_SHOWN = 5


@dataclass(frozen=True)
class Alternative:
    """What to use in the place of a deprecated notebook."""

    uuid: str
    title: str


class NotebookHandler(GalleryPageHandler):
    """``/bookstore/gallery/nb/{uuid}``, and ``…@{revision}``, which stays as it is."""

    @reading
    async def get(self, uuid: str, revision: str | None = None) -> None:
        """Show a notebook, some of its cells at a time."""
        self.finish_page("notebook.html", **await self.outcome(self._page(uuid, revision)))
        gallery, actor = await self.gallery(), await self.actor()
        if actor.user_id is not None:
            await record(gallery.catalogue, actor, uuid, VIEWED)

    async def _page(self, uuid: str, revision: str | None) -> dict[str, Any]:
        gallery, actor = await self.gallery(), await self.actor()
        catalogue, revision_id = gallery.catalogue, revision_named(revision)
        about = await notebook(catalogue, actor, uuid)
        described = await gallery.renderer.render_markdown(about.notebook.description)
        history = await revisions(catalogue, actor, uuid, count=REVISIONS_SHOWN)
        return {
            "about": about,
            "notebook": about.notebook,
            "revision": revision_id,
            "revisions": history,
            "opens": bool(self.service.jupyter_url)
            or (self.service.members_have_jupyter and bool(self.reader)),
            "may_choose": self.service.members_have_jupyter and bool(self.reader),
            "alternatives": await _alternatives(gallery, actor, about),
            "numbers": await numbers(catalogue, actor, uuid),
            "permalink": (permalink := self.absolute(self.place("nb", uuid))),
            "oembed": url_concat(url_path_join(self.base_url, OEMBED), {"url": permalink}),
            "description": Markup(described),  # noqa: S704  # cleaned
            **await self._cells(gallery, actor, uuid, revision_id),
        }

    async def _cells(
        self, gallery: Gallery, actor: Actor, uuid: str, revision_id: int | None
    ) -> dict[str, Any]:
        """Return the cells to show; what the store or the renderer does not give is told there."""
        try:
            content = await body(gallery.catalogue, actor, uuid, revision_id=revision_id)
            start = cell_named(self.query_fields().get("cell", ""))
            cells = slice(start, start + FIRST_CELLS)
            rendered = await gallery.renderer.render(content, cells=cells)
        except NoSuchNotebook:
            raise
        except BookstoreError as error:
            return {"rendered": None, "cells": "", "contents": "", "problem": error}
        address = address_of(uuid, revision_id)
        return {
            "rendered": rendered,
            "cells": Markup(rendered.html),  # noqa: S704  # cleaned
            "contents": self._contents(rendered, address),
            "address": address,
            "step": FIRST_CELLS,
            "problem": None,
        }

    def _contents(self, rendered: Rendered, address: str) -> Markup:
        def page_of(cell: int) -> str:
            return self.place("nb", address, cell=cell // FIRST_CELLS * FIRST_CELLS)

        return Markup(contents_html(rendered, page_of))  # noqa: S704  # escaped there


async def _alternatives(gallery: Gallery, actor: Actor, about: Shown) -> list[Alternative]:
    if about.deprecation is None:
        return []
    found = []
    for uuid in about.deprecation.alternatives:
        other = await notebook(gallery.catalogue, actor, uuid)
        found.append(Alternative(uuid, other.notebook.title))
    return found
