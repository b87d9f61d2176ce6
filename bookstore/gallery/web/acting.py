"""What readers do with a notebook: star it, download it, clone it into their files."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from jupyter_server.auth.decorator import authorized
from tornado import web

from ...actions.fields import target_path
from ...archive.user_files import save_copy
from ...http.landing import CopyingHandler
from ...records import NOTEBOOK_CONTENT_TYPE
from ..catalogue.reading import body, notebook
from ..catalogue.usage import record, star
from .base import GalleryHandler, GalleryPageHandler, reading
from .notebooks import address_of, revision_named

MOST_NAME = 60
_NOT_IN_NAMES = re.compile(r"[^\w .,()+-]+")


class StarHandler(GalleryPageHandler):
    """``/bookstore/gallery/nb/{uuid}/star``."""

    @web.authenticated
    @authorized
    async def post(self, uuid: str) -> None:
        """Like it, or not any more, and go back to it."""
        await self.outcome(self._star(uuid))
        self.go("nb", uuid)

    async def _star(self, uuid: str) -> None:
        gallery, starred = await self.gallery(), self.form_fields().get("starred") != "false"
        await star(gallery.catalogue, await self.actor(), uuid, starred=starred)


class DownloadHandler(GalleryPageHandler):
    """``/bookstore/gallery/nb/{uuid}/download``."""

    @reading
    async def get(self, uuid: str) -> None:
        """Answer with the notebook itself, as a file."""
        name, content = await self.outcome(self._file(uuid))
        self.set_header("Content-Type", NOTEBOOK_CONTENT_TYPE)
        self.set_header("Content-Disposition", f"attachment; filename*=UTF-8''{quote(name)}")
        self.finish(content)

    async def _file(self, uuid: str) -> tuple[str, bytes]:
        gallery, actor = await self.gallery(), await self.actor()
        revision_id = revision_named(self.query_fields().get("revision") or None)
        about = await notebook(gallery.catalogue, actor, uuid)
        content = await body(gallery.catalogue, actor, uuid, revision_id=revision_id)
        await record(gallery.catalogue, actor, uuid, "downloaded notebook")
        return file_name(about.notebook.title), content


class CloningHandler(GalleryHandler, CopyingHandler):
    """Base of what saves a copy among the user's files."""

    async def clone(self, body_: Mapping[str, Any]) -> dict[str, Any]:
        """Save what *body_* asks for; return its contents model, and where it opens."""
        await self.may_use_contents("write")
        gallery, actor, uuid = await self.gallery(), await self.actor(), str(body_["uuid"])
        revision_id = revision_named(str(body_.get("revision") or "") or None)
        about = await notebook(gallery.catalogue, actor, uuid)
        content = await body(gallery.catalogue, actor, uuid, revision_id=revision_id)
        name = file_name(about.notebook.title)
        hidden = self.contents_manager.allow_hidden
        model = await save_copy(
            self.contents_manager,
            await asyncio.to_thread(
                with_origin, content, uuid=uuid, commit=about.notebook.commit_id or ""
            ),
            target_path=target_path(str(body_.get("target_path") or ""), name, allow_hidden=hidden),
            source=f"gallery/{address_of(uuid, revision_id)}",
            naming=self.bookstore.naming,
        )
        await record(gallery.catalogue, actor, uuid, "ran notebook")
        return self.opening(model)


class CloneHandler(CloningHandler, GalleryPageHandler):
    """``/bookstore/gallery/nb/{uuid}/clone``."""

    @web.authenticated
    @authorized
    async def post(self, uuid: str) -> None:
        """Save a copy, and open it."""
        model = await self.outcome(self.clone({**self.form_fields(), "uuid": uuid}))
        self.redirect(model["open_url"], status=303)


def file_name(title: str) -> str:
    """Return a name for the file of a notebook: its title without what files cannot be called."""
    words = _NOT_IN_NAMES.sub(" ", title)[:MOST_NAME]
    return f"{' '.join(words.split()).lstrip('. ') or 'notebook'}.ipynb"


def with_origin(content: bytes, *, uuid: str, commit: str) -> bytes:
    """Return a notebook that says where it is from, as nbgallery's say."""
    told = json.loads(content)
    told.setdefault("metadata", {})["gallery"] = {"uuid": uuid, "commit": commit}
    return json.dumps(told, ensure_ascii=False, indent=1).encode()
