"""One notebook: what the extensions ask of it, and what programs change."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from ...errors import TooLarge
from ...words import size
from ..catalogue import PublicationRefused
from ..catalogue.deleting import delete
from ..catalogue.origin import origin, with_origin
from ..catalogue.publication import Publication, Published
from ..catalogue.publishing import publish
from ..catalogue.reading import body
from ..catalogue.usage import record
from ..extensions import Problem
from ..faces.files import MOST_TIMES, NotebookFiles, file_name
from ..faces.handlers import reading
from ..permissions import standing_of
from ..service import Gallery
from .base import ContractHandler, is_for_people, is_yes, said, signed_in
from .diffs import LEGEND, STYLE, only_sources, split
from .lists import NotebooksHandler
from .pages import start


class PublishingHandler(NotebooksHandler):
    """``/notebooks``, with what publishes: for programs; people have a form."""

    scope = "publish"

    @signed_in
    async def post(self) -> None:
        """Publish what was uploaded."""
        await self.respond(self._published())

    async def _published(self) -> dict[str, Any]:
        self.agreed()
        fields, gallery = self.fields(), await self.gallery()
        publication = Publication(
            staging_id=fields.get("staging_id", ""),
            title=fields.get("title", ""),
            description=fields.get("description", ""),
            tags=said(fields.get("tags")) or "",
            owner=fields.get("owner") or None,
            public=not is_yes(fields.get("private", "yes")),
            overwrite=is_yes(fields.get("overwrite", "")),
            parent_uuid=said(fields.get("parent_uuid")),
            attributes=await attributes(self, gallery, fields),
        )
        published = await publish(gallery.catalogue, await self.actor(), publication)
        assert isinstance(published, Published)  # noqa: S101  # no change was asked for
        self.set_status(HTTPStatus.CREATED if published.is_new else HTTPStatus.OK)
        return {"uuid": published.uuid, "friendly_url": self.page_url(published.uuid)}


class NotebookHandler(ContractHandler):
    """``/notebooks/{id}``."""

    scope = "publish"

    @reading
    async def get(self, name: str) -> None:
        """Go to the download, or, for a person, to the page."""
        uuid = await self.outcome(self.uuid_of(name))
        query = self.query_fields()
        if "staged" in query or is_for_people(self.request.headers.get("Accept", "")):
            start(self, query, uuid)
        else:
            self.redirect(f"{self.home}/notebooks/{quote(uuid)}/download", permanent=True)

    @signed_in
    async def put(self, name: str) -> None:
        """Publish a revision of it."""
        await self.respond(self._revised(name))

    @signed_in
    async def patch(self, name: str) -> None:
        """Publish a revision of it."""
        await self.respond(self._revised(name))

    @signed_in
    async def delete(self, name: str) -> None:
        """Let nobody see it, until it is restored."""
        await self.respond(self._deleted(name))

    async def _revised(self, name: str) -> dict[str, Any]:
        self.agreed()
        fields, gallery = self.fields(), await self.gallery()
        publication = Publication(
            uuid=await self.uuid_of(name),
            staging_id=fields.get("staging_id", ""),
            title=fields.get("title"),
            description=fields.get("description"),
            tags=fields.get("tags"),
            public=not is_yes(fields["private"]) if "private" in fields else None,
            summary=fields.get("summary", ""),
            label=fields.get("friendly_label", ""),
            attributes=await attributes(self, gallery, fields),
        )
        published = await publish(gallery.catalogue, await self.actor(), publication)
        return {"uuid": published.uuid, "friendly_url": self.page_url(published.uuid)}

    async def _deleted(self, name: str) -> dict[str, Any]:
        uuid, gallery = await self.uuid_of(name), await self.gallery()
        await delete(gallery.catalogue, await self.actor(), uuid)
        return {"forward": self.place()}


class MetadataHandler(ContractHandler):
    """``/notebooks/{id}/metadata``."""

    shared = frozenset({"GET"})

    @reading
    async def get(self, name: str) -> None:
        """Tell of it: the extensions look here whether it has changed."""
        await self.respond(self._told(name))

    async def _told(self, name: str) -> dict[str, Any]:
        gallery, actor = await self.gallery(), await self.actor()
        about = await origin(gallery.catalogue, actor, await self.uuid_of(name))
        return {**about.fields, **addresses(self, about.fields)}


class UuidHandler(ContractHandler):
    """``/notebooks/{id}/uuid``, and the same behind the address of its page."""

    shared = frozenset({"GET"})

    @reading
    async def get(self, name: str, *_: str) -> None:
        """Tell its UUID."""
        await self.respond(self._told(name))

    async def _told(self, name: str) -> dict[str, Any]:
        gallery, actor = await self.gallery(), await self.actor()
        about = await origin(gallery.catalogue, actor, await self.uuid_of(name))
        return {"uuid": about.shown.notebook.uuid}


class FriendlyUrlHandler(UuidHandler):
    """``/notebooks/{id}/friendly_url``."""

    async def _told(self, name: str) -> dict[str, Any]:
        return {"friendly_url": self.page_url((await super()._told(name))["uuid"])}


class DownloadHandler(ContractHandler):
    """``/notebooks/{id}/download``."""

    shared = frozenset({"GET"})

    @reading
    async def get(self, name: str) -> None:
        """Answer with the notebook, which says where it is from.

        Not as JSON: the extensions' library would read it, and then they cannot.
        """
        title, content = await self.outcome(self._file(name))
        called = quote(file_name(title))
        self.set_header("Content-Disposition", f"attachment; filename*=UTF-8''{called}")
        self.finish(content, set_content_type="application/octet-stream")

    async def _file(self, name: str) -> tuple[str, bytes]:
        catalogue, actor = (await self.gallery()).catalogue, await self.actor()
        uuid = await self.uuid_of(name)
        about = await origin(catalogue, actor, uuid)
        shown, commit = about.shown, about.shown.notebook.commit_id
        told = {
            **about.fields,
            **addresses(self, about.fields),
            "link" if shown.may_edit else "clone": uuid,
            "commit": commit,
            "gallery_url": self.home,
        }
        content = await body(catalogue, actor, uuid)
        whole = await asyncio.to_thread(with_origin, content, told)
        query = self.query_fields()
        if query.get("clickstream") != "false":
            action = "ran notebook" if query.get("run") else "downloaded notebook"
            await record(catalogue, actor, uuid, action)
        return shown.notebook.title, whole


class DiffHandler(NotebookFiles, ContractHandler):
    """``/notebooks/{id}/diff``."""

    scope = "read"
    shared = frozenset({"POST"})

    @signed_in
    async def post(self, name: str) -> None:
        """Tell what a notebook that was sent has otherwise than the gallery's."""
        await self.respond(self._compared(name))

    async def _compared(self, name: str) -> dict[str, Any]:
        sent = sent_notebook(self)
        gallery, actor = await self.gallery(), await self.actor()
        there = await body(gallery.catalogue, actor, await self.uuid_of(name))
        base, remote = await asyncio.to_thread(lambda: (only_sources(there), only_sources(sent)))
        compared = await gallery.renderer.compare(base, remote)
        return {
            "different": base != remote,
            "css": STYLE,
            "inline": f"{LEGEND}{compared.html}",
            "split": split(compared.html),
        }


def sent_notebook(handler: NotebookFiles) -> bytes:
    """Return the notebook that is the body of a request.

    Raises :class:`~bookstore.errors.TooLarge` before anything looks at it.
    """
    sent: bytes = handler.request.body
    most = MOST_TIMES * handler.service.most_bytes
    if len(sent) > most:
        raise TooLarge(f"The notebook has {size(len(sent))}; at most {size(most)} are read.")
    return sent


def addresses(handler: ContractHandler, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return where the pages of a notebook and of its owner are."""
    told = {"url": handler.whole_url(handler.page_url(str(fields["uuid"])))}
    if fields["owner_type"] == "User" and fields["owner"]:
        told["owner_url"] = handler.whole_url(handler.place("user", str(fields["owner"])))
    return told


async def attributes(
    handler: ContractHandler, gallery: Gallery, fields: Mapping[str, str]
) -> dict[str, str]:
    """Return what was sent for the fields of the gallery's own extensions."""
    extensions, actor = gallery.catalogue.extensions, await handler.actor()
    known = await gallery.database.run(
        lambda session: extensions.fields(standing_of(session, actor)), read_only=True
    )
    return {each.name: fields[each.name] for each in known if each.name in fields}


class ChangeRequestsHandler(ContractHandler):
    """``/change_requests``."""

    scope = "publish"

    @signed_in
    async def post(self) -> None:
        """Ask those who may edit a notebook for a change."""
        await self.respond(self._asked())

    async def _asked(self) -> dict[str, Any]:
        self.agreed()
        fields, gallery, actor = self.fields(), await self.gallery(), await self.actor()
        uuid = await self.uuid_of(fields.get("notebook_id", ""))
        about = await origin(gallery.catalogue, actor, uuid)
        if about.shown.may_edit:
            yours = "You may change this notebook: publish a revision of it."
            raise PublicationRefused([Problem("notebook_id", uuid, yours)])
        asked = Publication(
            uuid=uuid,
            staging_id=fields.get("staging_id", ""),
            summary=fields.get("summary", ""),
            comment=fields.get("comment", ""),
            or_request_change=True,
        )
        requested = await publish(gallery.catalogue, actor, asked)
        self.set_status(HTTPStatus.CREATED)
        reqid = {} if isinstance(requested, Published) else {"reqid": requested.reqid}
        return {**reqid, "friendly_url": self.page_url(uuid)}
