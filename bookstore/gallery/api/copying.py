"""The API's route by which other servers fetch a notebook, for somebody who opens it there."""

from __future__ import annotations

import asyncio
from typing import Any

from jupyter_server.auth.decorator import allow_unauthenticated

from ...client.gallery_copies import TICKET
from ...errors import Forbidden
from ...notebooks.opening import open_bytes
from ..accounts.tickets import Tickets
from ..catalogue.reading import kept, notebook
from ..faces.fields import revision_named
from ..faces.files import file_name
from ..faces.handlers import reading
from ..permissions import Actor
from .base import GalleryAPIHandler


class CopyAPIHandler(GalleryAPIHandler):
    """``/api/bookstore/gallery/notebooks/{uuid}/copy``."""

    @allow_unauthenticated
    async def get(self, uuid: str) -> None:
        """Give a notebook to whoever has a ticket for it, or may read it otherwise."""
        ticket = self.request.headers.get(TICKET, "")
        if ticket:
            await self.respond(self._by_ticket(uuid, ticket))
        else:
            await self._by_reader(uuid)

    @reading
    async def _by_reader(self, uuid: str) -> None:
        await self.respond(self._copy_for_reader(uuid))

    async def _copy_for_reader(self, uuid: str) -> dict[str, Any]:
        return await self._copy(uuid, await self.actor())

    async def _by_ticket(self, uuid: str, ticket: str) -> dict[str, Any]:
        database = (await self.gallery()).database
        reader = await Tickets(database).reader(ticket, uuid)
        if reader is None:
            raise Forbidden("This ticket is not for this notebook, or not any more.")
        return await self._copy(uuid, reader)

    async def _copy(self, uuid: str, actor: Actor) -> dict[str, Any]:
        catalogue = (await self.gallery()).catalogue
        revision_id = revision_named(self.query_fields().get("revision") or None)
        about = (await notebook(catalogue, actor, uuid)).notebook
        copy = await kept(catalogue, actor, uuid, revision_id=revision_id)
        opened = await asyncio.to_thread(open_bytes, copy.body)
        return {
            "uuid": uuid,
            "revision": copy.revision_id,
            "commit_id": copy.commit_id,
            "title": about.title,
            "owner": about.owner,
            "name": file_name(about.title),
            "updated_at": (about.content_updated_at or about.updated_at).isoformat(),
            "content": opened.notebook,
        }
