"""The form with which a notebook of the server is published, or gets a revision."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from pathlib import PurePosixPath
from typing import Any
from uuid import uuid4

from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import authorized
from tornado import web

from ...errors import BadRequest, BookstoreError
from ..catalogue import NoSuchNotebook, NotAllowed, PublicationRefused
from ..catalogue.drafting import origin_of
from ..catalogue.grouping import Named, groups_to_publish_for
from ..catalogue.publication import Publication, Published
from ..catalogue.publishing import publish
from ..catalogue.reading import Shown, notebook
from ..extensions import Field, Problem
from ..faces.excerpts import title_of
from ..faces.files import NotebookFiles
from ..permissions import standing_of
from .base import GalleryPageHandler

FIELDS = (
    *("path", "uuid", "title", "description", "tags", "owner", "public", "summary", "label"),
    "token",
)
MOST_FOLDERS, MOST_OFFERED = 30, 200


class PublishHandler(NotebookFiles, GalleryPageHandler):
    """``/bookstore/gallery/publish``."""

    template = "publish.html"

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Show the form, filled in with what is known."""
        if self.has_files:
            await self.outcome(self.may_use_contents("read"))
        await self._show(await self.outcome(self._first(self.query_fields())), [])

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Publish, and go to the notebook; or show all that is wrong, beside what was typed."""
        form = self.form_fields()
        published = await self.tried(self._published(form))
        if isinstance(published, PublicationRefused):
            await self._show({**dict.fromkeys(FIELDS, ""), **form}, [*published.problems])
        else:
            self.go("nb", published.uuid)

    # -- the form ------------------------------------------------------------------------------

    async def _first(self, query: Mapping[str, str]) -> dict[str, str]:
        """Return what the form says first: of a notebook that is there, what it is called now."""
        form = {**dict.fromkeys(FIELDS, ""), "path": query.get("path", ""), "token": uuid4().hex}
        uuid = query.get("uuid") or await self._origin(form["path"])
        if uuid and (about := await self._editable(uuid)) is not None:
            known = about.notebook
            return {
                **form,
                **about.attributes,
                "uuid": uuid,
                "title": known.title,
                "description": known.description,
                "tags": ", ".join(known.tags),
                "public": "true" if known.public else "",
            }
        return {**form, "title": title_of(PurePosixPath(form["path"]).stem)}

    async def _origin(self, path: str) -> str:
        """Return the notebook of the gallery that the one at *path* is a clone of, if it is."""
        with suppress(BookstoreError):
            return await asyncio.to_thread(origin_of, await self.notebook_at(path))
        return ""

    async def _editable(self, uuid: str) -> Shown | None:
        gallery = await self.gallery()
        with suppress(NoSuchNotebook):
            about = await notebook(gallery.catalogue, await self.actor(), uuid)
            return about if about.may_edit else None
        return None

    async def _show(self, form: Mapping[str, str], problems: list[Problem]) -> None:
        extra, offered, groups = await self.outcome(self._choices())
        shown = {*FIELDS, *(field.name for field in extra)}
        self.finish_page(
            self.template,
            form=form,
            problems={each.field: each for each in problems},
            others=[each for each in problems if each.field not in shown],
            fields=extra,
            offered=offered,
            groups=groups,
            outputs=self.service.options.outputs,
        )

    async def _choices(self) -> tuple[list[Field], list[str], list[Named]]:
        """Return the fields that extensions add, notebooks that may be meant, and one's groups."""
        gallery, actor = await self.gallery(), await self.actor()
        extensions = gallery.catalogue.extensions
        extra = await gallery.database.run(
            lambda session: extensions.fields(standing_of(session, actor)), read_only=True
        )
        groups = await groups_to_publish_for(gallery.catalogue, actor)
        return extra, await self._notebooks(), groups

    async def _notebooks(self) -> list[str]:
        """Return the paths of notebooks, those that lie least deep first; not all, of many."""
        found: list[str] = []
        folders, looked_at = [""] if self.has_files else [], 0
        while folders and looked_at < MOST_FOLDERS and len(found) < MOST_OFFERED:
            folder, looked_at = folders.pop(0), looked_at + 1
            try:
                model = await ensure_async(
                    self.contents_manager.get(folder, content=True, type="directory")
                )
            except (web.HTTPError, OSError):  # gone meanwhile, or nobody may look
                continue
            inside = sorted(model["content"] or (), key=lambda each: str(each["name"]).lower())
            found += [each["path"] for each in inside if each["type"] == "notebook"]
            folders += [each["path"] for each in inside if each["type"] == "directory"]
        return found[:MOST_OFFERED]

    # -- publishing ----------------------------------------------------------------------------

    async def _published(self, form: Mapping[str, str]) -> Published:
        if self.has_files:
            await self.may_use_contents("read")
        gallery, actor = await self.gallery(), await self.actor()
        content, wrong = None, []
        try:
            content = await self._content(form)
        except BookstoreError as error:
            wrong = [Problem("path", form.get("path", ""), error.message)]
        try:
            published = await publish(gallery.catalogue, actor, publication(form, body=content))
        except PublicationRefused as refused:
            if not wrong:
                raise
            others = [each for each in refused.problems if each.field != "notebook"]
            raise PublicationRefused([*wrong, *others]) from refused
        if not isinstance(published, Published):
            raise NotAllowed("You may not change this notebook.")
        return published

    async def _content(self, form: Mapping[str, str]) -> bytes:
        """Return the notebook: a saved one, or, where there are no files, the one that was sent."""
        if self.has_files:
            return await self.notebook_at(form.get("path", ""))
        sent = self.request.files.get("path", [])
        if not sent or not sent[-1]["filename"]:
            raise BadRequest("Choose the notebook to publish.")
        content: bytes = sent[-1]["body"]
        return content


def publication(form: Mapping[str, str], **told: Any) -> Publication:
    """Return what the form says, and what is *told* beside it."""
    return Publication(
        uuid=form.get("uuid") or None,
        title=form.get("title", ""),
        description=form.get("description", "").replace("\r\n", "\n"),
        tags=form.get("tags", ""),
        owner=form.get("owner") or None,
        public=form.get("public") == "true",
        summary=form.get("summary", ""),
        label=form.get("label", ""),
        keep_outputs=form.get("keep_outputs") == "true",
        token=form.get("token") or None,
        attributes={
            name.removeprefix("x-"): value
            for name, value in form.items()
            if name.startswith("x-") and value
        },
        **told,
    )
