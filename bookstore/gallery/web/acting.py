"""What readers do with a notebook: star it, download it, clone it into their files."""

from __future__ import annotations

from urllib.parse import quote

from jupyter_server.auth.decorator import authorized
from tornado import web

from ...records import NOTEBOOK_CONTENT_TYPE
from ..catalogue.counting import DOWNLOADED
from ..catalogue.reading import body, notebook
from ..catalogue.usage import record, star
from ..faces.fields import revision_named
from ..faces.files import CloningHandler, file_name
from ..faces.handlers import reading
from .base import GalleryPageHandler


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
        await record(gallery.catalogue, actor, uuid, DOWNLOADED)
        return file_name(about.notebook.title), content


class CloneHandler(CloningHandler, GalleryPageHandler):
    """``/bookstore/gallery/nb/{uuid}/clone``."""

    @web.authenticated
    @authorized
    async def post(self, uuid: str) -> None:
        """Save a copy, and open it."""
        model = await self.outcome(self.clone({**self.form_fields(), "uuid": uuid}))
        self.redirect(model["open_url"], status=303)
