"""The API of the gallery's notebooks: find, publish, read, change, delete, star and clone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ...actions.fields import flag_in, limit_in, text_field
from ...errors import BadRequest, NotFound
from ...notebooks.opening import open_bytes
from ...words import shown
from ..catalogue.changing import Changes, change
from ..catalogue.deleting import delete
from ..catalogue.publication import Publication, Published
from ..catalogue.publishing import publish
from ..catalogue.reading import body, notebook, revisions
from ..catalogue.usage import star
from ..faces.fields import checked_query, revision_named, shelf_named, sort_named
from ..faces.files import CloningHandler, NotebookFiles
from ..faces.handlers import reading
from ..search.searching import Asked, find, suggest
from .base import (
    MOST_A_PAGE,
    PAGE,
    GalleryAPIHandler,
    described_count,
    described_facets,
    described_snippet,
    optional_text,
    tags_field,
)


class NotebooksAPIHandler(NotebookFiles, GalleryAPIHandler):
    """``/api/bookstore/gallery/notebooks``."""

    scope = "publish"

    @reading
    async def get(self) -> None:
        """Find notebooks."""
        await self.respond(self._found())

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Publish a notebook, or make a revision of one."""
        await self.respond(self._published())

    async def _found(self) -> dict[str, Any]:
        query = self.query_fields()
        q = checked_query(query.get("q", ""))
        asked = Asked(
            query=q,
            sort=sort_named(query.get("sort", ""), q),
            shelf=shelf_named(query.get("shelf", "")),
            with_deprecated=flag_in(query, "deprecated"),
            after=query.get("after") or None,
            count=limit_in(query, most=MOST_A_PAGE, default=PAGE),
            with_facets=flag_in(query, "facets"),
        )
        gallery = await self.gallery()
        answer = await find(gallery.catalogue, gallery.index, await self.actor(), asked)
        return {
            "notebooks": [
                {
                    **self.described(row),
                    "snippets": [*map(described_snippet, answer.snippets.get(row.id, ()))],
                }
                for row in answer.notebooks
            ],
            "count": described_count(answer.count),
            "facets": described_facets(answer.facets),
            "next": answer.after,
        }

    async def _published(self) -> dict[str, Any]:
        told = await self.json_body()
        gallery, actor = await self.gallery(), await self.actor()
        attributes = told.get("attributes") or {}
        if not isinstance(attributes, dict):
            raise BadRequest(f"attributes must be an object, not {shown(attributes)}.")
        publication = Publication(
            body=await self._body(told),
            uuid=text_field(told, "uuid") or None,
            title=optional_text(told, "title"),
            description=optional_text(told, "description"),
            tags=tags_field(told),
            owner=optional_text(told, "owner"),
            public=flag_in(told, "public") if "public" in told else None,
            summary=text_field(told, "summary"),
            label=text_field(told, "label"),
            keep_outputs=flag_in(told, "keep_outputs"),
            overwrite=flag_in(told, "overwrite"),
            or_request_change=flag_in(told, "or_request_change"),
            comment=text_field(told, "comment"),
            attributes={name: text_field(attributes, name) for name in attributes},
            parent_uuid=text_field(told, "parent_uuid") or None,
            token=text_field(told, "token") or None,
        )
        published = await publish(gallery.catalogue, actor, publication)
        if not isinstance(published, Published):
            return {"uuid": published.uuid, "change_request": published.reqid}
        self.set_status(201 if published.is_new else 200)
        return {
            "uuid": published.uuid,
            "revision": published.revision_id,
            "commit_id": published.commit_id,
            "is_new": published.is_new,
            "proposed_tags": published.proposed_tags,
            "url": self.page_url(published.uuid),
        }

    async def _body(self, told: Mapping[str, Any]) -> bytes | None:
        """Return the notebook: what was sent, or what is saved at a path; None for neither."""
        if (content := told.get("content")) is not None:
            return await asyncio.to_thread(lambda: json.dumps(content).encode())
        if not (path := text_field(told, "path")):
            return None
        await self.may_use_contents("read")
        return await self.notebook_at(path)


class NotebookAPIHandler(GalleryAPIHandler):
    """``/api/bookstore/gallery/notebooks/{uuid}``."""

    @reading
    async def get(self, uuid: str) -> None:
        """Tell of a notebook; with ``?content=1`` what is in it, too."""
        await self.respond(self._told(uuid))

    @web.authenticated
    @authorized
    async def patch(self, uuid: str) -> None:
        """Change title, description, tags, or who may read it."""
        await self.respond(self._changed(uuid))

    @web.authenticated
    @authorized
    async def delete(self, uuid: str) -> None:
        """Let nobody see it, until it is restored."""
        await self.respond(self._deleted(uuid))

    async def _told(self, uuid: str) -> dict[str, Any]:
        query, gallery, actor = self.query_fields(), await self.gallery(), await self.actor()
        about = await notebook(gallery.catalogue, actor, uuid)
        if not flag_in(query, "content"):
            return self.shown(about)
        revision_id = revision_named(query.get("revision") or None)
        content = await body(gallery.catalogue, actor, uuid, revision_id=revision_id)
        opened = await asyncio.to_thread(open_bytes, content)
        return {**self.shown(about), "content": opened.notebook}

    async def _changed(self, uuid: str) -> dict[str, Any]:
        told, gallery, actor = await self.json_body(), await self.gallery(), await self.actor()
        changes = Changes(
            title=optional_text(told, "title"),
            description=optional_text(told, "description"),
            tags=tags_field(told),
            public=flag_in(told, "public") if "public" in told else None,
            owner=optional_text(told, "owner"),
        )
        await change(gallery.catalogue, actor, uuid, changes)
        return self.shown(await notebook(gallery.catalogue, actor, uuid))

    async def _deleted(self, uuid: str) -> dict[str, Any]:
        await delete((await self.gallery()).catalogue, await self.actor(), uuid)
        return {"uuid": uuid}


class RevisionsAPIHandler(GalleryAPIHandler):
    """``/api/bookstore/gallery/notebooks/{uuid}/revisions``."""

    @reading
    async def get(self, uuid: str) -> None:
        """Tell of the revisions, the newest first."""
        await self.respond(self._told(uuid))

    async def _told(self, uuid: str) -> dict[str, Any]:
        query, gallery = self.query_fields(), await self.gallery()
        page = await revisions(
            gallery.catalogue,
            await self.actor(),
            uuid,
            after=query.get("after") or None,
            count=limit_in(query, most=MOST_A_PAGE, default=PAGE),
        )
        told = [self.described_revision(uuid, each) for each in page.rows]
        return {"uuid": uuid, "revisions": told, "next": page.after}


class StarAPIHandler(GalleryAPIHandler):
    """``/api/bookstore/gallery/notebooks/{uuid}/star``."""

    @web.authenticated
    @authorized
    async def put(self, uuid: str) -> None:
        """Like it."""
        await self.respond(self._starred(uuid, starred=True))

    @web.authenticated
    @authorized
    async def delete(self, uuid: str) -> None:
        """Like it no more."""
        await self.respond(self._starred(uuid, starred=False))

    async def _starred(self, uuid: str, *, starred: bool) -> dict[str, Any]:
        gallery, actor = await self.gallery(), await self.actor()
        await star(gallery.catalogue, actor, uuid, starred=starred)
        about = await notebook(gallery.catalogue, actor, uuid)
        return {"uuid": uuid, "is_starred": about.is_starred, "stars": about.notebook.stars}


class CloneNotebookAPIHandler(CloningHandler, GalleryAPIHandler):
    """``/api/bookstore/gallery/notebooks/{uuid}/clone``."""

    @web.authenticated
    @authorized
    async def post(self, uuid: str) -> None:
        """Save a copy among the user's files."""
        await self.respond(self._cloned(uuid))

    async def _cloned(self, uuid: str) -> dict[str, Any]:
        told = await self.json_body()
        revision = told.get("revision")
        asked = {
            "uuid": uuid,
            "target_path": text_field(told, "target_path"),
            "revision": "" if revision is None else str(revision),
        }
        return await self.clone(asked)


class SuggestionsAPIHandler(GalleryAPIHandler):
    """``/api/bookstore/gallery/suggestions``."""

    @reading
    async def get(self) -> None:
        """Tell what somebody who types may mean."""
        await self.respond(self._told())

    async def _told(self) -> dict[str, Any]:
        q, gallery = checked_query(self.query_fields().get("q", "")), await self.gallery()
        found = await suggest(gallery.catalogue, gallery.index, await self.actor(), q)
        return {"titles": [title for _, title in found.notebooks], "tags": found.tags}


class NowhereAPIHandler(GalleryAPIHandler):
    """Whatever else is asked for below ``/api/bookstore/gallery``."""

    @reading
    async def get(self, path: str) -> None:
        """Say that there is no such route."""
        await self.respond(_nowhere())


async def _nowhere() -> dict[str, Any]:
    raise NotFound("There is no such route of the gallery.")
