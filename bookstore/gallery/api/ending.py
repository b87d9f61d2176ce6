"""The API of a notebook's end: deprecated with a reason, deleted, and back again."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ...actions.fields import flag_in, limit_in, text_field
from ..catalogue.deleting import deleted, restore
from ..catalogue.deprecating import Deprecation, deprecate, undeprecate
from ..catalogue.reading import notebook
from ..faces.fields import utc
from .base import MOST_A_PAGE, PAGE, GalleryAPIHandler
from .sharing import names_field


class DeprecationAPIHandler(GalleryAPIHandler):
    """``/api/bookstore/gallery/notebooks/{uuid}/deprecation``."""

    @web.authenticated
    @authorized
    async def put(self, uuid: str) -> None:
        """Say that it is not to be used any more, why, and what to use instead."""
        await self.respond(self._deprecated(uuid))

    @web.authenticated
    @authorized
    async def delete(self, uuid: str) -> None:
        """Let it be used again."""
        await self.respond(self._undone(uuid))

    async def _deprecated(self, uuid: str) -> dict[str, Any]:
        told, gallery, actor = await self.json_body(), await self.gallery(), await self.actor()
        why = Deprecation(
            reason=text_field(told, "reason"),
            alternatives=tuple(names_field(told, "alternatives")),
            may_be_run=flag_in(told, "may_be_run") if "may_be_run" in told else True,
        )
        await deprecate(gallery.catalogue, actor, uuid, why)
        return self.shown(await notebook(gallery.catalogue, actor, uuid))

    async def _undone(self, uuid: str) -> dict[str, Any]:
        gallery, actor = await self.gallery(), await self.actor()
        await undeprecate(gallery.catalogue, actor, uuid)
        return self.shown(await notebook(gallery.catalogue, actor, uuid))


class RestoreAPIHandler(GalleryAPIHandler):
    """``/api/bookstore/gallery/notebooks/{uuid}/restore``."""

    @web.authenticated
    @authorized
    async def post(self, uuid: str) -> None:
        """Let a deleted notebook be as it was."""
        await self.respond(self._restored(uuid))

    async def _restored(self, uuid: str) -> dict[str, Any]:
        gallery, actor = await self.gallery(), await self.actor()
        await restore(gallery.catalogue, actor, uuid)
        return self.shown(await notebook(gallery.catalogue, actor, uuid))


class DeletedAPIHandler(GalleryAPIHandler):
    """``/api/bookstore/gallery/deleted``."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Tell which notebooks the user may restore, the last one first."""
        await self.respond(self._told())

    async def _told(self) -> dict[str, Any]:
        query, gallery = self.query_fields(), await self.gallery()
        page = await deleted(
            gallery.catalogue,
            await self.actor(),
            after=query.get("after") or None,
            count=limit_in(query, most=MOST_A_PAGE, default=PAGE),
        )
        rows = [
            {"uuid": each.uuid, "title": each.title, "deleted_at": utc(each.deleted_at)}
            for each in page.rows
        ]
        return {"notebooks": rows, "next": page.after}
